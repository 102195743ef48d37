"""Splits what Azure answers when asked for a log, reads its times and levels, and joins answers that overlap.

Layouts and sentences after shared/azure/WIRE.md section 6 and shared/domain/CATALOGUE.md section 2. Patterns
are anchored and without nested repeats, so that the standard `re` is safe on hostile text.
What one line says of itself (its time, level, logger) is read in loglines.py.
"""
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from troubleshoot.diagnosis.facts import LOGS, NONE_YET, WITHHELD, Event, LogAnswer, LogText
from troubleshoot.diagnosis.loglines import LETTER, logger, moment, severities, severity
from troubleshoot.diagnosis.redact import split

__all__ = ["answer", "join_events", "logger", "moment", "overlap", "parse", "restarts", "severities", "severity"]

_WITHHELD = re.compile(r"deployment is in [a-z ]{1,60} state,? so (?:the )?logs can(?:no|['’])t be "
                       r"retrieved\.?$", re.I)
_NONE_YET = re.compile(r"there are no logs for this deployment(?: at (?:the|this) moment| yet)?\.?"
                       r"(?: please try again(?: later)?\.?)?$", re.I)

TRIED = 8  # places of a tail's first line that are compared whole: logs with times have one

_HEADERS = {"instance status:": "status", "container events:": "events", "container logs:": "console"}
_STATUS = re.compile(r"([A-Z]\w{2,40}):\s*([A-Za-z]\w*)\s*$")
_STATUS_KEYS = ("SystemSetup", "UserContainerImagePull", "ModelDownload", "UserContainerStart")
_STATUS_WORDS = ("Succeeded", "InProgress", "Waiting", "Failed", "Running", "Pending", "NotStarted")
_EVENT = re.compile(r"Kind: *(?P<kind>[^,]*), *Name: *(?P<name>[^,]*)(?:, *Type: *(?P<type>[^,]*))?"
                    r"(?:, *Time: *(?P<time>[^,]*))?(?:, *Message: ?(?P<message>.*))?", re.S)
_CUT_START = re.compile(r".{0,300}(?:, (?:Type|Time|Message): |: (?:Succeeded|InProgress|Waiting|Failed)$)")
_STUDIO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z \S")

_BANNER = re.compile(r"Azure ML Inferencing HTTP server v\d")
_GUNICORN = re.compile(r"Starting gunicorn \d")
_RUNIT = re.compile(r"\S{19,40} - (\w[\w-]*/run)\s*$")
# what a line must hold to be one of these, or to end a start
_MARKS = ("/run", "Azure ML Inferencing HTTP server", "Loaded logging config", "Starting gunicorn",
          "Shutting down: Master", "gunicorn/finish", "Killing image")
_ENDED = re.compile(r"Shutting down: Master|gunicorn/finish|Killing image")



def answer(container: str, content: str | None) -> LogAnswer:
    """The class of a 200 answer: Azure's two sentences are no log, nothing is none yet, the rest is one."""
    said = " ".join((content or "").strip('"\ufeff \r\n\t').split()) if len(content or "") < 400 else "-"
    if _WITHHELD.match(said):
        return LogAnswer(container, WITHHELD, said=said)
    if not said or _NONE_YET.match(said):
        return LogAnswer(container, NONE_YET, said=said)
    return LogAnswer(container, LOGS, text=content or "")


def parse(text: str) -> LogText:
    """Status block, events (one for each line of Azure's) and console lines of an answer.

    Headers may be missing, repeated or cut. From the first "Container logs:" on, all is console: a script
    may print what looks like a header. Of a repeated status the later value holds. Blank lines at the end go.
    """
    lines = split(text.removeprefix("\ufeff"))
    start = _preamble(lines)
    status: dict[str, str] = {}
    events: list[Event] = []
    end = _blocks(lines, start, status, events)
    console = [line for line in lines[:start] if _STUDIO.match(line)] + lines[end:]
    while console and not console[-1].strip():
        console.pop()
    return LogText(tuple(status.items()), tuple(events), tuple(console))


def _preamble(lines: Sequence[str]) -> int:
    """How many lines stand before the blocks: the rest of a cut line, and notes of the studio's shape."""
    at = 0
    while at < min(4, len(lines)) and (not lines[at].strip() or _STUDIO.match(lines[at])):
        at += 1
    if at < len(lines) and lines[at].strip().lower() in _HEADERS:
        return at
    if len(lines) > 1 and not _is_block(lines[0]) and _CUT_START.match(lines[0]) and _is_block(lines[1]):
        return 1
    return 0


def _is_block(line: str) -> bool:
    """A line of Azure's own blocks: a header, a known status, or an event."""
    found = _STATUS.match(line)
    return (not line.strip() or line.strip().lower() in _HEADERS or line.startswith("Kind: ")
            or bool(found and found[1] in _STATUS_KEYS))


