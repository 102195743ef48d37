"""Python tracebacks in a console: chained blocks, and what they raised."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import re2

from troubleshoot.diagnosis.scan import lines_with, occurrences
from troubleshoot.diagnosis.sheet import Sheet, line_end, line_start

HEADER = "Traceback (most recent call last)"
_LINKS = (
    "The above exception was the direct cause of the following exception",
    "During handling of the above exception, another exception occurred",
)
# Each word group can end in one way only, so that the standard `re` never goes back far.
_RAISED = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?::|$)|[a-z_]\w*(?:\.\w+)+:\s", re.ASCII)
_ENDINGS = ("Error", "Exception", "Interrupt", "Exit")
_SURELY = rf"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:{'|'.join(_ENDINGS)})"
_BLANKS = r"[\t\x0b\f\r \x1c-\x1f\x{80}-\x{10FFFF}]*"
_SURELY_RAISED = re2.compile(rf"^{_SURELY}(?::|$)")
_RAISED_LINE = re2.compile(rf"(?m)^{_BLANKS}{_SURELY}(?::|{_BLANKS}$)")
_BLANK = re.compile(r"\s*+")
_INDENTED = re.compile(r"(?:[ \t][^\n]*+\n){0,400}+")
_RUNNING = (
    "invoke_run", "in handle_score", "Encountered Exception: Traceback",
    "Exception in ASGI application", "ERROR in app: Exception on /", "Error handling request /",
)
_IN_INIT = ("invoke_init", ", in init", "User's init function failed")
_STARTING = ("load_script", "Encountered Exception Traceback")
_LONGEST = 400  # lines of one block; what is longer is no traceback
_MANY, _SHORTEST = 200, 160  # more tracebacks than that, each shorter in the mean, are not what a program prints


class Chain(NamedTuple):
    """One traceback with those it caused. `raised` are the exception lines; the first is the cause."""

    start: int
    end: int  # the index after its last line
    raised: tuple[int, ...]
    running: bool  # raised while a request was answered
    starting: bool  # raised by init() or by the import of the script
    in_init: bool  # raised by init() itself
    begin: int  # offset of its first line in the text that was read
    stop: int  # the offset behind its last line


def chains(sheet: Sheet) -> tuple[Chain, ...]:
    """All chains, in order; linear in the length of the text."""
    return tuple(_all(sheet))


def are_heads_alone(text: str) -> bool:
    """True where tracebacks stand closer than whole ones can, as in the lines that a search for them prints."""
    return max(text.count(HEADER), sum(map(text.count, _LINKS))) > max(_MANY, len(text) // _SHORTEST)


def is_raised(line: str) -> bool:
    """True for a line that can only be the end of a traceback, such as `ValueError: …`."""
    return bool(_SURELY_RAISED.search(line.strip()))


def raised_lines(text: str, start: int = 0, stop: int | None = None) -> Iterator[int]:
    """Offsets of the lines, from one to another, that can only be the end of a traceback."""
    if any(text.find(ending, start, stop) >= 0 for ending in _ENDINGS):
        for at in lines_with(_RAISED_LINE, text, start, stop):
            if is_raised(text[at : line_end(text, at)]):
                yield at


def _all(sheet: Sheet) -> Iterator[Chain]:
    text = sheet.text
    heads = _Heads(text)
    if not heads.places:
        return
    marks, done = _Marks(text), 0
    for at in heads.places:
        if at < done:
            continue
        first, end, raised = _chain(text, at, heads)
        done = max(end, line_end(text, at) + 1)
        stop = end - 1 if end > first else line_end(text, first)
        yield Chain(
            sheet.at(first),
            sheet.at(end) if end <= len(text) else len(sheet),
            tuple(dict.fromkeys(sheet.at(one) for one in raised)),
            *marks.between(line_start(text, max(0, first - 1)), end),
            first,
            stop,
        )


class _Heads:
    """Where the lines begin that open a block of a traceback, or link one to the next."""

    def __init__(self, text: str) -> None:
        self.headed = {line_start(text, at) for at in occurrences(text, (HEADER,))}
        self.linked = {line_start(text, at) for at in occurrences(text, _LINKS)}
        self.places = sorted(self.headed | self.linked)


class _Marks:
    """Where a text names the functions of the server that call init() and run()."""

    def __init__(self, text: str) -> None:
        self._running = occurrences(text, _RUNNING)
        ends = [at for at in occurrences(text, _IN_INIT[1:2]) if text[at + 9 : at + 10] in ("", "\n")]
        self._in_init = sorted(occurrences(text, (_IN_INIT[0], _IN_INIT[2])) + ends)
        self._starting = sorted(occurrences(text, _STARTING) + self._in_init)

    def between(self, start: int, end: int) -> tuple[bool, bool, bool]:
        """Whether a part of the text speaks of run(), of the start, of init()."""
        return _any(self._running, start, end), _any(self._starting, start, end), _any(self._in_init, start, end)


def _any(places: Sequence[int], start: int, end: int) -> bool:
    return bool(places) and bisect_left(places, start) < bisect_left(places, end)


def _chain(text: str, start: int, heads: _Heads) -> tuple[int, int, Sequence[int]]:
    """Offsets of a chain's first line, of the line after its last, and of the lines that were raised."""
    raised: list[int] = []
    first = start
    if start in heads.linked:  # its first block lost its head: the line above the link is what was raised
        first = _above(text, start)
        raised.append(first)
    at, end = start, len(text) + 1
    while at < end:
        if at in heads.headed:
            at = _block(text, at)
            if at < end:
                raised.append(at)
                at = line_end(text, at) + 1
        below = _below(text, at)
        headed = below in heads.headed
        if below in heads.linked or (headed and not raised):
            at = below if headed else _below(text, line_end(text, below) + 1)
            if at in heads.headed:
                continue
        break
    return first, at, raised


def _block(text: str, header: int) -> int:
    """The offset of the exception line of a block, or the end where it was cut off."""
    at, above, left, end = line_end(text, header) + 1, header, _LONGEST - 1, len(text) + 1
    while at < end and left > 0:
        if text[at : at + 1] in (" ", "\t"):
            after = _INDENTED.match(text, at).end()  # type: ignore[union-attr]
            if after == at:
                return end
            left -= text.count("\n", at, after)
            above, at = line_start(text, after - 1), after
            continue
        line = text[at : line_end(text, at)]
        if not line.lstrip().startswith("File "):
            of_frame = text[above : at - 1].lstrip().startswith("File ")
            if _RAISED.match(line) or not line.strip() or not of_frame:
                return at if line.strip() else end
        above, at, left = at, at + len(line) + 1, left - 1
    return end


def _above(text: str, at: int) -> int:
    """The line above that is not blank; the first one at last."""
    above = line_start(text, max(0, at - 1))
    while above > 0 and not text[above : line_end(text, above)].strip():
        above = line_start(text, above - 1)
    return above


def _below(text: str, at: int) -> int:
    """The first line from here on that is not blank, or the end."""
    if text[at : at + 1] > " ":
        return at
    found = _BLANK.match(text, min(at, len(text)))
    end = found.end() if found else at
    return max(at, line_start(text, end)) if end < len(text) else len(text) + 1
