"""The rows of the log page: lines with their marks, folds that open without script.

Thousands of rows are built for one page: each is one formatted string, in which all text of a log goes through
`escape`; numbers and the words of this file are the only other parts.
"""
from collections.abc import Iterable
from html import escape

from django import template
from django.utils.safestring import SafeString

from troubleshoot.boards.find import places
from troubleshoot.boards.lines import Line
from troubleshoot.boards.rows import FoldRow, Row

register = template.Library()
GUTTER = {"e": '<i role="img" aria-label="Error"></i>', "w": '<i role="img" aria-label="Warning"></i>'}


@register.simple_tag
def log_rows(rows: Iterable[Row], words: str = "", filtered: bool = False) -> SafeString:
    """Rows of a log; `words` are marked inside the lines that hold them, `filtered` lines lead to their context."""
    return SafeString("\n".join(_row(one, words, filtered) for one in rows))


def _row(one: Row, words: str, filtered: bool) -> str:
    if isinstance(one, FoldRow):
        return (f'<li class="fold {one.tone or "q"}"><details{" open" if one.open else ""}><summary><i></i>'
                f'<span>{one.first}</span><b>{escape(one.words)}</b></summary>'
                f'<ol class="log">{log_rows(one.lines, words, filtered)}</ol></details></li>')
    return _gap(one) if one.gap else _line(one, words, filtered)


def _gap(one: Line) -> str:
    way = f' <a href="?line={one.gap_to}#L{one.gap_to}">Show</a>' if one.gap_to else ""
    return f'<li class="gap">{escape(one.gap)}{way}</li>'


def _line(one: Line, words: str, filtered: bool) -> str:
    n = one.number
    css = " ".join(filter(None, (one.tone, "ev" if one.evidence else "", "" if one.time else "nt",
                                 "at" if one.asked else "")))
    stamp = f'<time><span class="sr">{escape(one.day)}</span>{escape(one.time)}</time>' if one.time else ""
    tag = f'<span class="evtag">{escape(one.tag)}</span>' if one.tag else ""
    hit = f' data-hit="{one.hit}"' if one.hit else ""
    way = f'<a class="ctx" href="?line={n}#L{n}">See in context</a>' if filtered else ""
    text = _marked(one.text, words) if one.hit else escape(one.text)
    return (f'<li id="L{n}" class="{css}"{hit}>{GUTTER.get(one.tone, "<i></i>")}'
            f'<a href="#L{n}" aria-label="Line {n}">{n}</a><code>{stamp}{text or chr(160)}{tag}{way}</code></li>')


def _marked(text: str, words: str) -> str:
    """The text with the words in marks, escaped part by part."""
    parts, done = [], 0
    for at in places(text, words):
        end = at + len(words)
        parts.append(f"{escape(text[done:at])}<mark>{escape(text[at:end])}</mark>")
        done = end
    return "".join(parts) + escape(text[done:])
