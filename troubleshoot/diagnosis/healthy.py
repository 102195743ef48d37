"""Lines that show readiness or success, and the first lines that speak of an error."""

from collections.abc import Iterator, Sequence

import re2

from troubleshoot.diagnosis import logs
from troubleshoot.diagnosis.cause import EVENTS, INFERENCE, OPERATION, STATUS
from troubleshoot.diagnosis.facts import Evidence
from troubleshoot.diagnosis.passages import Passage

MAX_LINES = 3
# What each says: the server is ready, a request or probe was answered, a stage or a build step went well.
_GOOD = re2.compile(
    r"HTTP/\d(?:\.\d)? 20\d |Worker with pid \d+ ready for serving traffic"
    r"|Users's init has completed successfully"
    r"|\" 20\d (?:\d|None|OK|-)|azmlinfsrv - (?:POST|GET) /\S* 20\d |\| root \| INFO "
    r"\| 200\s*$|Application startup complete\."
    r"|Started (?:HTTPService|GRPCInferenceService) at |Status Code=20\d|Imagefetcher runs successfully"
    r"|Container image is pulled successfully|Models are downloaded successfully"
    r"|^\s*UserContainerStart: *Succeeded"
    r"|Successfully (?:logged into|built|tagged|pushed|downloaded|installed|executed)"
    r"|is normal\. Not restarting"
    r"|[Dd]ata collector ready|Listening at: http|^done: [\d.]+m?s"
)


def lines(read: Sequence[Passage]) -> Iterator[Evidence]:
    """The last lines that show readiness or success, none of them followed by an error in the same passage."""
    for passage in read:
        if passage.borrowed or passage.place == OPERATION:
            continue
        good = [at for at, line in enumerate(passage.lines) if _GOOD.search(line.stored)]
        bad = _bad(passage)
        last = good[-1] if good else -1
        if good and not any(at > last for at in bad):
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


def _bad(passage: Passage) -> list[int]:
    """Indices of the lines that speak of an error."""
    if passage.place == EVENTS:
        return [at for at, line in enumerate(passage.lines) if "Type: Warning" in line.text]
    if passage.place in (STATUS, OPERATION):
        return []
    levels = logs.severities([line.text for line in passage.lines])
    mine = passage.reading.printed if passage.reading and passage.place == INFERENCE else frozenset()
    return [at for at, level in enumerate(levels) if level == "error" and at not in mine]


def _quote(passage: Passage, at: int) -> Evidence:
    start = passage.starts[at]
    return passage.quote(start, start + len(passage.lines[at].text))
