"""Folds the noise of an image pull out of sight, and back: a fold names its lines, the caller keeps them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PULL = "image pull progress"
# A frame of the pull's progress display: layers, the image's own row, the time so far. It never goes back.
_PULL = re.compile(
    r"(?:\x1b\[[0-9;?]*[A-Za-z]|\s)*+"
    r"(?:(?:layer|manifest|config|index)-sha256:[0-9a-f]{8}|elapsed:\s"
    r"|\S+:\s+(?:resolving|resolved|downloading|waiting|exists|done)\s+\|[+-])"
)


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of lines out of sight: the index of the first, the one after the last, and what they hold in words."""

    start: int
    end: int
    holds: str

    @property
    def lines(self) -> int:
        """How many there are."""
        return self.end - self.start

    def __str__(self) -> str:
        return f"… {self.lines:,} line{'s' if self.lines > 1 else ''} of {self.holds}"


def is_pull(line: str) -> bool:
    """True for a line of a pull's progress display; of a line drawn over itself the last state counts."""
    return bool(_PULL.match(line.rstrip("\r").rpartition("\r")[2]))


def fold(lines: Sequence[str]) -> tuple[str | Fold, ...]:
    """The lines, with a fold for each run of image pull progress and the blank lines inside it."""
    return tuple(_folded(lines))


def unfold(folded: Sequence[str | Fold], kept: Sequence[str]) -> list[str]:
    """The lines that were folded: what is in sight as it is, the rest from those that the caller kept."""
    found: list[str] = []
    for row in folded:
        if isinstance(row, Fold):
            found += kept[row.start : row.end]
        else:
            found.append(row)
    return found


def _folded(lines: Sequence[str]) -> Iterator[str | Fold]:
    start = end = 0  # of the run so far; blank lines behind its last line of progress stay in sight
    for at, line in enumerate(lines):
        if is_pull(line):
            start, end = (start if end > start else at), at + 1
        elif end > start and line.strip():
            yield Fold(start, end, PULL)
            yield from lines[end : at + 1]
            start = end = at + 1
        elif end <= start:
            yield line
            start = end = at + 1
    if end > start:
        yield Fold(start, end, PULL)
        yield from lines[end:]
