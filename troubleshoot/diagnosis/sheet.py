"""A long text by its lines: the line of an offset, the start of a line, with no list of lines made beforehand."""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

_BLOCK = 1 << 14  # characters whose line breaks are counted together


class Sheet:
    """A text whose lines are found when they are asked for; every answer costs at most one block."""

    __slots__ = ("_before", "_last", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._before: list[int] | None = None  # line breaks before each block, and in all
        self._starts: dict[int, list[int]] = {}  # block -> where lines begin in it
        self._last = (0, 0)

    def __len__(self) -> int:
        return self._counts()[-1] + 1

    def at(self, offset: int) -> int:
        """The index of the line that an offset stands in."""
        near, line = self._last
        if not 0 <= offset - near <= _BLOCK:
            block = min(max(offset, 0), len(self.text)) // _BLOCK
            near, line = block * _BLOCK, self._counts()[block]
        found = line + self.text.count("\n", near, offset)
        self._last = (offset, found)
        return found

    def start(self, line: int) -> int:
        """The offset at which a line begins."""
        if line == 0:
            return 0
        before = self._counts()
        if not 0 <= line <= before[-1]:
            raise IndexError(line)
        block = bisect_left(before, line) - 1
        starts = self._starts.get(block)
        if starts is None:
            starts = self._starts[block] = self._in_block(block)
        return starts[line - before[block] - 1]

    def starts(self) -> Iterator[int]:
        """Where each line begins, in order."""
        return itertools.accumulate((len(line) + 1 for line in self.text.split("\n")[:-1]), initial=0)

    def end(self, line: int) -> int:
        """The offset behind a line's last character."""
        return line_end(self.text, self.start(line))

    def line(self, line: int) -> str:
        """The text of a line."""
        start = self.start(line)
        return self.text[start : line_end(self.text, start)]

    def some(self, first: int, last: int) -> list[str]:
        """The lines from one to the one before another."""
        return self.text[self.start(first) : self.end(last - 1)].split("\n") if first < last else []

    def lines(self) -> list[str]:
        """All lines."""
        return self.text.split("\n")

    def _counts(self) -> list[int]:
        if self._before is None:
            size = len(self.text)
            counted = (self.text.count("\n", at, at + _BLOCK) for at in range(0, size, _BLOCK))
            self._before = list(itertools.accumulate(counted, initial=0))
            if size % _BLOCK == 0:
                self._before.append(self._before[-1])
        return self._before

    def _in_block(self, block: int) -> list[int]:
        first = block * _BLOCK
        lengths = map(len, self.text[first : first + _BLOCK].split("\n")[:-1])
        return [at + line for line, at in enumerate(itertools.accumulate(lengths), first + 1)]


class Listed(Sheet):
    """A few texts as the lines of a sheet; one of them may hold line breaks of its own."""

    __slots__ = ("_begins", "_texts")

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = list(texts)
        super().__init__("\n".join(self._texts))
        self._begins = list(itertools.accumulate((len(text) + 1 for text in self._texts), initial=0))[:-1]

    def __len__(self) -> int:
        return len(self._texts)

    def at(self, offset: int) -> int:
        """The index of the text that an offset stands in."""
        return bisect_right(self._begins, offset) - 1

    def start(self, line: int) -> int:
        """The offset at which a text begins."""
        return self._begins[line]

    def starts(self) -> Iterator[int]:
        """Where each text begins."""
        return iter(self._begins)

    def end(self, line: int) -> int:
        """The offset behind a text's last character."""
        return self._begins[line] + len(self._texts[line])

    def line(self, line: int) -> str:
        """A text."""
        return self._texts[line]

    def some(self, first: int, last: int) -> list[str]:
        """The texts from one to the one before another."""
        return self._texts[first:last]

    def lines(self) -> list[str]:
        """All texts."""
        return self._texts


class Starts(Sequence[int]):
    """Where the lines of a sheet begin, worked out when asked for."""

    __slots__ = ("_sheet",)

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __len__(self) -> int:
        return len(self._sheet)

    def __getitem__(self, line):  # type: ignore[no-untyped-def]
        if isinstance(line, slice):
            return [self._sheet.start(one) for one in range(*line.indices(len(self)))]
        return self._sheet.start(line if line >= 0 else len(self) + line)

    def __iter__(self) -> Iterator[int]:
        return self._sheet.starts()


def line_start(text: str, offset: int) -> int:
    """Where the line begins in which an offset stands."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Where the line ends in which an offset stands."""
    end = text.find("\n", offset)
    return end if end >= 0 else len(text)


def blanked(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """The text with nothing but the line breaks left of some ranges, which come in order."""
    parts, done = [], 0
    for start, end in ranges:
        start = max(start, done)
        if end > start:
            parts += [text[done:start], "\n" * text.count("\n", start, end)]
            done = end
    return "".join([*parts, text[done:]]) if parts else text
