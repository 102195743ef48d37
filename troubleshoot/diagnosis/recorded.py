"""What the recorder tells of one container: its stored log, events, seams, starts, and what was removed."""
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


@dataclass(frozen=True, slots=True)
class Event:
    """One container event of a log answer, counted where Azure repeats it."""

    name: str
    message: str = ""
    type: str = "Normal"
    at: datetime | None = None
    count: int = 1
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Log:
    """The stored console log of one container in one attempt; the first of `lines` has number `first`."""

    container: str
    lines: tuple[str, ...] = ()
    first: int = 1
    gaps: tuple[Gap, ...] = ()
    last_class: str = ""  # class of the newest log answer; empty when never asked
    said: str = ""
    read_at: datetime | None = None
    starts: tuple[Restart, ...] = ()  # as the verdict before told them: those before `first` are known from there
