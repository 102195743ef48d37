"""Many patterns tried on one text at once: one scan names those that may occur, and only these are looked for."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

import re2

from troubleshoot.diagnosis.sheet import line_end

BLOCK = 1 << 15  # characters of whole lines that are looked through for a pattern by themselves
_END = "\x00end of text\x00"  # put behind every text: where it is not told, the scan ran out of memory and says nothing
_BEYOND_A_LINE = re.compile(r"\n|\\[sWDnpPCAzQx]|\(\?[a-zA-Z]*s|\[\^(?![^\]]*\\n)|\[\[:")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern occurs, and what its named groups took."""

    start: int
    end: int
    names: dict[str, str] = field(default_factory=dict)


class Patterns:
    """RE2 patterns tried in one scan for the words that each cannot do without."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(dict.fromkeys(patterns))
        self._filter = re2.Filter()
        for pattern in (*self.patterns, _END):
            self._filter.Add(pattern)
        self._filter.Compile()
        self._compiled = {pattern: self._filter.re(at) for at, pattern in enumerate(self.patterns)}

    def possible(self, text: str) -> frozenset[str]:
        """The patterns that may occur in a text; those that are left out do not."""
        told = self._filter.Match(f"{text}\n{_END}", potential=True) or ()
        if len(self.patterns) not in told:
            return frozenset(self.patterns)
        return frozenset(self.patterns[at] for at in told if at < len(self.patterns))

    def found(self, pattern: str, text: str, shift: int = 0) -> Iterator[Found]:
        """Where a pattern occurs in a text that begins at an offset."""
        # The offsets of bytes are those of characters in ASCII; in other texts each match costs a count of characters.
        said: str | bytes = text.encode() if text.isascii() else text
        for match in self._compiled[pattern].finditer(said):
            start, end = match.span()
            names = {name: _text(value) for name, value in match.groupdict().items() if value}
            yield Found(start + shift, end + shift, names)


class Scan:
    """One text and the patterns that occur in it."""

    def __init__(self, patterns: Patterns, text: str) -> None:
        self.text = text
        self.possible = patterns.possible(text)
        self._patterns = patterns
        self._blocks: list[tuple[int, int, frozenset[str]]] | None = None

    def found(self, pattern: str) -> Iterator[Found]:
        """Where a pattern of the set occurs, first one first."""
        if pattern not in self.possible:
            return
        if not keeps_to_a_line(pattern):
            yield from self._patterns.found(pattern, self.text)
            return
        for start, end, possible in self._in_blocks():
            if pattern in possible:
                yield from self._patterns.found(pattern, self.text[start:end], start)

    def holds(self, pattern: str) -> bool:
        """True where a pattern of the set occurs."""
        return any(True for _ in self.found(pattern))

    def _in_blocks(self) -> list[tuple[int, int, frozenset[str]]]:
        """The blocks of the text in which something may occur."""
        if self._blocks is None:
            self._blocks = [block for block in self._all_blocks() if block[2]]
        return self._blocks

    def _all_blocks(self) -> Iterator[tuple[int, int, frozenset[str]]]:
        start, text = 0, self.text
        while start <= len(text):
            end = line_end(text, min(start + BLOCK, len(text)))
            whole = not start and end == len(text)
            yield start, end, self.possible if whole else self._patterns.possible(text[start:end])
            start = end + 1


@cache
def keeps_to_a_line(pattern: str) -> bool:
    """True where no match can hold a line break, or depend on where the whole text begins or ends."""
    bare = re.sub(r"\\[\^$]|\[[^\]]*\]", "", pattern)
    anchored = "^" in bare or "$" in bare
    return not _BEYOND_A_LINE.search(pattern) and (not anchored or pattern.startswith("(?m)"))


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()
