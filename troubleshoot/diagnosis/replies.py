"""The answers to scoring calls that had a given status, as the caller or their own status line tells it."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import passages
from troubleshoot.diagnosis.cause import SCORING, Look
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.passages import Passage


def of_status(case: Case, status: int) -> Iterator[tuple[Passage, Evidence]]:
    """Each pasted answer of this status, with the line that shows the status, else its first line."""
    pasted = [part.text for part in case.texts if passages.KINDS.get(part.kind) == SCORING]
    told = case.http_status == status or any(str(status) in text for text in pasted)
    if not (pasted and told) or case.http_status not in (None, status):
        return
    shown = re2.compile(
        rf"(?m)^(?:< )?HTTP/\d(?:\.\d)? {status}\b|\b{status} (?:Client|Server) Error\b|\[{status}\]>"
        rf"|(?i:status(?: code)?):? {status}\b"
    )
    for passage in passages.read(case):
        if passage.place == SCORING and not passage.borrowed and passage.text.strip():
            found = shown.search(passage.text)
            if found:
                yield passage, passage.quote(*found.span())
            elif case.http_status == status:
                first = passage.text.find(passage.text.strip())
                yield passage, passage.quote(first, first + 1)


def with_words(status: int, pattern: str, unless: str = "") -> Look:
    """A look that quotes these words in an answer of this status, unless it also holds the others."""
    words = re2.compile(pattern)
    other = re2.compile(unless) if unless else None

    def look(case: Case) -> Iterator[Evidence]:
        for passage, _ in of_status(case, status):
            found = words.search(passage.text)
            if found and not (other and other.search(passage.text)):
                yield passage.quote(*found.span())

    look.__doc__ = f"An answer {status} with words that tell what was refused"
    return look
