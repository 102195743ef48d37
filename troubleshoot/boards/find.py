"""Finds a text in a whole stored log: the numbers of the lines that hold it, and where it stands in a line."""
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import zstandard

from troubleshoot import chunks
from troubleshoot.models import Log

SEARCHED = 2_000_000  # lines that one search reads; what lies behind is told
MOST = 20_000  # found lines that are numbered


@dataclass(frozen=True, slots=True)
class Found:
    """What a search in a log found, seen from one line."""

    words: str = ""
    numbers: tuple[int, ...] = ()
    more: bool = False  # the search ended early: at `until`
    until: int = 0
    current: int = 0  # place of the line that the reader is at, from 1; 0 where it is no found line
    back: int = 0  # the found line before it, and the one behind it; both go round
    onward: int = 0


def search(log: Log, words: str, first: int, last: int, at: int) -> Found:
    """Lines from `first` to `last` that hold some words, whatever the case; one query, bounded by SEARCHED and MOST."""
    wanted = lower(words)
    if not wanted or last < first:
        return Found(words)
    end = min(last, first + SEARCHED - 1)
    numbers: list[int] = []
    for start, data in chunks.holding(log, first, end).values_list("first", "data").iterator(chunk_size=16):
        text = lower(zstandard.decompress(bytes(data)).decode())
        numbers += [n for n in _lines(text, wanted, start) if first <= n <= end]
        if len(numbers) > MOST:
            end = numbers[MOST - 1]
            break
    return _seen_from(Found(words, tuple(numbers[:MOST]), end < last, end), at)


def _lines(text: str, wanted: str, number: int) -> list[int]:
    """The numbers of the lines of a text, the first of which is known, that hold the words."""
    found, counted, at = [], 0, text.find(wanted)
    while at >= 0:
        number += text.count("\n", counted, at)
        found.append(number)
        counted = text.find("\n", at)
        at = text.find(wanted, counted) if counted >= 0 else -1
    return found


def _seen_from(found: Found, at: int) -> Found:
    """The same with its place, and the ways back and on; without a line the first hit is the place."""
    numbers = found.numbers
    if not numbers:
        return found
    at = at or numbers[0]
    low, high = bisect_left(numbers, at), bisect_right(numbers, at)
    return Found(found.words, numbers, found.more, found.until, high if high > low else 0,
                 numbers[low - 1], numbers[high % len(numbers)])


def lower(text: str) -> str:
    """The text in small letters, of the same length: places in it are places in the text."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(
        one.lower() if len(one.lower()) == 1 else one for one in text)


def places(text: str, words: str) -> list[int]:
    """Where the words stand in a line, whatever the case, without overlap."""
    small, wanted, found = lower(text), lower(words), []
    at = small.find(wanted) if wanted else -1
    while at >= 0:
        found.append(at)
        at = small.find(wanted, at + len(wanted))
    return found


def place(found: Sequence[int], number: int) -> int:
    """The place of a line among found ones, from 1; 0 where it is none of them."""
    at = bisect_left(found, number)
    return at + 1 if at < len(found) and found[at] == number else 0
