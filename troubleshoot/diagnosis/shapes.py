"""The shape of a log line: its words without times, ids, numbers and addresses, so that two runs can be compared."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import re2

MAX_NEW = 12  # lines that are named as never printed before
LONGEST = 400  # characters of a line that tell its shape

# In this order: what holds others comes first. Each is told by its form alone, whatever the value.
_VARYING = re2.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"  # ids
    r"|\d{4}[-/]\d\d[-/]\d\d[T ]?(?:\d\d:\d\d:\d\d)?(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"  # moments
    r"|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)?,? ?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} \d\d:\d\d:\d\d"
    r"|\b0x[0-9a-fA-F]+\b|\b(?:sha256:)?[0-9a-f]{12,64}\b|azureml_[0-9a-f]{6,32}"  # addresses, digests, image names
    r"|\d+"
)


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of a shape that the compared attempts never printed; `count` lines of the log have this shape."""

    line: int
    text: str
    count: int


def shape(line: str) -> str:
    """The words of a line, with one mark for each value that differs between runs."""
    return _VARYING.sub("#", " ".join(line[:LONGEST].split()))


def shapes(lines: Iterable[str]) -> frozenset[str]:
    """The shapes of a whole log; blank lines have none."""
    return frozenset(shape(line) for line in lines if line.strip())


def new(lines: Sequence[str], known: frozenset[str], first: int = 1) -> tuple[NewLine, ...]:
    """The lines whose shape is not known, each shape once at its first line; none where nothing is known."""
    if not known:
        return ()
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines, first):
        if line.strip() and (told := shape(line)) not in known:
            found.setdefault(told, []).append(number)
    numbers = sorted((at[0], len(at)) for at in found.values())
    return tuple(NewLine(at, lines[at - first], count) for at, count in numbers[:MAX_NEW])


def gone(lines: Iterable[str], known: Sequence[str]) -> tuple[str, ...]:
    """Lines that the good attempt printed and this one did not, each shape once, in the good one's order."""
    mine = shapes(lines)
    missing = {shape(line): line for line in reversed(known) if line.strip()}
    return tuple(line for told, line in reversed(missing.items()) if told not in mine)[:MAX_NEW]
