"""Lines that show readiness or success, and the first lines that speak of an error."""

from collections.abc import Iterator, Sequence

import re2

from troubleshoot.diagnosis.cause import EVENTS, OPERATION, STATUS
from troubleshoot.diagnosis.console import matching
from troubleshoot.diagnosis.facts import Evidence
from troubleshoot.diagnosis.passages import Passage

MAX_LINES = 3
# What each says: the server is ready, a request or probe was answered, a stage or a build step went well.
_GOOD = re2.compile(
    r"(?m)HTTP/\d(?:\.\d)? 20\d |Worker with pid \d+ ready for serving traffic"
    r"|Users's init has completed successfully"
    r"|\" 20\d (?:\d|None|OK|-)|azmlinfsrv - (?:POST|GET) /\S* 20\d |\| root \| INFO "
    r"\| 200\s*$|Application startup complete\."
    r"|Started (?:HTTPService|GRPCInferenceService) at |Status Code=20\d|Imagefetcher runs successfully"
    r"|Container image is pulled successfully|Models are downloaded successfully"
    r"|^\s*UserContainerStart: *Succeeded"
    r"|(?i:Successfully) (?:logged into|built|tagged|pushed|downloaded|mounted|installed|executed)"
    r"|Run ID: \w+ was successful|^#\d+ DONE |(?:layer|manifest|config|index)-sha256:\w+:\s+done"
    r"|Uvicorn running on http|Running gRPC ModelServer|Torch worker started|Exporting HTTP/REST API"
    r"|[Dd]ata collector ready|Listening at: http|^done: [\d.]+m?s"
)
_STOPPED = re2.compile(r"Handling signal: (?:term|int|quit)|Shutting down: Master")


def lines(read: Sequence[Passage]) -> Iterator[Evidence]:
    """The last lines that show readiness or success, where no error follows in the same passage."""
    for passage in read:
        if passage.borrowed or passage.place == OPERATION:
            continue
        good = list(matching(_GOOD, passage.text, passage.starts))
        if not good or any(at > good[-1] for at in _bad(passage)):
            continue
        begun_only = all("Listening at" in passage.lines[at].text for at in good)
        if not (begun_only and any(at > good[-1] for at in matching(_STOPPED, passage.text, passage.starts))):
            yield from (_quote(passage, at) for at in good[-MAX_LINES:])


def errors(passage: Passage) -> Iterator[Evidence]:
    """The lines of a passage that speak of an error, first one first."""
    if passage.place == OPERATION:
        first = next((at for at, line in enumerate(passage.lines) if line.text.strip()), None)
        if first is not None:
            yield _quote(passage, first)
        return
    for at in _bad(passage):
        yield _quote(passage, at)


def _bad(passage: Passage) -> Sequence[int]:
    """Indices of the lines that speak of an error."""
    if passage.place == EVENTS:
        return [at for at, line in enumerate(passage.lines) if "Type: Warning" in line.text]
    if passage.place in (STATUS, OPERATION):
        return []
    return passage.reading.errors if passage.reading else ()


def _quote(passage: Passage, at: int) -> Evidence:
    start = passage.starts[at]
    return passage.quote(start, start + len(passage.lines[at].text))
