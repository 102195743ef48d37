"""Finds the lines of a log that a reader may pass over, and says what they hold; nothing is left out.

Frames outside the user's code, what is printed again and again, the progress of an image pull, the server's banner,
blank lines, and starts of the container that printed what the one before printed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from troubleshoot.diagnosis.frames import Trace, traces
from troubleshoot.diagnosis.loglines import severity

PULL = "image pull progress"
BANNER = "server version, settings and routes"
BLANK = "blank lines"
SAME = "the same as the one above but for times and numbers"
LEAST = 3  # lines of a fold
_PERIOD = 24  # lines of the longest block that is seen to repeat
_NAMES = 3  # libraries that a fold names
# A frame of the pull's progress display: layers, the image's own row, the time so far. It never goes back.
_PULL = re.compile(
    r"(?:\x1b\[[0-9;?]*[A-Za-z]|\s)*+"
    r"(?:(?:layer|manifest|config|index)-sha256:[0-9a-f]{8}|elapsed:\s"
    r"|\S+:\s+(?:resolving|resolved|downloading|waiting|exists|done)\s+\|[+-])"
)
_BANNER = re.compile(r"Azure (?:ML|Machine Learning) Inferencing HTTP server v\d")
_SETTING = re.compile(r"[A-Z][A-Za-z ()]{2,40}:(?:\s|$)|-{3,}$|Server (?:Settings|Routes)$|\s*$")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?Z?\s+")
_CHANGING = re.compile(r"0x[0-9a-f]+|[0-9a-f]{12,}|\d+")  # what differs between two runs of the same program


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of lines out of sight: the index of the first, the one after the last, and what they hold in words."""

    start: int
    end: int
    holds: str
    restarts: int = 0  # how many whole starts of the container they are
    above: int = 0  # how many lines above them they repeat


def is_pull(line: str) -> bool:
    """True for a line of a pull's progress display; of a line drawn over itself the last state counts."""
    return bool(_PULL.match(line.rstrip("\r").rpartition("\r")[2]))


def folds(lines: Sequence[str], kept: Collection[int] = (), breaks: Collection[int] = (),
          starts: Sequence[int] = (), again: Collection[int] = ()) -> list[Fold]:
    """The folds of some lines, in order and without overlap; linear in the lines.

    No fold holds an index of `kept`, or reaches over one of `breaks` (a row stands before that line). `starts` are
    the lines at which a container began; only what is told as the same as above may hold lines of `again`. What
    repeats folds also where it is the user's own code: the same lines stand right above.
    """
    taken = set(kept)
    found: list[Fold] = []
    for one in _same_runs(lines, starts, kept, breaks):
        found.append(one)
        taken.update(range(one.start, one.end))
    edges = set(breaks) | set(starts)
    for finder in (_pulls, _banners, _repeats, _frames, _blanks):
        apart = taken if finder is _repeats else taken | set(again)
        for one in finder(lines):
            for part in _parts(one, apart, edges):
                found.append(part)
        taken.update(at for part in found for at in range(part.start, part.end))
    return sorted(found, key=lambda one: one.start)


def _parts(one: Fold, taken: Collection[int], edges: Collection[int]) -> Iterator[Fold]:
    """What may be folded of a fold: all or nothing of what is told as a whole, else the runs between taken lines."""
    span = range(one.start, one.end)
    if one.above or one.holds == BANNER:
        if not any(at in taken for at in span) and not any(
                at in edges for at in range(one.start - one.above + 1, one.end)):
            yield one
        return
    start = one.start
    for at in (*span, one.end):
        if at == one.end or at in taken or at in edges:
            if at - start >= (2 if "inside" in one.holds else LEAST):
                yield Fold(start, at, one.holds)
            start = at + 1 if at in taken else at


