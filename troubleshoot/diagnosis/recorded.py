"""What the recorder tells of a stored log beside its lines: seams, starts of the container, and what was removed."""
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gap:
    """A seam in a stored log: what stands before line `before` is not what the container printed before it.

    `after` is the line that the lines behind the seam go on from; 0 where nothing stored comes before them.
    """

    before: int
    reason: str
    after: int = 0


@dataclass(frozen=True, slots=True)
class Restart:
    """One start of a container inside an attempt, numbered from 1, with the line at which it begins."""

    container: str
    number: int
    line: int
    at: datetime | None = None
    at_least: bool = False  # what was printed before is not all stored: there may have been more starts


@dataclass(frozen=True, slots=True)
class Removed:
    """Lines `first` to `last` of a stored log, taken out by retention; their numbers are never given anew."""

    first: int
    last: int
    at: datetime
    why: str  # "older than 90 days", "the workspace keeps 500 MB"
