"""What was said in one place, line by line, and how a line of it is quoted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

from troubleshoot.diagnosis import console, escapes
from troubleshoot.diagnosis.facts import Evidence
from troubleshoot.diagnosis.quoting import cut
from troubleshoot.diagnosis.sheet import Sheet, Starts


class Line(NamedTuple):
    """One line as signs read it (unescaped), the stored text it came from, and its number there."""

    text: str
    stored: str
    number: int | None = None


class Lines(Sequence[Line]):
    """The lines of a passage, made when they are asked for."""

    __slots__ = ("_number", "_said", "_stored")

    def __init__(self, said: Sheet, stored: Sheet, number: escapes.Number) -> None:
        self._said, self._stored, self._number = said, stored, number

    def __len__(self) -> int:
        return len(self._said)

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Line, ...]: ...
    def __getitem__(self, at: int | slice) -> Line | tuple[Line, ...]:
        if isinstance(at, slice):
            first, last, step = at.indices(len(self))
            said = self._said.some(first, last)
            pairs = zip(said, said if self._stored is self._said else self._stored.some(first, last), strict=True)
            found = tuple(Line(text, stored, self._number(one)) for one, (text, stored) in enumerate(pairs, first))
            return found if step == 1 else tuple(self[one] for one in range(first, last, step))
        at = at if at >= 0 else len(self) + at
        text = self._said.line(at)
        return Line(text, text if self._stored is self._said else self._stored.line(at), self._number(at))

    def __iter__(self) -> Iterator[Line]:
        pairs = zip(self._said.lines(), self._stored.lines(), strict=True)
        return (Line(text, stored, self._number(at)) for at, (text, stored) in enumerate(pairs))


@dataclass(frozen=True, slots=True)
class Passage:
    """What was said in one place, line by line. `borrowed` says that it only quotes this place."""

    place: str
    source: str
    said: Sheet  # as signs read it: unescaped, without harmless lines
    stored: Sheet  # the same lines as they came
    number: escapes.Number
    reading: console.Reading | None = None  # of a console: which lines mean no harm, and the like
    borrowed: bool = False

    @property
    def text(self) -> str:
        """All that was said."""
        return self.said.text

    @property
    def lines(self) -> Sequence[Line]:
        """Each line; to walk through all of a long passage is slow, to search its text is not."""
        return Lines(self.said, self.stored, self.number)

    @property
    def starts(self) -> Sequence[int]:
        """Where each line begins in the text."""
        return Starts(self.said)

    def at(self, offset: int) -> int:
        """The index of the line that an offset in `text` stands in."""
        return self.said.at(offset)

    def quote(self, start: int, end: int) -> Evidence:
        """The stored line in which a match stands, cut to what a reader can take in."""
        at = self.said.at(start)
        begin = start - self.said.start(at)
        text, stored = self.said.line(at), self.stored.line(at)
        return Evidence(self.source, cut(stored, text, begin, begin + end - start), self.number(at))

    def quote_line(self, at: int) -> Evidence:
        """A whole line by its index."""
        return self.quote(self.said.start(at), self.said.end(at))
