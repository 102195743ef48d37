"""Two engines that name the patterns that hit, and the lines: the shelf's own, and the loop of a first try."""

import re

from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.cause import BUILD, INFERENCE, SCORING, STORAGE
from troubleshoot.diagnosis.patterns import Patterns, Scan, keeps_to_a_line
from troubleshoot.diagnosis.sheet import Sheet

PLACES = (INFERENCE, STORAGE, BUILD, SCORING)
Hits = set[tuple[str, int]]


def of_the_shelf(count: int) -> list[str]:
    """Patterns of the shelf, those of the console first, that keep to a line and that `re` takes as well."""
    listed = dict.fromkeys(sign.pattern for place in PLACES for _, sign in shelf.signs(place))
    return [pattern for pattern in listed if keeps_to_a_line(pattern) and _taken(pattern)][:count]


def padded(patterns: list[str], count: int) -> list[str]:
    """The same patterns with made-up ones behind them, no two alike."""
    words = ("refused", "expired", "unreachable", "malformed", "locked", "missing")
    more = (
        rf"(?i){words[at % 6]} (?:module|volume|socket) {words[at // 6 % 6]}-{at} in \w+(?:\.\w+)*"
        for at in range(count - len(patterns))
    )
    return [*patterns, *more]


def scanned(patterns: Patterns, text: str) -> Hits:
    """What the shelf's engine finds."""
    scan, sheet = Scan(patterns, text), Sheet(text)
    return {(pattern, sheet.at(found.start)) for pattern in scan.possible for found in scan.found(pattern)}


def looped(patterns: list[re.Pattern[str]], text: str) -> Hits:
    """What a loop over lines and patterns finds with the standard library."""
    return {
        (pattern.pattern, at)
        for at, line in enumerate(text.split("\n"))
        for pattern in patterns
        if pattern.search(line)
    }


def _taken(pattern: str) -> bool:
    try:
        return bool(re.compile(pattern))
    except re.error:
        return False
