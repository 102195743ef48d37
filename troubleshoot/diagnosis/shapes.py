"""The shape of a log line: its words without times, ids, numbers and addresses, so that two runs can be compared."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import re2

MAX_NEW = 12  # lines that are named as never printed before
LONGEST = 400  # characters of a line that tell its shape
MOST = 4_000  # shapes of one log that are told apart: a log of more is looked at no further
# Which digit it is never tells a shape. In a word that holds one, neither does a letter of a hexadecimal number, so
# that ids, digests and addresses come out alike; what they stand between stays.
_DIGITS = str.maketrans("123456789", "000000000")
_HEX = str.maketrans("abcdefABCDEF", "000000000000")
_VALUE = re2.compile(r"0(?:(?:/\w{3}/|[.,:+/-])?0)*")
_CALENDAR = frozenset(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,",
                       "Sun,", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"))


def shape(line: str) -> str:
    """The words of a line, with one mark for each value that differs between runs; some microseconds."""
    return _shape(line[:LONGEST].translate(_DIGITS))


@lru_cache(maxsize=8192)
def _shape(line: str) -> str:
    return " ".join([_word(word.translate(_HEX)) if "0" in word else "#" if word in _CALENDAR else word
                     for word in line.split()])


@lru_cache(maxsize=8192)
def _word(word: str) -> str:
    return _VALUE.sub("#", word)


def shapes(lines: Iterable[str]) -> frozenset[str]:
    """The shapes of a whole log; blank lines have none."""
    return frozenset(shape(line) for line in lines) - {""}


def first_lines(lines: Sequence[str], first: int = 1) -> dict[str, tuple[int, int]]:
    """For each shape of a log the number of its first line, and how many lines have it; MOST shapes, in their order."""
    found: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(lines, first):
        told = shape(line)
        if len(found) >= MOST:
            break
        if told:
            at, count = found.get(told, (number, 0))
            found[told] = (at, count + 1)
    return found
