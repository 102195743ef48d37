"""What a reader asked to see of a stored log: which lines, at which level, of which restart, with which words."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from troubleshoot.boards import find, lines
from troubleshoot.boards.rows import Sight, span
from troubleshoot.diagnosis.frames import levels
from troubleshoot.diagnosis.recorded import Restart
from troubleshoot.models import Log

PART = 100_000  # lines whose levels are worked out for one page; a longer log is told and shown in such parts
ABOVE = 60  # lines above new ones that may say what level these have
LEVELS = {"": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it does not ask for is empty or 0."""

    line: int = 0
    to: int = 0  # the last line of a range
    least: str = ""
    restart: int = 0
    words: str = ""
    newest: bool = False

    @property
    def last(self) -> int:
        """The last line that is asked for."""
        return max(self.line, self.to)


@dataclass(frozen=True, slots=True)
class Seen:
    """A part of a stored log that was read, and the numbers of the lines in it that are to be shown."""

    sight: Sight
    numbers: Sequence[int]
    part: tuple[int, int]
    at: int  # where the reader is
    counts: tuple[tuple[str, str, int], ...]
    counted: str


def see(log: Log, marks: Mapping[tuple[str, int], int], starts: Sequence[Restart], asked: Asked,
        only: tuple[int, int] | None = None) -> Seen:
    """The part of a log that holds what was asked for, or `only` some lines; one query, two where words are sought."""
    evidence = {line: number for (source, line), number in marks.items() if source == log.container}
    scope = _scope(log, starts, asked.restart)
    found = find.search(log, asked.words, *scope, asked.line)
    at = _at(log, evidence, scope, asked, found)
    part = only or _part(log, at)
    texts = lines.texts({log.id: [(max(1, part[0] - (ABOVE if only else 0)), part[1])]})[log.id]
    known = dict(zip(texts, levels(list(texts.values())), strict=True))
    order = [n for n in texts if n >= part[0]]
    sight = Sight(log, texts, order, known, evidence, starts, found, (asked.line, asked.last) if asked.line else (0, 0),
                  _hides(asked, scope, log))
    inside = {number for n, number in evidence.items() if scope[0] <= n <= scope[1]}
    wanted = {*(n for n, number in evidence.items() if scope[0] <= n <= scope[1] or number not in inside),
              *found.numbers}
    least = LEVELS[asked.least]
    numbers = order if not sight.hides else [
        n for n in order if n in wanted or (LEVELS[known[n]] >= least and scope[0] <= n <= scope[1])]
    worse = [known[n] for n in order if scope[0] <= n <= scope[1] and known[n]]
    counts = (("", "All", len(order)), ("warning", "Warnings", len(worse)), ("error", "Errors", worse.count("error")))
    return Seen(sight, numbers, part, at, counts, span(*part).lower() if part != (1, log.lines) else "")


def _scope(log: Log, starts: Sequence[Restart], restart: int) -> tuple[int, int]:
    """First and last line of one restart; of the whole log where that one is not known."""
    for at, one in enumerate(starts):
        if one.number == restart:
            return one.line, starts[at + 1].line - 1 if at + 1 < len(starts) else log.lines
    return 1, log.lines


def _at(log: Log, evidence: Mapping[int, int], scope: tuple[int, int], asked: Asked, found: find.Found) -> int:
    """The line that the reader is led to: the one asked for, found, of that restart, that proves the cause, or last."""
    if asked.line or asked.newest:
        return min(asked.line or log.lines, log.lines)
    if found.numbers:
        return found.numbers[0]
    inside = [n for n in sorted(evidence) if scope[0] <= n <= scope[1]]
    return inside[0] if inside else scope[0] if scope != (1, log.lines) else log.lines


def _part(log: Log, at: int) -> tuple[int, int]:
    """The part of a log that holds a line; all of most logs."""
    first = (max(1, at) - 1) // PART * PART + 1
    return first, min(log.lines, first + PART - 1)


def _hides(asked: Asked, scope: tuple[int, int], log: Log) -> str:
    """What the filters hide, in words."""
    inside = scope != (1, log.lines)
    return " or ".join(filter(None, ("of lower severity" if asked.least else "",
                                     "of other restarts" if inside else "")))
