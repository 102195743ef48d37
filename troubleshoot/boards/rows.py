"""The rows of a log page: lines with their folds, and a row for everything that does not stand there."""
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from troubleshoot.boards import lines
from troubleshoot.boards.find import Found, place
from troubleshoot.boards.lines import Line
from troubleshoot.boards.words import dated, day, exact
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.folds import Fold, folds
from troubleshoot.diagnosis.recorded import Gap, Removed, Restart
from troubleshoot.models import Log


@dataclass(frozen=True, slots=True)
class FoldRow:
    """Lines that are folded into one row: their range and what they hold, and the lines themselves."""

    first: int
    words: str
    tone: str
    lines: tuple[Line, ...]
    open: bool


Row = Line | FoldRow


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a stored log is in hand, and what the reader wants to see of it."""

    log: Log
    texts: Mapping[int, str]  # all stored lines that were read
    order: Sequence[int]  # their numbers
    levels: Mapping[int, str]
    evidence: Mapping[int, int]  # line to the number of its evidence
    starts: Sequence[Restart] = ()
    found: Found = field(default_factory=Found)
    asked: tuple[int, int] = (0, 0)  # first and last line that the address names
    hides: str = ""  # in words what the filter hides; empty where there is none


def rows(sight: Sight, numbers: Sequence[int], whole: tuple[int, int]) -> list[Row]:
    """The lines with these numbers as rows; `whole` is the range in which nothing may be silently missing."""
    shown = set(numbers)
    heads = _heads(sight, numbers, whole[0])
    kept, again = _evidence(sight, numbers)
    index = {n: at for at, n in enumerate(numbers)}
    starts = [index[one.line] for one in sight.starts if one.line in shown and len(sight.starts) > 1]
    at_start = {numbers[at] for at in starts}
    breaks = {index[n] for n, told in heads.items() if len(told) > (n in at_start)}
    found: list[Row] = []
    done = 0
    if sight.hides:  # parts of a restart cannot be told as the same
        breaks, starts = breaks | set(starts), []
    for fold in folds([sight.texts[n] for n in numbers], kept, breaks, starts, again):
        found += _plain(sight, numbers[done:fold.start], heads)
        above = heads.get(numbers[fold.start], [])
        found += above[:-1] if fold.restarts else above
        found.append(_fold(sight, numbers[fold.start:fold.end], _holds(sight, numbers[fold.start], fold), heads))
        done = fold.end
    found += _plain(sight, numbers[done:], heads)
    last = numbers[-1] if numbers else whole[0] - 1
    seams = [lines.gap(why) for before, why in _seams(sight.log) if last < before <= whole[1] + 1]
    return [*found, *_missing(sight, last + 1, whole[1]), *seams]


def _plain(sight: Sight, numbers: Sequence[int], heads: Mapping[int, Sequence[Line]]) -> Iterator[Line]:
    for n in numbers:
        yield from heads.get(n, ())
        one = lines.line(n, sight.texts[n], sight.levels[n], sight.evidence.get(n, 0))
        hit = place(sight.found.numbers, n)
        asked = sight.asked[0] <= n <= sight.asked[1]
        yield replace(one, hit=hit, asked=asked) if hit or asked else one


def _holds(sight: Sight, first: int, fold: Fold) -> str:
    """What a fold holds, in words; whole restarts with their numbers."""
    if not fold.restarts:
        return fold.holds
    number = next(one.number for one in sight.starts if one.line == first)
    last = number + fold.restarts - 1
    return f"restart{f's {number} to {last}' if last > number else f' {number}'}, {fold.holds}"


def _fold(sight: Sight, numbers: Sequence[int], holds: str, heads: Mapping[int, Sequence[Line]]) -> FoldRow:
    inside = list(_plain(sight, numbers, {n: told for n, told in heads.items() if n != numbers[0]}))
    tones = {one.tone for one in inside}
    marks = sorted({one.evidence for one in inside if one.evidence})
    told = f"; evidence {', '.join(map(str, marks))} again" if marks else ""
    words = f"{len(numbers):,} lines, {numbers[0]:,} to {numbers[-1]:,}: {holds}{told}"
    return FoldRow(numbers[0], words, "e" if "e" in tones else "w" if "w" in tones else "", tuple(inside),
                   any(one.hit or one.asked for one in inside))


def _evidence(sight: Sight, numbers: Sequence[int]) -> tuple[Collection[int], Collection[int]]:
    """Indices of the lines that must stay in sight, and of those whose evidence is in sight above."""
    known: set[int] = set()
    kept: set[int] = set()
    again: set[int] = set()
    for at, n in enumerate(numbers):
        number = sight.evidence.get(n, 0)
        if number:
            (again if number in known else kept).add(at)
            known.add(number)
    return kept, again


def _heads(sight: Sight, numbers: Sequence[int], first: int) -> dict[int, list[Line]]:
    """The rows that stand before a line: what is missing, a seam in what was collected, a start of the container."""
    seams = sorted(_seams(sight.log))
    places = [at for at, _ in seams]
    begins = {one.line: at for at, one in enumerate(sight.starts)} if len(sight.starts) > 1 else {}
    found: dict[int, list[Line]] = {}
    before = first - 1
    for n in numbers:
        told = _missing(sight, before + 1, n - 1) if n > before + 1 else []
        told += [lines.gap(why) for _, why in seams[bisect_right(places, before):bisect_right(places, n)]]
        if n in begins:
            told.append(lines.gap(_began(sight.starts, begins[n], places)))
        if told:
            found[n] = told
        before = n
    return found


def _seams(log: Log) -> list[tuple[int, str]]:
    return [(gap.before, dated(gap.reason)) for gap in plain.load_all(Gap, log.gaps)]


def _began(starts: Sequence[Restart], at: int, seams: Sequence[int]) -> str:
    """`Restart 5 of 6 began 01:58:51 UTC, 3 min 44 s after restart 4.`; across a seam nobody knows what came before."""
    one, before = starts[at], starts[at - 1] if at else None
    known = "at least " if starts[-1].at_least else ""
    words = f"Restart {one.number} of {known}{starts[-1].number}"
    if one.at is None:
        return f"{words}."
    words += f" began {one.at:%H:%M:%S} UTC"
    if before and before.at and before.at <= one.at and not any(before.line < seam <= one.line for seam in seams):
        words += f", {exact((one.at - before.at).total_seconds())} after restart {before.number}"
    return f"{words}."


def _missing(sight: Sight, first: int, last: int) -> list[Line]:
    """Rows for the lines of a range that are not shown: removed ones, hidden ones, and what nobody can tell of."""
    if last < first:
        return []
    low, high = bisect_left(sight.order, first), bisect_right(sight.order, last)
    stored = high - low
    found = _removed(sight.log, first, last) if stored < last - first + 1 else []
    if stored:
        found.append(lines.gap(f"{stored:,} line{' ' if stored == 1 else 's '}{sight.hides or 'not shown here'} "
                               f"{'is' if stored == 1 else 'are'} hidden.", sight.order[low]))
    return found or [lines.gap(f"{span(first, last)} {'is' if first == last else 'are'} not stored.")]


def _removed(log: Log, first: int, last: int) -> list[Line]:
    """What retention took out of a range."""
    found = []
    for one in plain.load_all(Removed, log.removed):
        low, high = max(first, one.first), min(last, one.last)
        if low <= high:
            found.append(lines.gap(f"{span(low, high)} removed on {day(one.at)}: {one.why}."))
    return found


def span(first: int, last: int) -> str:
    """`Lines 1 to 700`, `Line 4`."""
    return f"Line {first:,}" if first == last else f"Lines {first:,} to {last:,}"
