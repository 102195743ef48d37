"""Cuts a quotation out of a line, so that a reader can take it in."""

from troubleshoot.diagnosis import escapes

MAX_QUOTE = 300


def cut(stored: str, text: str, begin: int, end: int) -> str:
    """At most MAX_QUOTE characters of the stored line, around what matched in its unescaped text."""
    bare = stored.strip()
    if len(bare) <= MAX_QUOTE:
        return bare
    if text != stored:
        begin, end = escapes.stored_offset(stored, begin), escapes.stored_offset(stored, end)
    first = max(0, min(begin - 20, end - MAX_QUOTE // 2)) if end - begin < MAX_QUOTE else begin
    first = _whole_words(stored, first, begin)
    last = min(len(stored), first + MAX_QUOTE)
    closing = stored.find('"', end, last)
    if closing >= 0:
        last = closing
    elif last < len(stored):
        blank = stored.rfind(" ", end, last)
        last = blank if blank > 0 else last
    return stored[first:last].rstrip("\\").strip()


def _whole_words(text: str, first: int, begin: int) -> int:
    """A start of a quotation at or behind `first`: behind the last opening mark, else behind the next blank."""
    opening = max(text.rfind(mark, first, begin) for mark in "\"'[{(")
    if opening >= 0:
        return opening + 1
    blank = text.find(" ", first, begin)
    return blank + 1 if first and blank >= 0 else first if not first else begin