def _same_runs(lines: Sequence[str], starts: Sequence[int], kept: Collection[int],
               breaks: Collection[int]) -> Iterator[Fold]:
    """Starts of the container that print what the start before them printed, as one fold for all in a row."""
    spans = list(zip(starts, [*starts[1:], len(lines)][:len(starts)], strict=True))
    runs = [tuple(_CHANGING.sub("0", _STAMP.sub("", line)) for line in lines[a:b]) for a, b in spans]
    fits = [not any(at in kept or (at in breaks and at > a) for at in range(a, b)) for a, b in spans]
    at = 1
    while at < len(runs):
        last = at
        while last < len(runs) and fits[last] and runs[last] == runs[at - 1] and (
                last == at or spans[last][0] not in breaks):
            last += 1
        if last > at:
            yield Fold(spans[at][0], spans[last - 1][1], SAME, last - at)
        at = max(last, at + 1)


def _pulls(lines: Sequence[str]) -> Iterator[Fold]:
    """Runs of image pull progress, with the blank lines inside them."""
    start = end = 0
    for at, line in enumerate(lines):
        if is_pull(line):
            start, end = (start if end > start else at), at + 1
        elif line.strip():
            if end > start:
                yield Fold(start, end, PULL)
            start = end = at + 1
    if end > start:
        yield Fold(start, end, PULL)


def _banners(lines: Sequence[str]) -> Iterator[Fold]:
    """What the inference server prints of itself at its start, from its name to its routes."""
    for at, line in enumerate(lines):
        if _BANNER.match(line):
            for end in range(at + 1, min(at + 40, len(lines))):
                if not _SETTING.match(lines[end]) or severity(lines[end]):
                    break
                if lines[end].startswith("Score:"):
                    yield Fold(at, end + 1, BANNER)
                    break


def _frames(lines: Sequence[str]) -> Iterator[Fold]:
    """Runs of frames outside the user's code, with the header above where it stands alone on its line."""
    for one in traces(lines):
        start, names = _above(lines, one), []
        linked = one.is_linked
        for frame in one.frames:
            if frame.package:
                names.append(frame.package)
                continue
            yield from _inside(start, frame.start, names, linked)
            start, names, linked = frame.end, [], False
        yield from _inside(start, one.frames[-1].end if one.frames else start, names, linked)


def _above(lines: Sequence[str], one: Trace) -> int:
    """Where the fold of a traceback's first frames may begin."""
    return one.start if lines[one.head].startswith("Traceback") else one.head + 1


def _inside(start: int, end: int, names: Sequence[str], linked: bool) -> Iterator[Fold]:
    if not names:
        return
    kinds = list(dict.fromkeys(names))
    told = kinds[:_NAMES] + ([f"{len(kinds) - _NAMES} more"] if len(kinds) > _NAMES else [])
    words = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
    yield Fold(start, end, f"{'raised again' if linked else 'traceback'} inside {words}")


def _blanks(lines: Sequence[str]) -> Iterator[Fold]:
    start = 0
    for at in range(len(lines) + 1):
        if at == len(lines) or lines[at].strip():
            if at - start >= LEAST:
                yield Fold(start, at, BLANK)
            start = at + 1


def _repeats(lines: Sequence[str]) -> Iterator[Fold]:
    """What repeats the lines right above it: one line three times more, or a block twice more; times may differ."""
    keys = [_STAMP.sub("", line).rstrip() for line in lines]
    runs = [_agreeing(keys, period) for period in range(1, _PERIOD + 1)]
    at = 0
    while at < len(keys):
        for period, run in enumerate(runs, 1):
            times = run[at] // period
            if times >= (LEAST if period == 1 else 2) and any(keys[at:at + period]):
                yield Fold(at, at + times * period, _again(period, times), above=period)
                at += times * period
                break
        else:
            at += 1


def _again(period: int, times: int) -> str:
    return f"the same {f'{period} lines' if period > 1 else 'line'} as above, {times:,} times more"


def _agreeing(keys: Sequence[str], period: int) -> list[int]:
    """For each line how many lines from it on equal the one a period above."""
    found = [0] * (len(keys) + 1)
    for at in range(len(keys) - 1, period - 1, -1):
        if keys[at] == keys[at - period]:
            found[at] = found[at + 1] + 1
    return found
