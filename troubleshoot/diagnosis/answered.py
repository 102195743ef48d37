"""The status that the caller of a pasted scoring call saw, where the text itself says nothing of it."""

from collections.abc import Callable, Iterator

from troubleshoot.diagnosis import passages
from troubleshoot.diagnosis.cause import SCORING
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.scan import first_visible

STATUS_SEEN = "HTTP status"


def with_status(*statuses: int) -> Callable[[Case], Iterator[Evidence]]:
    """A look that quotes the first line of the answer when the caller saw one of these statuses."""

    def look(case: Case) -> Iterator[Evidence]:
        for passage in passages.read(case) if case.http_status in statuses else ():
            first = first_visible(passage.text) if passage.place == SCORING and not passage.borrowed else None
            if first is not None:
                quote = passage.quote_line(passage.at(first))
                yield Evidence(STATUS_SEEN, quote.text, quote.line, f"The caller saw {case.http_status}.")

    return look
