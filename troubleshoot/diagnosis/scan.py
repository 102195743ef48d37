"""Searches a long text by its lines in windows, from the front or from the back, so that a reader may stop early."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from troubleshoot.diagnosis.sheet import line_end, line_start

_FIRST, _LARGEST = 1 << 12, 1 << 20  # characters of the first window, and of the largest
_VISIBLE = re.compile(r"\S")


def lines_with(pattern: Any, text: str, start: int = 0, stop: int | None = None) -> Iterator[int]:
    """Offsets of the lines from `start` to `stop`, both of whole lines, in which a pattern of one line stands."""
    size, last = _FIRST, len(text) if stop is None else min(stop, len(text))
    while start <= last:
        end = min(line_end(text, min(start + size, last)), last)
        yield from _within(pattern, text, start, end)
        start, size = end + 1, min(size * 4, _LARGEST)


def last_lines_with(pattern: Any, text: str, end: int | None = None) -> Iterator[int]:
    """The same from the last line, or the one that ends at `end`, to the first."""
    size, end = _FIRST, len(text) if end is None else end
    while end >= 0:
        start = line_start(text, max(0, end - size))
        yield from reversed(list(_within(pattern, text, start, end)))
        end, size = start - 1, min(size * 4, _LARGEST)


def occurrences(text: str, words: Iterable[str], start: int = 0) -> list[int]:
    """Where some words stand from an offset on, sorted."""
    found = []
    for word in words:
        at = text.find(word, start)
        while at >= 0:
            found.append(at)
            at = text.find(word, at + len(word))
    return sorted(found)


def first_visible(text: str) -> int | None:
    """Where the first line begins that is not blank."""
    found = _VISIBLE.search(text)
    return line_start(text, found.start()) if found else None


def _within(pattern: Any, text: str, start: int, end: int) -> Iterator[int]:
    window, last = text[start:end], -1
    # The offsets of bytes are those of characters in ASCII; in other texts each match costs a count of characters.
    for found in pattern.finditer(window.encode() if window.isascii() else window):
        at = line_start(window, found.start())
        if at != last:
            yield start + at
        last = at
