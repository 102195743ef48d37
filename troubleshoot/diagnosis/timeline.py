"""Puts what is known of an attempt in one order: operation, stages, events, quoted lines, answers for logs."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from troubleshoot.diagnosis.facts import (
    GONE,
    LOGS,
    REFUSED,
    TERMINAL_STATES,
    Case,
    Event,
    Evidence,
    Log,
    Stage,
    Verdict,
)
from troubleshoot.diagnosis.logs import moment

LANES = ("operation", "stage", "event", "evidence", "log")  # at one moment, in this order
_BAD = {"Failed": "failed", "Canceled": "stopped", "Succeeded": "passed", REFUSED: "failed"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `at` is None where no time is known; `line` is the line in `source`, if it has one.

    `state` is passed, failed, stopped, running, warning, or empty.
    """

    at: datetime | None
    lane: str
    text: str
    state: str = ""
    source: str = ""
    line: int | None = None


def of(case: Case, verdict: Verdict) -> tuple[Entry, ...]:
    """All entries by time, those without a time last; the order of equal moments is always the same."""
    entries = (*_operation(case), *_stages(verdict), *_events(case), *_evidence(verdict), *_answers(case))
    return tuple(sorted(entries, key=_place))


def _place(entry: Entry) -> tuple[bool, datetime, int]:
    """Sort key: time first, then lane; sorting is stable for the rest."""
    return entry.at is None, entry.at or datetime.min.replace(tzinfo=UTC), LANES.index(entry.lane)


def _operation(case: Case) -> Iterator[Entry]:
    """Start and end of the attempt, or where it stands."""
    operation = case.operation
    start = (operation and operation.started) or case.started
    end = (operation and operation.ended) or case.ended
    state = operation.status if operation and operation.status in TERMINAL_STATES else case.state
    subject = case.place.deployment or case.place.endpoint or case.subject
    if start:
        yield Entry(start, "operation", f"{(case.kind or 'operation').capitalize()} of {subject} began", "",
                    "operation")
    if state in TERMINAL_STATES:
        yield Entry(end, "operation", f"{subject}: {state}", _BAD[state], "operation")
    elif state:
        yield Entry(case.as_of, "operation", f"{subject}: {state}", "running", "operation")
    if case.gone:
        yield Entry(case.as_of, "operation", f"{subject} does not exist any more (Azure answers 404)", "", "operation")


def _stages(verdict: Verdict) -> Iterator[Entry]:
    """Start and end of each stage that has a time; a stage without one is on the rail only."""
    for stage in verdict.stages:
        if stage.started and stage.state != "not reached":
            yield Entry(stage.started, "stage", f"{stage.name} began", "running" if stage.state == "running" else "",
                        "stages")
        if stage.ended and stage.state in ("passed", "stopped"):
            yield Entry(stage.ended, "stage", f"{stage.name} {stage.state}{_took(stage)}", stage.state, "stages")


def _took(stage: Stage) -> str:
    """How long a stage took, as pages write it: ` after 4 min 42 s`."""
    if stage.seconds is None:
        return ""
    hours, rest = divmod(round(stage.seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f" after {hours} h {minutes:02d} min"
    if not minutes:
        return f" after {seconds} s"
    return f" after {minutes} min" + (f" {seconds:02d} s" if seconds else "")


def _events(case: Case) -> Iterator[Entry]:
    """Container events, one entry for all repeats of one."""
    for event in case.events:
        text = f"{event.name}: {event.message}" if event.message else event.name
        yield Entry(event.at, "event", text + _repeats(event), "warning" if event.type == "Warning" else "",
                    "container events")


def _repeats(event: Event) -> str:
    """How often an event came, and until when."""
    if event.count < 2:
        return ""
    return f" ({event.count} times{f', last {event.last:%H:%M:%S}' if event.last else ''})"


def _evidence(verdict: Verdict) -> Iterator[Entry]:
    """The lines that the leading finding quotes, once each, and those that show readiness."""
    quoted = [(proof, "failed") for proof in (verdict.best.evidence if verdict.best else ())]
    seen: set[tuple[str, int | None, str]] = set()
    for proof, state in (*quoted, *((line, "passed") for line in verdict.healthy)):
        key = (proof.source, proof.line, proof.text)
        at = _when(proof)
        if at and key not in seen:
            seen.add(key)
            yield Entry(at, "evidence", proof.text.strip(), state, proof.source, proof.line)


def _when(proof: Evidence) -> datetime | None:
    """The first time in a quotation; a traceback's lines carry none of their own."""
    return next((at for line in proof.text.split("\n")[:20] if (at := moment(line))), None)


def _answers(case: Case) -> Iterator[Entry]:
    """What Azure answered for each container where it was no log."""
    for log in case.logs:
        if log.last_class and log.last_class != LOGS:
            yield Entry(log.read_at, "log", f"{log.container}: {_said(log)}", "", log.container)


def _said(log: Log) -> str:
    """The class of an answer with Azure's own sentence; lines read before it stay."""
    kept = f"; {len(log.lines):,} lines read before are kept" if log.lines and log.last_class == GONE else ""
    return f"{log.last_class}{kept}" + (f" ({log.said})" if log.said else "")
