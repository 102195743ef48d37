r"""Undoes the escapes of a text that arrived as one string: `\n` becomes a line, `\"` a quotation mark.

The standard `re` is safe here: each pattern takes a whole run of backslashes or none of it, and never goes back.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from troubleshoot.diagnosis.sheet import line_end, line_start

Number = Callable[[int], int | None]

_BREAKS = re.compile(r"\\[nr](?:\\n)?"), re.compile(r"\\++(?:[nr](?:\\++n)?)?+")
_MARKS = (
    re.compile(r"""\\(?:u00([0-9a-fA-F]{2})|(["'/]))"""),
    re.compile(r"""\\++(?:u00([0-9a-fA-F]{2})|(["'/]))?+"""),
)
_LONG = 200  # characters above which a console line may be a whole log


def breaks(text: str) -> Iterator[tuple[int, int]]:
    """Where the escaped line breaks of a text stand."""
    for found in _BREAKS["\\\\" in text].finditer(text):
        if text[found.end() - 1] in "nr":
            yield found.span()


def split(text: str) -> list[str]:
    """The lines of a text with escaped line breaks."""
    if "\\\\" not in text:
        return _BREAKS[0].split(text)
    parts, done = [], 0
    for start, end in breaks(text):
        parts.append(text[done:start])
        done = end
    return [*parts, text[done:]]


def marks(text: str) -> str:
    """The text with its escaped quotation marks and characters as themselves; no line is added."""
    if "\\\\" not in text and "\\u00" not in text:
        said = text.replace('\\"', '"')
        return said.replace("\\'", "'").replace("\\/", "/") if "\\" in said else said
    return _MARKS["\\\\" in text].sub(_character, text)


def stored_offset(stored: str, offset: int) -> int:
    """Where in the stored text a place of what `marks` made of it stands."""
    shift = 0
    for found in _MARKS["\\\\" in stored].finditer(stored):
        if found.start() - shift >= offset:
            break
        shift += len(found[0]) - len(_character(found))
    return offset + shift


def several(text: str) -> Iterator[tuple[int, int]]:
    """The long lines of a console that hold a whole log with its line breaks escaped."""
    at = _first_break(text, 0)
    while at >= 0:
        start, end = line_start(text, at), line_end(text, at)
        if end - start > _LONG and len(list(itertools.islice(breaks(text[start:end]), 3))) == 3:
            yield start, end
        at = _first_break(text, end)


def _first_break(text: str, start: int) -> int:
    feed = text.find("\\n", start)
    back = text.find("\\r", start, feed if feed >= 0 else len(text))
    return back if back >= 0 else feed


def counted(first: int | None) -> Number:
    """Numbers one after the other; None gives none."""
    return lambda line: None if first is None else first + line


def with_added(number: Number, added: Sequence[int]) -> Number:
    """The numbers of lines among which those at some indices were added: they have the number of the line above."""
    return (lambda line: number(line - bisect_right(added, line))) if added else number


def with_parts(parts: Sequence[tuple[int, int, Number]]) -> Number:
    """The numbers of lines in parts: where each begins, and which line by which numbers it begins with."""
    begins = [begin for begin, _, _ in parts]

    def numbered(line: int) -> int | None:
        begin, first, number = parts[bisect_right(begins, line) - 1]
        return number(line - begin + first)

    return numbered


def _character(found: re.Match[str]) -> str:
    """The character that an escape stands for; a line break stays a blank, so that no line is added."""
    if found[1]:
        said = chr(int(found[1], 16))
        return " " if said == "\n" else said
    return found[2] or found[0]
