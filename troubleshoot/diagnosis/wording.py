"""A pattern as the words that people read: what it looks for, with … and <names> where anything may stand."""

import re
from functools import cache

ANY = "…"
_GAP = f" {ANY} "
MOST = 4  # readings of one pattern that are told
_WIDE = 24  # readings kept while a pattern is read
_COUNT = re.compile(r"\{(\d+)(?:,\d*)?\}")
_FLAGS = re.compile(r"\(\?[a-zA-Z]+(?:-[a-zA-Z]+)?\)")
_OPEN = re.compile(r"\((?:\?(?:P?<(\w+)>|[a-zA-Z-]*:))?")
_CLASS = re.compile(r"\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]", re.DOTALL)
_KINDS = {"s": " ", "n": " ", "t": " ", "r": "", "b": "", "B": "", "A": "", "z": ""}


@cache
def readings(pattern: str) -> tuple[str, ...]:
    """The texts that a pattern looks for, any one of them; at most MOST, the last an ellipsis where there are more."""
    found = _Reader(pattern).any_of()
    told = list(dict.fromkeys(text for text in map(_tidy, found) if text))
    return tuple(told) if len(told) <= MOST else (*told[: MOST - 1], ANY)


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", re.sub(rf"{ANY}(?:\s*{ANY})+", ANY, text))
    return text.strip().removeprefix(f"{ANY} ").removesuffix(f" {ANY}").strip() if text.strip(f" {ANY}") else ""


class _Reader:
    """One walk over a pattern, from left to right."""

    def __init__(self, pattern: str) -> None:
        self.text, self.at = _FLAGS.sub("", pattern), 0

    def any_of(self) -> list[str]:
        """The readings of alternatives, up to the end of their group."""
        found = self._in_a_row()
        while self._next("|"):
            found += self._in_a_row()
        return found[:_WIDE]

    def _in_a_row(self) -> list[str]:
        found = [""]
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            behind = self._counted()
            found = [before + after for before in found for after in behind][:_WIDE]
        return found

    def _counted(self) -> list[str]:
        """One piece with what stands behind it: a piece that may be missing is left out."""
        begin, piece = self.at, self._piece()
        optional = False
        while self.at < len(self.text):
            count = _COUNT.match(self.text, self.at)
            if count:
                optional, self.at = optional or count[1] == "0", count.end()
            elif self.text[self.at] in "?*+":
                optional, self.at = optional or self.text[self.at] in "?*", self.at + 1
            else:
                break
        kept = piece in ([ANY], [_GAP], [" "], ["_"]) or "(?P<" in self.text[begin : self.at]
        return piece if kept or not optional else [""]

    def _piece(self) -> list[str]:
        char = self.text[self.at]
        if char == "(":
            return self._group()
        if char == "[":
            return [self._class()]
        self.at += 1
        if char == "\\":
            return [self._escaped()]
        return [{".": _GAP, "^": "", "$": ""}.get(char, char)]

    def _group(self) -> list[str]:
        opened = _OPEN.match(self.text, self.at)
        self.at = opened.end() if opened else self.at + 1
        found = self.any_of()
        self._next(")")
        name = opened[1] if opened else None
        return [f"<{name.replace('_', '-')}>"] if name else found

    def _class(self) -> str:
        whole = _CLASS.match(self.text, self.at)
        if not whole:
            self.at += 1
            return "["
        self.at = whole.end()
        inside = whole[0][1:-1]
        if inside.startswith("^") or re.search(r"\\[wdSW]|\w-\w", inside):
            return ANY
        return " " if " " in inside or "\\s" in inside else inside.replace("\\", "")[:1]

    def _escaped(self) -> str:
        char = self.text[self.at : self.at + 1]
        self.at += 1
        return ANY if char in "dwSDW" else _KINDS.get(char, char)

    def _next(self, char: str) -> bool:
        here = self.text[self.at : self.at + 1] == char
        self.at += here
        return here
