"""Lines that show readiness or success, and the first lines that speak of an error."""

import itertools
from collections.abc import Iterable, Iterator, Sequence

import re2

from troubleshoot.diagnosis.cause import EVENTS, OPERATION, STATUS
from troubleshoot.diagnosis.facts import Evidence
from troubleshoot.diagnosis.passages import Passage
from troubleshoot.diagnosis.scan import first_visible, last_lines_with, lines_with
from troubleshoot.diagnosis.sheet import line_end

MAX_LINES = 3
# What each says: the server is ready, a request or probe was answered, a stage or a build step went well.
_GOOD = re2.compile(
    r"(?m)HTTP/\d(?:\.\d)? 20\d |Worker with pid \d+ ready for serving traffic"
    r"|Users's init has completed successfully|User's init\(\) completed successfully"
    r"|Login Succeeded|entered RUNNING state"
    r"|\" 20\d (?:\d|None|OK|-)|azmlinfsrv - (?:POST|GET) /\S* 20\d |\| root \| INFO "
    r"\| 200[\t\f\r ]*$|Application startup complete\."
    r"|Started (?:HTTPService|GRPCInferenceService) at |Status Code=20\d|Imagefetcher runs successfully"
    r"|Container image is pulled successfully|Models are downloaded successfully"
    r"|^[\t\f\r ]*UserContainerStart: *Succeeded"
    r"|(?i:Successfully) (?:logged into|built|tagged|pushed|downloaded|mounted|installed|executed)"
    r"|Run ID: \w+ was successful|^#\d+ DONE |(?:layer|manifest|config|index)-sha256:\w+:[\t ]+done"
    r"|Uvicorn running on http|Running gRPC ModelServer|Torch worker started|Exporting HTTP/REST API"
    r"|[Dd]ata collector ready|Listening at: http|^done: [\d.]+m?s"
)
_STOPPED = re2.compile(r"Handling signal: (?:term|int|quit)|Shutting down: Master")


def lines(read: Sequence[Passage]) -> Iterator[Evidence]:
    """The last lines that show readiness or success, where no error follows in the same passage."""
    for passage in read:
        if passage.borrowed or passage.place == OPERATION:
            continue
        good = list(itertools.islice(last_lines_with(_GOOD, passage.text), MAX_LINES))[::-1]
        if good and not _errs_after(passage, passage.at(good[-1])) and not _stopped(passage.text, good[-1]):
            yield from (_quote(passage, passage.at(at)) for at in good)


def errors(passage: Passage) -> Iterator[Evidence]:
    """The lines of a passage that speak of an error, first one first."""
    if passage.place == OPERATION:
        first = first_visible(passage.text)
        if first is not None:
            yield _quote(passage, passage.at(first))
        return
    for at in _bad(passage):
        yield _quote(passage, at)


def _stopped(text: str, last: int) -> bool:
    """True where the server only began to listen, and was ended after that."""
    if "Listening at" not in text[last : line_end(text, last)]:
        return False
    if any("Listening at" not in text[at : line_end(text, at)] for at in lines_with(_GOOD, text)):
        return False
    return any(at > last for at in lines_with(_STOPPED, text, last))


def _errs_after(passage: Passage, line: int) -> bool:
    if passage.reading:
        return any(True for _ in passage.reading.errors.after(line))
    return any(at > line for at in _bad(passage))


def _bad(passage: Passage) -> Iterable[int]:
    """Indices of the lines that speak of an error."""
    if passage.place == EVENTS:
        return [at for at, line in enumerate(passage.lines) if "Type: Warning" in line.text]
    if passage.place in (STATUS, OPERATION):
        return ()
    return passage.reading.errors if passage.reading else ()


def _quote(passage: Passage, at: int) -> Evidence:
    return passage.quote_line(at)
