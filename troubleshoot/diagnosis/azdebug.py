"""What the output of `az … --debug` says of the failure itself, without the requests that merely looked around."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import re2

_LOGGED = re2.compile(
    r"^\s*(?:(?P<level>DEBUG|INFO|WARNING|ERROR): )?(?P<logger>(?:cli\.(?:azure|knack)"
    r"|azure\.(?:core\.pipeline|cli|identity\._(?:int|cred))"
    r"|urllib3\.conn|msal\.|msrest|azext_|az_command_data_logger|telemetry\.)[\w.]*): ?(?P<said>.*)$"
)
_STATUS = re2.compile(r"^Response status: (?P<status>\d{3})")
_CONTENT = re2.compile(r"^Response content:")
_REQUEST = re2.compile(r"^Request (?:URL|method|headers|body)")
_HEADER = re2.compile(r"^\s*'?[\w-]+'?: ")
_FAILED = re2.compile(r"(?i)\"status\" ?: ?\"(?:Failed|Canceled|Cancelled)\"")
_PRINTED = ("azclierror", "az_command_data_logger")  # which loggers repeat what the program ends with


@dataclass(slots=True)
class _Answer:
    status: int
    body: list[int] = field(default_factory=list)


def telling(lines: Sequence[str]) -> list[str]:
    """The lines that tell of the failure, as printed without their logger; all others read as empty.

    That is the body of the last answer, if it is a refusal or a failed operation, and what the program printed
    itself. An answer of 404 to the question whether something exists yet is no failure, nor is one that was retried.
    """
    answers: list[_Answer] = []
    said = list(lines)
    printed: list[int] = []
    where = ""  # what the lines at hand belong to: body, head, ours, or nothing that counts
    for at, line in enumerate(lines):
        found = _LOGGED.match(line)
        if found:
            said[at] = found["said"]
            ours = found["level"] == "ERROR" or found["logger"].endswith(_PRINTED)
            where = "ours" if ours else _next(where, said[at], answers)
        elif where == "head" and line.strip() and not _HEADER.match(line):
            where = _next(where, line.strip(), answers)
        elif line.startswith("ERROR: "):
            where = "ours"
        if where == "body" and answers and not _CONTENT.match(said[at].strip()):
            answers[-1].body.append(at)
        elif where in ("", "ours"):
            printed.append(at)
    last = answers[-1] if answers else None
    refused = last is not None and (last.status >= 400 or any(_FAILED.search(said[at]) for at in last.body))
    kept = {*printed, *(last.body if last and refused else ())}
    return [one if at in kept else "" for at, one in enumerate(said)]


def _next(where: str, said: str, answers: list[_Answer]) -> str:
    """What follows a logged line: an answer's head or body, or nothing that counts."""
    status = _STATUS.match(said)
    if status:
        answers.append(_Answer(int(status["status"])))
        return "head"
    if _REQUEST.match(said):
        return "head"
    if _CONTENT.match(said) or (where == "body" and said and not _HEADER.match(said)):
        return "body"
    return "head" if where == "head" else "other"
