"""Puts what is known of an attempt in one order: operation, stages, starts, events, quoted lines."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from troubleshoot.diagnosis.facts import REFUSED, TERMINAL_STATES, Case, Event, Evidence, Stage, Verdict
from troubleshoot.diagnosis.logs import moment
from troubleshoot.diagnosis.recorded import Restart

# At one moment, in this order; the last five are told by rows that a case does not hold (boards/around.py).
LANES = ("people", "operation", "stage", "restart", "event", "evidence", "log", "change", "blind")
FIRST, NEWEST = 20, 60  # entries of a lane that are shown, the rest is counted
_BAD = {"Failed": "failed", "Canceled": "stopped", "Succeeded": "passed", REFUSED: "failed"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `at` is None where no time is known; `line` is the line in `source`, if it has one.

    `state` is passed, failed, stopped, running, warning, or empty; `until` is the end of what lasted.
    """

    at: datetime | None
    lane: str
    text: str
    state: str = ""
    source: str = ""
    line: int | None = None
    small: str = ""
    until: datetime | None = None


def of(case: Case, verdict: Verdict) -> tuple[Entry, ...]:
    """All entries by time, those without a time last; the order of equal moments is always the same."""
    return ordered((*_operation(case), *_stages(verdict), *_restarts(verdict), *_events(case), *_evidence(verdict)))


def ordered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By time, then by lane; what has no time comes last."""
    return tuple(sorted(entries, key=_place))


def _place(entry: Entry) -> tuple[bool, datetime, int]:
    """Sort key: time first, then lane; sorting is stable for the rest."""
    return entry.at is None, entry.at or datetime.min.replace(tzinfo=UTC), LANES.index(entry.lane)


def bounded(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The first and the newest of each lane, with one entry that counts what is left out between them."""
    kept: list[Entry] = []
    for lane in LANES:
        mine = [one for one in entries if one.lane == lane]
        out = mine[FIRST:-NEWEST] if len(mine) > FIRST + NEWEST + 1 else []
        kept += mine if not out else (*mine[:FIRST], _left_out(lane, out), *mine[-NEWEST:])
    return ordered(kept)


def _left_out(lane: str, out: Sequence[Entry]) -> Entry:
    until = next((one.at for one in reversed(out) if one.at), None)
    return Entry(out[0].at, lane, f"{len(out):,} more entries like those before and behind are left out here",
                 until=until)


_KINDS = {"create": "Creation", "update": "Update"}


def _operation(case: Case) -> Iterator[Entry]:
    """Start and end of the attempt, or where it stands; a late success has the moment of the failure only."""
    operation = case.operation
    start = (operation and operation.started) or case.started
    end = (operation and operation.ended) or case.ended
    state = operation.status if operation and operation.status in TERMINAL_STATES else case.state
    subject = case.place.deployment or case.place.endpoint or case.subject
    if start:
        yield Entry(start, "operation", f"{_KINDS.get(case.kind, 'Operation')} of {subject} began", "",
                    "operation")
    if case.late:
        yield Entry(end or case.failed_at, "operation", f"Azure reported that {subject} failed", "failed", "operation")
    elif state in TERMINAL_STATES:
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
                        stage.name)
        if stage.ended and stage.state in ("passed", "stopped"):
            yield Entry(stage.ended, "stage", f"{stage.name} {stage.state}{_took(stage)}", stage.state, stage.name)


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


def _restarts(verdict: Verdict) -> Iterator[Entry]:
    """Each start of a container, with its number."""
    for one in verdict.restarts:
        again = one.number > 1 or one.at_least
        yield Entry(one.at, "restart", f"{one.container} started{_which(one)}", "warning" if again else "",
                    one.container, one.line)


def _which(one: Restart) -> str:
    """`, 3rd time`; where the log is not stored from its beginning, or has a seam before it, `at least`."""
    tens, last = one.number // 10 % 10, one.number % 10
    ordinal = f"{one.number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(last, 'th')} time"
    if one.number == 1:
        return "; earlier starts may be missing" if one.at_least else ""
    return f", at least the {ordinal}" if one.at_least else f", {ordinal}"


def _events(case: Case) -> Iterator[Entry]:
    """Container events, one entry for all repeats of one; what had ended before the attempt began is not of it.

    The log of an update shows the events of the instances before it, too (stages.py leaves them out likewise).
    """
    start = (case.operation and case.operation.started) or case.started
    for event in case.events:
        older = bool(start and event.at and event.at < start)
        if start and older and not (event.last and event.last >= start):
            continue
        text = f"{event.name}: {event.message}" if event.message else event.name
        yield Entry(event.last if older else event.at, "event", text + ("" if older else _repeats(event)),
                    "warning" if event.type == "Warning" else "", "container events",
                    small=f"{event.count} times since before this attempt began" if older else "")


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
        at = _own_time(proof)
        start = None if at else _start_before(proof, verdict)
        if (at or start) and key not in seen:
            seen.add(key)
            yield Entry(at or start, "evidence", proof.text.strip(), state, proof.source, proof.line,
                        "" if at else "printed after this start of the container; it carries no time of its own")


def _own_time(proof: Evidence) -> datetime | None:
    """The first time in a quotation; a traceback's lines carry none of their own."""
    return next((at for line in proof.text.split("\n", 20)[:20] if (at := moment(line))), None)


def _start_before(proof: Evidence, verdict: Verdict) -> datetime | None:
    """When the container was started that printed a quotation."""
    return next((one.at for one in reversed(verdict.restarts)
                 if one.container == proof.source and proof.line and one.line <= proof.line), None)


def joined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Stretches of one kind that overlap as one, from the first begin to the last end; what they tell of is listed."""
    found: list[Entry] = []
    for one in sorted(entries, key=lambda one: (one.state, one.source, one.at or datetime.min.replace(tzinfo=UTC))):
        before = found[-1] if found else None
        if before and (before.state, before.source) == (one.state, one.source) and before.until and one.at \
                and one.until and one.at <= before.until:
            names = dict.fromkeys((*before.small.split(", "), *one.small.split(", ")))
            found[-1] = replace(before, until=max(before.until, one.until), small=", ".join(names))
        else:
            found.append(one)
    return ordered(found)
