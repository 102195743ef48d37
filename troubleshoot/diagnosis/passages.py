"""The passages of a case that signs are tried on: what was said, and where it stands."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import re2

from troubleshoot.diagnosis import console
from troubleshoot.diagnosis.cause import BUILD, CODE, EVENTS, INFERENCE, OPERATION, SCORING, STATUS, STORAGE
from troubleshoot.diagnosis.errors import codes, readable
from troubleshoot.diagnosis.facts import Case, Evidence, Log, Text
from troubleshoot.diagnosis.logs import moment

MAX_QUOTE = 300
MAX_BREAKS = 20_000  # escaped line breaks that one stored line may hold
KINDS = {
    "operation_error": OPERATION,
    "quota": OPERATION,
    "inference_log": INFERENCE,
    "storage_log": STORAGE,
    "build_log": BUILD,
    "scoring": SCORING,
}
# A pasted text, or the message of an operation, may quote other places; what it quotes is a hint at most.
BORROWED = {
    OPERATION: (INFERENCE, STORAGE, BUILD, EVENTS, STATUS, SCORING),
    SCORING: (OPERATION,),
    BUILD: (OPERATION,),
    INFERENCE: (),
    STORAGE: (),
}

_STATUS_LINE = re2.compile(
    r"^\s*(?:SystemSetup|UserContainerImagePull|ModelDownload|UserContainerStart): *\w+\s*$"
)
_EVENT_LINE = re2.compile(r"^\s*Kind: *\w+, *Name: *\w+")
_GUIDED = re2.compile(r"^\s*\d{4}-\d\d-\d\dT[\d:.]+Z .*aka\.ms/oe-tsg#")
_CODE_WORD = re2.compile(r"\b[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+\b|\bERR_\d{4}\b")
_ANCHOR = re2.compile(r"oe-tsg#(error-[a-z]{4,60})")
_BREAK = re2.compile(r"\\+[nr](?:\\+n)?")
_ESCAPE = re2.compile(r"""\\+(?:u00(?P<hex>[0-9a-fA-F]{2})|(?P<char>["'/]))""")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as signs read it (unescaped), the stored text it came from, and its number there."""

    text: str
    stored: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of one place. `borrowed` says that they only quote this place."""

    place: str
    source: str
    lines: tuple[Line, ...]
    text: str
    starts: tuple[int, ...]
    reading: console.Reading | None = None  # of a console: which lines mean no harm, and the like
    borrowed: bool = False

    def at(self, offset: int) -> int:
        """The index of the line that an offset in `text` stands in."""
        return bisect_right(self.starts, offset) - 1

    def quote(self, start: int, end: int) -> Evidence:
        """The stored line in which a match stands, cut to what a reader can take in."""
        line = self.lines[self.at(start)]
        begin = start - self.starts[self.at(start)]
        return Evidence(self.source, _cut(line, begin, begin + end - start), line.number)


@lru_cache(maxsize=2)
def read(case: Case) -> tuple[Passage, ...]:
    """All passages of a case, in the order of trust; none of them is empty."""
    found = [*_operation(case), *_blocks(case), *_consoles(case)]
    for part in case.texts:
        found += _pasted(KINDS.get(part.kind, INFERENCE), part)
    return tuple(passage for passage in found if passage.lines)


def make(place: str, source: str, lines: Iterable[Line], since: datetime | None = None) -> Passage:
    """A passage of lines; console lines that mean no harm, or are older than `since`, read as empty."""
    read = tuple(line if line.text.isascii() else replace(line, text=readable(line.text)) for line in lines)
    old = _older(read, since)
    kept = tuple(replace(line, text="") if at in old else line for at, line in enumerate(read))
    reading = None
    if place in (INFERENCE, STORAGE, BUILD):
        reading = console.read([line.text for line in kept])
        kept = tuple(
            replace(line, text="") if at in reading.harmless else line for at, line in enumerate(kept)
        )
    texts = [line.text for line in kept]
    return Passage(place, source, kept, "\n".join(texts), console.starts_of(texts), reading)


def unescaped(stored: str, number: int | None = None) -> Iterator[Line]:
    """The lines that a stored line holds when its escapes are undone; each knows its own stored part."""
    for part in _BREAK.split(stored, MAX_BREAKS) if "\\" in stored else (stored,):
        yield Line(_ESCAPE.sub(_character, part) if "\\" in part else part, part, number)


def _character(found: object) -> str:
    hexed = found["hex"]  # type: ignore[index]
    return chr(int(hexed, 16)) if hexed else found["char"]  # type: ignore[index]


_BUILD_FAILED = re2.compile(r"(?i)\bImageBuildFailure\b|error-imagebuildfailure|image build failed")


def _operation(case: Case) -> Iterator[Passage]:
    error = case.operation.error if case.operation else None
    if not error:
        return
    said = dict.fromkeys(node.message for node in error.walk() if node.message)
    lines = [line for message in said for line in numbered(message)]
    named_build = any(_BUILD_FAILED.search(code) for code in codes(error))
    yield from _with_borrowed(make(OPERATION, OPERATION, lines), named_build=named_build)
    named = [Line(node.code, node.code) for node in error.walk() if node.code]
    yield make(CODE, CODE, named + [Line(code, code) for code in codes(error)] + _anchors(lines))


def numbered(text: str, first: int = 1) -> Iterator[Line]:
    """The lines of a message or a pasted text, unescaped, with the numbers they have as stored."""
    for number, stored in enumerate(readable(text).split("\n"), first):
        yield from unescaped(stored.rstrip("\r"), number)


def _blocks(case: Case) -> Iterator[Passage]:
    yield make(STATUS, STATUS, [Line(f"{name}: {state}", f"{name}: {state}") for name, state in case.status])
    since = case.started
    fresh = [event for event in case.events if not (since and event.at and (event.last or event.at) < since)]
    yield make(
        EVENTS,
        EVENTS,
        [
            Line(
                f"Name: {event.name}, Type: {event.type}, Message: {event.message}",
                event.message or event.name,
            )
            for event in fresh
        ],
    )


def _consoles(case: Case) -> Iterator[Passage]:
    for place in (INFERENCE, STORAGE):
        log = case.log(place)
        if log:
            yield make(place, place, _stored(log), case.started)


def _stored(log: Log) -> Iterator[Line]:
    for number, stored in enumerate(log.lines, log.first):
        yield from _readable(readable(stored), number)


def _readable(stored: str, number: int) -> Iterable[Line]:
    """A console line as it is, unless a whole log arrived in it with its line breaks escaped."""
    if len(stored) > 200 and len(_BREAK.findall(stored)) >= 3:
        return unescaped(stored, number)
    return (Line(stored, stored, number),)


def _older(lines: Sequence[Line], since: datetime | None) -> set[int]:
    """The lines that were written before the attempt began, by the last time at or above them."""
    if since is None:
        return set()
    old, found = False, set()
    for at, line in enumerate(lines):
        when = moment(line.text)
        old = when < since if when else old
        if old:
            found.add(at)
    return found


def _pasted(place: str, part: Text) -> Iterator[Passage]:
    if place in (OPERATION, SCORING):
        lines = list(numbered(part.text, part.first))
        yield from _with_borrowed(make(place, place, lines))
        yield make(CODE, CODE, _codes(lines) + _anchors(lines))
        return
    stored = enumerate(readable(part.text).split("\n"), part.first)
    raw = [line for number, said in stored for line in _readable(said.rstrip("\r"), number)]
    status = [line for line in raw if _STATUS_LINE.search(line.text)]
    events = [line for line in raw if _EVENT_LINE.search(line.text)]
    guided = [line for line in raw if _GUIDED.search(line.text)]
    yield make(STATUS, STATUS, status)
    yield make(EVENTS, EVENTS, events)
    yield replace(make(OPERATION, place, guided), borrowed=True)
    blocks = {id(line) for line in status + events}
    yield from _with_borrowed(make(place, place, [line for line in raw if id(line) not in blocks]))


def _with_borrowed(passage: Passage, *, named_build: bool = False) -> Iterator[Passage]:
    """The passage, and what it quotes of other places; a failed build quotes its log."""
    yield passage
    of_build = passage.place == OPERATION and (named_build or _BUILD_FAILED.search(passage.text))
    if of_build:
        yield make(BUILD, passage.source, passage.lines)
    for place in BORROWED.get(passage.place, ()):
        if not (of_build and place in (BUILD, INFERENCE)):
            yield replace(make(place, passage.source, passage.lines), borrowed=True)


def _codes(lines: Sequence[Line]) -> list[Line]:
    return [
        Line(found[0], found[0], line.number) for line in lines for found in _CODE_WORD.finditer(line.text)
    ]


def _anchors(lines: Sequence[Line]) -> list[Line]:
    return [Line(found[1], found[1], line.number) for line in lines for found in _ANCHOR.finditer(line.text)]


def _cut(line: Line, begin: int, end: int) -> str:
    """At most MAX_QUOTE characters of the stored line, around what matched."""
    stored = line.stored.strip()
    if len(stored) <= MAX_QUOTE:
        return stored
    if line.text != line.stored:
        begin, end = _stored_offset(line, begin), _stored_offset(line, end)
    first = max(0, min(begin - 20, end - MAX_QUOTE // 2)) if end - begin < MAX_QUOTE else begin
    first = _whole_words(line.stored, first, begin)
    last = min(len(line.stored), first + MAX_QUOTE)
    closing = line.stored.find('"', end, last)
    if closing >= 0:
        last = closing
    elif last < len(line.stored):
        blank = line.stored.rfind(" ", end, last)
        last = blank if blank > 0 else last
    return line.stored[first:last].rstrip("\\").strip()


def _whole_words(text: str, first: int, begin: int) -> int:
    """A start of a quotation at or behind `first`: behind the last opening mark, else behind the next blank."""
    opening = max(text.rfind(mark, first, begin) for mark in "\"'[{(")
    if opening >= 0:
        return opening + 1
    blank = text.find(" ", first, begin)
    return blank + 1 if first and blank >= 0 else first if not first else begin


def _stored_offset(line: Line, offset: int) -> int:
    """Where in the stored text a place of the unescaped text stands."""
    shift = 0
    for found in _ESCAPE.finditer(line.stored):
        if found.start() - shift >= offset:
            break
        shift += len(found[0]) - 1
    return offset + shift


_LOOKS_LIKE = (
    (
        "build_log",
        re2.compile(
            r"acb_step_\d|Executing step ID|(?m)^Step \d+/\d+ : |Sending build context to Docker"
            r"|\[internal\] load build definition"
        ),
    ),
    (
        "inference_log",
        re2.compile(
            r"(?m)^(?:Instance status|Container events|Container logs):|azmlinfsrv|gunicorn"
            r"|Kind: Pod, Name: "
        ),
    ),
    (
        "operation_error",
        re2.compile(
            r"aka\.ms/oe-tsg|HttpResponseError|(?m)^\s*Code: |\"code\": ?\"|\(\w+\) |Not enough quota"
            r"|InferencingClient"
        ),
    ),
    (
        "scoring",
        re2.compile(
            r"(?i)^HTTP/\d|ms-azureml-model-error|x-ms-run-function-failed"
            r"|No valid deployments to route to"
        ),
    ),
)


def kind_of(text: str) -> str:
    """What sort of text was pasted, by the marks of the programs that print it; a log where nothing tells."""
    return next((kind for kind, mark in _LOOKS_LIKE if mark.search(text)), "inference_log")
