"""The text that Microsoft's support asks for: where, when, under which ids, and what Azure answered; no key."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import re2

from troubleshoot.diagnosis import redact
from troubleshoot.diagnosis.facts import Case, ErrorNode, Verdict

WIDTH = 24
MOST = 6  # of ids, and of Azure's sentences
_ID = re2.compile(
    r"(?i)\b((?:x-ms-)?(?:client[ -]?)?request[ -]?id|(?:x-ms-)?correlation(?:[ -]?request)?[ -]?id|trace[ -]?id"
    r"|activity[ -]?id)[\"']?\s*[:=]?\s*[\"']?([0-9a-f]{8}-?[0-9a-f-]{4,60}[0-9a-f])")
_NAMED = re2.compile(r"(?i)request|correlation|trace|activity")
_PAIR = re2.compile(r"\"(operation|request)\"\s*:\s*\"([0-9a-fA-F-]{12,64})\"")  # of additionalInfo "Correlation"
_VALUE = re2.compile(r"(?i)^[0-9a-f][0-9a-f:-]{14,80}$")


@dataclass(frozen=True, slots=True)
class Answer:
    """What requests for one container's log were answered with, lately: the class, how often, and when."""

    container: str
    answer_class: str
    said: str = ""
    times: int = 0
    first: datetime | None = None
    last: datetime | None = None


def text(case: Case, verdict: Verdict, answers: Iterable[Answer] = ()) -> str:
    """The text for a case, one fact a line; what is not known is said to be not known."""
    lines = [_opening(case), *(f"{name:<{WIDTH}} {value}" for name, value in _facts(case, verdict, answers))]
    return redact.text("\n".join(lines))[0]


def _opening(case: Case) -> str:
    errors = tuple(_errors(case))
    code = next((one.code for one in errors if one.code), "")
    what = f"Managed online {case.subject}"
    took = f" after {_span(case.ended - case.started)}" if case.started and case.ended else ""
    return f"{what} ended with {code or case.state or 'no state'}{took}."


def _facts(case: Case, verdict: Verdict, answers: Iterable[Answer]) -> Iterator[tuple[str, str]]:
    place, spec = case.place, case.deployment
    yield "Subscription", place.subscription or "not known"
    yield "Region", (case.workspace.location if case.workspace else "") or "not known"
    yield "Workspace", f"{place.group} / {place.workspace}"
    yield "Endpoint", place.endpoint
    if place.deployment:
        size = f", {spec.instance_count or '?'} x {spec.instance_type}" if spec and spec.instance_type else ""
        yield "Deployment", f"{place.deployment}{size}, attempt {case.number}"
        yield "Environment", (spec.environment if spec else "").rpartition("/environments/")[2] or "not known"
    yield "Started", _moment(case.started)
    yield "Ended", _moment(case.ended)
    yield "State", case.state or "not told"
    yield from _ids(case)
    for node in list(_errors(case))[:MOST]:
        yield "Azure answered", " ".join(filter(None, (node.code, " ".join(node.message.split()))))
    if case.status:
        yield "Instance status", ", ".join(f"{name} {state}" for name, state in case.status)
    if case.events:
        yield "Container events", ", ".join(f"{one.name} x{one.count}" for one in case.events)
    for one in answers:
        yield f"{one.container}", _answered(one)
    out = [one.kind for one in verdict.findings if one.certainty == "ruled out"]
    yield "Ruled out", ", ".join(dict.fromkeys(out)) or "nothing"


def _ids(case: Case) -> Iterator[tuple[str, str]]:
    """The ids under which Azure's own records can be found."""
    operation = case.operation.operation_id if case.operation else ""
    yield "Operation id", operation.removeprefix("activity:") or "not known"
    found = dict.fromkeys((name, value) for node in _errors(case) for name, value in _ids_in(node))
    told = {value for _, value in found}
    yield from list(found)[:MOST]
    if operation.startswith("activity:"):
        yield "Correlation id", operation.removeprefix("activity:")
    elif not told:
        yield "Correlation id", "not told by Azure"


def _ids_in(node: ErrorNode) -> Iterator[tuple[str, str]]:
    for name, value in node.info:
        if _NAMED.search(name) and _VALUE.search(value):
            yield _label(name), value
        if name == "Correlation":
            yield from ((f"Correlation, {kind}", found) for kind, found in _PAIR.findall(value))
    for part in (node.message, *(value for _, value in node.info)):
        for match in _ID.finditer(part):
            yield _label(match.group(1)), match.group(2)


def _label(name: str) -> str:
    low = name.lower()
    kinds = ("correlation", "trace", "activity", "client")
    kind = next((one for one in kinds if one in low), "")
    return "Client request id" if kind == "client" else f"{kind.capitalize()} id" if kind else "Request id"


def _answered(one: Answer) -> str:
    said = f": {' '.join(one.said.split())}" if one.said else ""
    if not one.times:
        return f"{one.answer_class or 'not asked'}{said}"
    return (f"{one.answer_class}{said} ({one.times} answer{'s' if one.times > 1 else ''}, "
            f"{_moment(one.first)} to {_moment(one.last)})")


def _errors(case: Case) -> Iterator[ErrorNode]:
    if case.operation and case.operation.error:
        yield from case.operation.error.walk()


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else "not known"


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds // 60} min" if seconds >= 60 else f"{seconds} s"