def _blocks(lines: Sequence[str], start: int, status: dict[str, str], events: list[Event]) -> int:
    """Reads the blocks into `status` and `events`; comes back with the index of the first console line."""
    for at in range(start, len(lines)):
        line = lines[at]
        header = _HEADERS.get(line.strip().lower())
        if header == "console":
            return at + 1
        if header or not line.strip():
            continue
        state = _STATUS.match(line)
        if state and (state[1] in _STATUS_KEYS or state[2] in _STATUS_WORDS):
            status[state[1]] = state[2]
        elif line.startswith("Kind: ") and (found := _EVENT.match(line)):
            events.append(_event(found))
        elif events and lines[at - 1].strip() and at > start and moment(line) is None:
            # a probe's answer may have several lines
            events[-1] = replace(events[-1], message=f"{events[-1].message}\n{line}")
        else:
            return at
    return len(lines)


def _event(found: re.Match[str]) -> Event:
    """One event of one line; parts that a cut took away are empty."""
    return Event(found["name"].strip(), (found["message"] or "").strip(), (found["type"] or "Normal").strip(),
                 moment(found["time"] or ""))


def overlap(old: Sequence[str], new: Sequence[str]) -> int:
    """The longest k with old[-k:] == new[:k], in linear time: a few places are compared whole, then all by KMP."""
    old, new = list(old[-len(new):]) if new else [], list(new)
    at = -1
    for _ in range(TRIED):
        try:
            at = old.index(new[0], at + 1) if new else len(old)
        except ValueError:
            return 0
        if old[at:] == new[:len(old) - at]:
            return len(old) - at
    return _overlap(old, new)


def _overlap(old: Sequence[str], new: Sequence[str]) -> int:
    """The same by KMP: two comparisons a line at most, whatever repeats."""
    fail, k = [0] * len(new), 0
    for at in range(1, len(new)):
        while k and new[at] != new[k]:
            k = fail[k - 1]
        k += new[at] == new[k]
        fail[at] = k
    k = 0
    for line in old:
        while k and (k == len(new) or line != new[k]):
            k = fail[k - 1]
        k += line == new[k]
    return k


def join_events(old: Iterable[Event], new: Iterable[Event]) -> tuple[Event, ...]:
    """Events of consecutive reads as one list, by first time: equal ones are one, with count and last time.

    `new` comes from `parse`, one for each occurrence; one not later than the last known is known already.
    """
    joined = {(event.name, event.type, event.message): event for event in old}
    untimed: Counter[tuple[str, str, str]] = Counter()
    for event in sorted(new, key=_when):
        key = (event.name, event.type, event.message)
        known = joined.get(key)
        untimed[key] += event.at is None
        if known is None:
            joined[key] = event
        elif event.at is None:
            joined[key] = replace(known, count=max(known.count, untimed[key]))
        elif known.at is None or event.at > (known.last or known.at):
            joined[key] = replace(known, at=known.at or event.at, count=known.count + event.count,
                                  last=event.last or event.at)
    return tuple(sorted(joined.values(), key=_when))


def _when(event: Event) -> tuple[bool, datetime]:
    """Sorts events by first time, those without one last."""
    return event.at is None, event.at or datetime.min.replace(tzinfo=UTC)


def restarts(lines: Sequence[str]) -> list[int]:
    """Indices of the lines where a container start begins: the first mark (runit, gunicorn, banner)."""
    starts: list[int] = []
    seen: set[str] = set()
    for at in _marked(lines):
        line = lines[at]
        mark = _mark(line)
        if mark and (not seen or mark in seen):
            starts.append(at)
            seen = {mark}
        elif mark:
            seen.add(mark)
        elif seen and _ENDED.search(line, 0, 200) and not logger(line).endswith(".print"):
            seen = set()
    return starts


def _marked(lines: Sequence[str]) -> list[int]:
    """Indices of the lines that may be a mark of a start or an end: the only ones that are looked at singly."""
    text = "\n".join(lines)
    found: list[int] = []
    at = behind = 0
    for place in sorted(place for mark in _MARKS for place in _places(text, mark)):
        at += text.count("\n", behind, place)
        behind = place
        if not found or found[-1] != at:
            found.append(at)
    return found


def _places(text: str, mark: str) -> Iterator[int]:
    """Where a mark stands first in each line that holds it."""
    place = text.find(mark)
    while place >= 0:
        yield place
        end = text.find("\n", place)
        place = text.find(mark, end) if end >= 0 else -1


def _mark(line: str) -> str:
    """Which mark of a container start a line is, or "" (a print of the script is none)."""
    if _BANNER.match(line):
        return "banner"
    if runit := _RUNIT.match(line):
        return runit[1]
    name = LETTER.match(line)
    body = line[name.end():] if name else line
    if name and name[2] not in ("gunicorn.error", "azmlinfsrv"):
        return ""
    if body.startswith("Loaded logging config from"):
        return "config"
    return "gunicorn" if _GUNICORN.match(body) else ""
