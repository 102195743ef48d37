"""What happened in an attempt, in order: for the list and for the chart."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.boards.words import Moment, moment
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
from troubleshoot.models import Attempt, Change
from troubleshoot.models import Log as LogRow

SHORT = 8
_SHAPES = {"passed": ("ok", "ok"), "failed": ("bad", "bad"), "stopped": ("bad", "bad"), "running": ("run", "run"),
           "warning": ("warn", "warn"), "": ("mut", "idle")}
LANES = {"operation": "Operation", "stage": "Stages", "event": "Container events", "evidence": "Evidence",
         "log": "Logs", "change": "Changes"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, on which lane of the chart, what, and where it can be read."""

    at: Moment
    moment: datetime
    lane: str
    text: str
    small: str
    tone: str
    glyph: str
    container: str = ""
    line: int | None = None
    evidence: bool = False


def case_of(row: Attempt, logs: Iterable[LogRow], kept: Mapping[int, Mapping[int, str]], now: datetime) -> Case:
    """The case of an attempt as far as a page has it in hand; no query."""
    space, one = row.endpoint.workspace, row.deployment
    return Case(
        place=Place(space.subscription, space.group, space.name, row.endpoint.name, one.name if one else ""),
        subject="deployment" if one else "endpoint", number=row.number, kind=row.kind, state=row.state,
        started=row.started, ended=row.ended,
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
       now: datetime, changes: Iterable[Change] = ()) -> tuple[Entry, ...]:
    """All that happened, oldest first; no query."""
    case = case_of(row, logs, kept, now)
    verdict = verdict or Verdict()
    over = {f"{one.name} began" for one in verdict.stages if one.ended and one.state in ("passed", "stopped")}
    told = [_entry(one, one.at, row, now) for one in timeline.of(case, verdict)
            if one.at and not (one.lane == "stage" and one.text in over)]
    told += [_changed(change, now) for change in changes]
    return tuple(sorted(told, key=lambda one: one.moment))


def _entry(one: timeline.Entry, at: datetime, row: Attempt, now: datetime) -> Entry:
    """An entry of the timeline with its shape; its text is cut, since the whole stands where it links to."""
    when = moment(at, now)
    assert when is not None  # noqa: S101
    tone, glyph = _SHAPES.get(one.state, _SHAPES[""])
    text, small = one.text, ""
    if one.lane == "operation" and not one.state and row.caller and row.caller not in text:
        small = f"asked for by {row.caller}"
    if one.lane == "evidence":
        small = f"{one.source}{f', line {one.line}' if one.line else ''}"
        tone, glyph = ("ok", "ok") if one.state == "passed" else ("mark", "log")
    container = one.source if one.source in CONTAINERS and one.line else ""
    return Entry(when, at, LANES.get(one.lane, one.lane), " ".join(text.split())[:300], small, tone, glyph, container,
                 one.line, one.lane == "evidence" and one.state != "passed")


def _changed(change: Change, now: datetime) -> Entry:
    """A watched field that turned, as an entry of its own lane."""
    where = change.deployment.name if change.deployment else "the endpoint"
    text = f"{where} was {change.field}" if change.field in ("deleted", "made again") else f"{change.field} changed"
    small = f"{change.before or 'nothing'} to {change.after or 'nothing'}" if change.before or change.after else ""
    when = moment(change.at, now)
    assert when is not None  # noqa: S101  (a change always has its moment)
    return Entry(when, change.at, LANES["change"], text, small, "mut", "idle")


def short(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first and the last few, for a page that shows the whole elsewhere."""
    told = [one for one in entries if one.tone != "mut" or one.lane != LANES["stage"]]
    return tuple(told) if len(told) <= SHORT else (*told[:3], *told[3 - SHORT:])
