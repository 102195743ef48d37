"""What could be seen, and what not: answers for logs, seams in what is stored, removed lines, our blind stretches."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from troubleshoot import ledger
from troubleshoot.boards.around import WHY, looked
from troubleshoot.boards.happened import BLIND, LOGS, Event
from troubleshoot.boards.words import dated, exact, plural
from troubleshoot.diagnosis import facts, plain
from troubleshoot.diagnosis.recorded import Gap, Removed
from troubleshoot.models import Attempt, Blind, Log, LogRead

SEAMS = 40  # newest seams of one log: a container that prints much has one at every read
TOGETHER = timedelta(seconds=150)  # answers for both containers this close are told in one
SAID = {
    facts.WITHHELD: "Azure withheld {log} while it created or deleted", facts.NONE_YET: "Azure had no log of {log}",
    facts.GONE: "Azure answered that {log} is gone", facts.DENIED: "Azure refused to show {log}",
    facts.THROTTLED: "Azure asked us to wait for {log}", facts.BAD_REQUEST: "Azure refused the request for {log}",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A run of equal answers for the log of one container, or of both."""

    kind: str
    containers: tuple[str, ...]
    since: datetime
    until: datetime
    times: int


def logs(rows: Mapping[int, Sequence[Log]], reads: Mapping[int, Sequence[LogRead]],
         known: Mapping[int, Attempt], now: datetime) -> Iterator[Event]:
    """Answers that were no log, first lines, seams and removed lines of each attempt's logs; no query."""
    for attempt, found in rows.items():
        row = known[attempt]
        whose = {"deployment": row.deployment.name if row.deployment else "", "number": row.number}
        yield from (_answer(one, whose) for one in _answers(found, reads))
        for log in found:
            mine = reads.get(log.id, ())
            yield from _first(log, mine, whose)
            yield from _seams(log, mine, row, whose, now)
            yield from _removed(log, whose)


def _answers(found: Iterable[Log], reads: Mapping[int, Sequence[LogRead]]) -> list[Answer]:
    """The runs of answers that were no log; equal ones for both containers at the same time are one."""
    runs: list[Answer] = []
    told = sorted(((one, log) for log in found for one in reads.get(log.id, ()) if one.answer_class != facts.LOGS),
                  key=lambda pair: (pair[0].at, pair[0].id))
    for one, log in told:
        twin = next((at for at, run in enumerate(runs) if run.kind == one.answer_class
                     and log.container not in run.containers and abs(run.since - one.at) <= TOGETHER
                     and abs(run.until - one.last_at) <= TOGETHER), None)
        if twin is None:
            runs.append(Answer(one.answer_class, (log.container,), one.at, one.last_at, one.times))
        else:
            run = runs[twin]
            runs[twin] = Answer(run.kind, (*run.containers, log.container), min(run.since, one.at),
                                max(run.until, one.last_at), run.times + one.times)
    return runs


def _answer(one: Answer, whose: dict) -> Event:
    name = "both logs" if len(one.containers) > 1 else f"the log of {one.containers[0]}"
    words = SAID.get(one.kind, f"The answer for {{log}} was: {one.kind}").format(log=name)
    if one.kind == facts.NONE_YET:
        words = f"Azure had no log of {'either container' if len(one.containers) > 1 else one.containers[0]}"
    if len(one.containers) > 1:
        words = words.replace("both logs is", "both logs are")
    long = one.until > one.since
    return Event(one.since, LOGS, ("logs",), words, f"{plural(one.times, 'answer')}" if one.times > 1 else "",
                 until=one.until if long else None, **whose)


def _first(log: Log, reads: Sequence[LogRead], whose: dict) -> Iterator[Event]:
    """The first read that held lines, where the ledger reaches back to it."""
    first = next((one for one in reads if one.answer_class == facts.LOGS and one.added), None)
    if first and sum(one.added for one in reads) >= log.lines:
        yield Event(first.at, LOGS, ("logs",), f"First lines of {log.container}: {plural(first.added, 'line')}", "",
                    "mut", "ev", container=log.container, line=1, **whose)


def _seams(log: Log, reads: Sequence[LogRead], row: Attempt, whose: dict, now: datetime) -> Iterator[Event]:
    """Each seam in the stored log: where, since when nothing was read, and why something may be missing."""
    gaps = plain.load_all(Gap, log.gaps)
    for gap in gaps[-SEAMS:]:
        read, before = _read_of(gap.before, log, reads)
        since = "" if read else "when it was read is not told any more"
        if read and read.times > 1 and read.last_at < now - ledger.WHOLE:  # several reads that became one row
            since = f"read between {_day(read.at)} and {_day(read.last_at)} UTC"
        elif read and before:
            took = exact((read.at - before.last_at).total_seconds())
            since = f"nothing was read between {before.last_at:%H:%M} and {read.at:%H:%M} UTC, {took}"
        at = read.at if read else row.ended or row.recorded_at
        yield Event(at, LOGS, ("logs",), f"A gap before line {gap.before:,} of {log.container}",
                    ". ".join(filter(None, (dated(gap.reason).rstrip("."), since[:1].upper() + since[1:]))) + ".",
                    "warn", "warn", container=log.container, line=gap.before, **whose)
    if len(gaps) > SEAMS:
        early = gaps[:-SEAMS]
        yield Event(row.ended or row.recorded_at, LOGS, ("logs",), f"{plural(len(early), 'earlier gap')} in "
                    f"{log.container}", f"before lines {early[0].before:,} to {early[-1].before:,}; each stands in the "
                    "log", "warn", "warn", container=log.container, line=early[0].before, **whose)


def _read_of(line: int, log: Log, reads: Sequence[LogRead]) -> tuple[LogRead | None, LogRead | None]:
    """The read that brought a line, and the one before it that held logs; counted back from the newest line."""
    held, reached = [one for one in reads if one.answer_class == facts.LOGS], log.lines
    for at in range(len(held) - 1, -1, -1):
        reached -= held[at].added
        if reached < line:
            return held[at], held[at - 1] if at else None
    return None, None


def _removed(log: Log, whose: dict) -> Iterator[Event]:
    for one in plain.load_all(Removed, log.removed):
        yield Event(one.at, LOGS, ("logs",), f"Lines {one.first:,} to {one.last:,} of {log.container} were removed",
                    one.why, "mut", "idle", container=log.container, line=one.first, **whose)


def blind(rows: Iterable[Blind]) -> Iterator[Event]:
    """Our own blind stretches; those that overlap for the same reason are one."""
    runs: list[tuple[str, datetime, datetime]] = []
    for one in sorted(rows, key=lambda row: (row.why, row.since)):
        last = runs[-1] if runs else None
        if last and last[0] == one.why and one.since <= last[2]:
            runs[-1] = (last[0], last[1], max(last[2], one.until))
        else:
            runs.append((one.why, one.since, one.until))
    for why, since, until in runs:
        span = f"{since:%H:%M} to {until:%H:%M}" if since.date() == until.date() else f"{_day(since)} to {_day(until)}"
        yield Event(since, BLIND, ("blind",), f"We {looked(why)} from {span}: {WHY.get(why, why)}",
                    exact((until - since).total_seconds()), "warn", "stale", until=until)


def _day(at: datetime) -> str:
    return f"{at.day}\u00a0{at:%b %H:%M}"
