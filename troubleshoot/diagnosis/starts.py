"""The starts of a container inside one attempt, numbered from 1 as its stored log shows them."""
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from troubleshoot.diagnosis.facts import Case, Log
from troubleshoot.diagnosis.logs import moment, restarts
from troubleshoot.diagnosis.recorded import Restart

AHEAD = 60  # lines of a start in which its time is looked for


def of(case: Case) -> tuple[Restart, ...]:
    """The starts of both containers, each in the order of its lines; one scan of the lines that may hold a mark."""
    return tuple(one for log in case.logs for one in _starts(log))


def _starts(log: Log) -> Iterator[Restart]:
    """The known ones, where the case has only the newest lines, and behind them the new, numbered on from there."""
    known = log.starts if log.first > 1 else ()
    yield from known
    skipped = max(0, known[-1].line - log.first) if known else 0
    lines = log.lines[skipped:]
    found = restarts(lines)
    if known and found and _is_same(known[-1].line, log.first, log.first + skipped + found[0]):
        found = found[1:]
    unsure = log.first > 1 or bool(found and not _is_beginning(lines[:found[0]]))
    for number, (at, until) in enumerate(pairwise([*found, len(lines)]), len(known) + 1):
        line = log.first + skipped + at
        seam = any(gap.before <= line for gap in log.gaps)
        yield Restart(log.container, number, line, _when(lines[at:min(until, at + AHEAD)]), unsure or seam)


def _is_same(known: int, first: int, line: int) -> bool:
    """True for the known start itself, and for a later mark of it where the lines begin in its midst."""
    return line == known or (known < first and line - known < AHEAD)


def _is_beginning(before: Sequence[str]) -> bool:
    """True where nothing that was printed with a time stands before the first start: a tail that was cut shows some."""
    return not any(moment(line) for line in before)


def _when(lines: Sequence[str]) -> datetime | None:
    return next((at for line in lines if (at := moment(line))), None)
