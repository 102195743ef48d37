"""What happened in an attempt, in order: for the list and for the chart."""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from troubleshoot.boards import around, changes, happened
from troubleshoot.boards.words import NB, Moment, moment
from troubleshoot.diagnosis import plain, timeline
from troubleshoot.diagnosis.facts import (
    CONTAINERS,
    Case,
    DeploymentFacts,
    Event,
    Log,
    OperationFacts,
    Place,
    Verdict,
)
from troubleshoot.diagnosis.recorded import Gap
from troubleshoot.models import Attempt
from troubleshoot.models import Log as LogRow

SHORT = 8
_UNIT = re.compile(r"(?<=\d) (?=(?:s|min|h)\b)|(?<=min|\d h) (?=\d)")
_SHAPES = {"passed": ("ok", "ok"), "failed": ("bad", "bad"), "stopped": ("bad", "bad"), "running": ("run", "run"),
           "warning": ("warn", "warn"), "unseen": ("warn", "stale"),
           "suspect": ("mark", "log"), "": ("mut", "idle")}
LANES = {"operation": "Operation", "stage": "Stages", "restart": "Restarts", "event": "Container events",
         "evidence": "Evidence", "log": "Logs", "change": "Changes", "people": "People", "blind": "Not seen"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, on which lane of the chart, what, and where it can be read."""

    at: Moment | None  # None where no time is told: it comes last
    moment: datetime | None
    lane: str
    text: str
    small: str
    tone: str
    glyph: str
    container: str = ""
    line: int | None = None
    evidence: bool = False
    stage: str = ""
    until: datetime | None = None  # the end of what lasted


def case_of(row: Attempt, logs: Iterable[LogRow], kept: Mapping[int, Mapping[int, str]], now: datetime) -> Case:
    """The case of an attempt as far as a page has it in hand; no query."""
    space, one = row.endpoint.workspace, row.deployment
    return Case(
        place=Place(space.subscription, space.group, space.name, row.endpoint.name, one.name if one else ""),
        subject="deployment" if one else "endpoint", number=row.number, kind=row.kind, state=row.state,
        started=row.started, ended=row.ended, failed_at=row.failed_at,
        as_of=(one or row.endpoint).gone_at or now, operation=plain.load(OperationFacts, row.operation),
        first_provisioning=row.first_provisioning, weight=one.weight if one else None,
        deployment=plain.load(DeploymentFacts, row.spec) if one and row.spec else None,
        status=tuple((name, value) for name, value in row.status), events=plain.load_all(Event, row.events),
        logs=tuple(_log(log, kept.get(log.id, {})) for log in logs), gone=(one or row.endpoint).gone_at is not None)


def _log(log: LogRow, kept: Mapping[int, str]) -> Log:
    """The newest unbroken run of the lines that were read."""
    first = last = max(kept, default=0)
    while first - 1 in kept:
        first -= 1
    return Log(log.container, tuple(kept[n] for n in range(first, last + 1)) if kept else (), first=first or 1,
               gaps=plain.load_all(Gap, log.gaps), last_class=log.last_class, said=log.said, read_at=log.read_at)


def of(row: Attempt, verdict: Verdict | None, logs: Iterable[LogRow], kept: Mapping[int, Mapping[int, str]],
       now: datetime, beside: around.Around | None = None) -> tuple[Entry, ...]:
    """All that happened, oldest first, long lanes cut in the middle; no query."""
    logs, beside, verdict = list(logs), beside or around.Around(), verdict or Verdict()
    over = {f"{one.name} began" for one in verdict.stages if one.ended and one.state in ("passed", "stopped")}
    told = [one for one in timeline.of(case_of(row, logs, kept, now), verdict)
            if not (one.lane == "stage" and one.text in over) and not (beside.next and _is_of_now(one))]
    if happened.several(row):
        told = [_of_several(one, verdict) for one in told]
    told += (*around.entries(row, beside, logs, now), *changes.entries(row))
    return tuple(_entry(one, now) for one in timeline.bounded(timeline.ordered(told)))


def _is_of_now(one: timeline.Entry) -> bool:
    """What holds now, or came at the end of all: it belongs to the newest attempt."""
    return one.lane == "operation" and (one.state == "running" or one.text.endswith("(Azure answers 404)"))


def _of_several(one: timeline.Entry, verdict: Verdict) -> timeline.Entry:
    """A start by its place in the log: whether its own instance had started before is not told."""
    number = next((it.number for it in verdict.restarts if (it.container, it.line) == (one.source, one.line)), 0)
    if one.lane != "restart" or not number:
        return one
    return replace(one, text=f"{one.source} started", small=f"; start {number} in a log of several instances")


def _entry(one: timeline.Entry, now: datetime) -> Entry:
    """An entry of the timeline with its shape; its text is cut, since the whole stands where it links to."""
    tone, glyph = _SHAPES.get(one.state, _SHAPES[""])
    small = one.small
    if one.lane == "evidence":
        small = "; ".join(filter(None, (f"{one.source}{f', line {one.line}' if one.line else ''}", small)))
        tone, glyph = ("ok", "ok") if one.state == "passed" else ("mark", "log")
    text = " ".join(one.text.split())[:300]
    if one.lane == "stage":
        text = _UNIT.sub(NB, text)
    container = one.source if one.source in CONTAINERS else ""
    if one.lane == "restart":
        small = f"line {one.line}{small}"
    if one.lane == "people":
        glyph = "me"
    return Entry(moment(one.at, now), one.at, LANES[one.lane], text, small[:500], tone,
                 glyph, container, one.line, one.lane == "evidence" and one.state != "passed",
                 one.source if one.lane == "stage" else "", one.until)


def short(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first and the last few, for a page that shows the whole elsewhere; what comes again and again stands once."""
    told: list[Entry] = []
    for one in entries:
        again = one.lane in (LANES["restart"], LANES["evidence"]) and any(one.lane == other.lane for other in told)
        if not again and (one.tone != "mut" or one.lane != LANES["stage"]):
            told.append(one)
    return tuple(told) if len(told) <= SHORT else (*told[:3], *told[3 - SHORT:])
