"""Glyphs, ages, log lines and bars for templates; no query, and every text is escaped."""
import re
from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from troubleshoot.boards.lines import Line
from troubleshoot.boards.words import Moment

register = template.Library()
WIDTH = 60  # characters of a command on one line
_OPTION = re.compile(r" (?=--?[a-zA-Z])")
EMPTY = SafeString("")
PROMPT = format_html('<span class="p">{}</span>', "$ ")
NO_NUMBER = format_html("<span>{}</span>", "")


@register.simple_tag
def glyph(name: str, tone: str = "", said: str = "") -> SafeString:
    """A state's shape; with `said` it is an image with that name, else decoration."""
    if not name:
        return EMPTY
    if said:
        return format_html('<svg class="g {}" role="img" aria-label="{}"><use href="#g-{}"/></svg>', tone, said, name)
    return format_html('<svg class="g {}" aria-hidden="true"><use href="#g-{}"/></svg>', tone, name)


@register.filter
def commas(number: int) -> str:
    """`20,000`."""
    return f"{number:,}"


@register.simple_tag
def age(at: Moment | None, missing: str = "never") -> SafeString:
    """How long ago, counted up by the browser; the moment on hover."""
    if at is None:
        return format_html("{}", missing)
    return format_html('<time datetime="{}" data-age title="{}">{}</time>', at.iso, at.full, at.age)


@register.simple_tag
def ago(at: Moment | None, missing: str = "never") -> SafeString:
    """`14 s ago`, or the date when it is older than a day."""
    if at is None:
        return format_html("{}", missing)
    word = "" if at.age == at.day else " ago"
    return format_html('<time datetime="{}" data-ago title="{}">{}{}</time>', at.iso, at.full, at.age, word)


@register.simple_tag
def clock(at: Moment | None) -> SafeString:
    """`02:47 UTC`, with the day on hover."""
    if at is None:
        return EMPTY
    return format_html('<time datetime="{}" title="{}">{}\u00a0UTC</time>', at.iso, at.full, at.clock)


@register.simple_tag
def zone(at: Moment | None) -> SafeString:
    """`02:47 UTC`; the browser adds the reader's own zone, once on a page."""
    if at is None:
        return EMPTY
    return format_html('<time datetime="{}" title="{}" data-zone>{}\u00a0UTC</time>', at.iso, at.full, at.clock)


@register.simple_tag
def log_lines(lines: Iterable[Line], base: str) -> SafeString:
    """Some rows of a log; `base` is the page of the whole log, or `-` where there is none."""
    return format_html_join("\n", "{}", ((_line(one, base),) for one in lines))


def _line(one: Line, base: str) -> SafeString:
    if one.gap:
        return format_html('<li class="gap">{}{}</li>', one.gap, _more(base, one.gap_to))
    css = " ".join(filter(None, (one.tone, "ev" if one.evidence else "", "" if one.time else "nt")))
    stamp = format_html('<time><span class="sr">{}</span>{}</time>', one.day, one.time) if one.time else ""
    tag = format_html('<span class="evtag">{}</span>', one.tag) if one.tag else ""
    return format_html("<li class=\"{}\"><i></i>{}<code>{}{}{}</code></li>", css, _number(one, base), stamp,
                       one.text or "\u00a0", tag)


def _more(base: str, line: int) -> SafeString:
    """The way to lines that are left out."""
    return format_html(' <a href="{}?line={}#L{}">Show</a>', base, line, line) if line and base != "-" else EMPTY


def _number(one: Line, base: str) -> SafeString:
    if one.number is None:
        return NO_NUMBER
    if base == "-":
        return format_html("<span>{}</span>", one.number)
    return format_html('<a href="{}?line={}#L{}" aria-label="Line {}">{}</a>', base, one.number, one.number, one.number,
                       one.number)


@register.simple_tag
def command(text: str, width: int = WIDTH) -> SafeString:
    """A shell command with a prompt before each line that begins one; the prompt is not copied."""
    lines = [part for line in text.split("\n") for part in fold(line, width)]
    return format_html_join("\n", "{}{}", ((
        PROMPT if _begins(lines, at) else "", line) for at, line in enumerate(lines)))


def fold(line: str, width: int = WIDTH) -> list[str]:
    """A long command on several lines, broken before its options, so that it can still be pasted as it stands."""
    if len(line) <= width or line.rstrip().endswith("\\") or line.lstrip().startswith("#"):
        return [line]
    parts, found = _OPTION.split(line), [""]
    for part in parts:
        quoted = found[-1].count('"') % 2 or found[-1].count("'") % 2
        if quoted or not found[-1] or len(found[-1]) + len(part) < width:
            found[-1] += f" {part}" if found[-1] else part
        else:
            found[-1] += " \\"
            found.append(f"    {part}")
    return found


def _begins(lines: list[str], at: int) -> bool:
    told = lines[at].strip()
    return bool(told) and not told.startswith("#") and (at == 0 or not lines[at - 1].rstrip().endswith("\\")) \
        and not lines[at].startswith(" ")


@register.simple_tag
def diff(text: str) -> SafeString:
    """A diff with each line marked as added, taken out or kept; the signs are drawn, not copied."""
    return format_html_join("", '<span class="{}">{}</span>', (
        ("add", line[1:]) if line.startswith("+") else ("del", line[1:]) if line.startswith("-")
        else ("", line[1:] if line.startswith(" ") else line) for line in text.split("\n")))
