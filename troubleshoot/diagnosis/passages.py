"""The passages of a case that signs are tried on: what was said, and where it stands."""

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import re2

from troubleshoot.diagnosis import console, escapes
from troubleshoot.diagnosis.cause import BUILD, CODE, EVENTS, INFERENCE, OPERATION, SCORING, STATUS, STORAGE
from troubleshoot.diagnosis.errors import codes, readable
from troubleshoot.diagnosis.facts import Case, Log, Text
from troubleshoot.diagnosis.loglines import older
from troubleshoot.diagnosis.passage import Line, Passage
from troubleshoot.diagnosis.quoting import MAX_QUOTE
from troubleshoot.diagnosis.scan import lines_with
from troubleshoot.diagnosis.sheet import Listed, Sheet, blanked, line_end

__all__ = ["BORROWED", "KINDS", "MAX_QUOTE", "Line", "Passage", "read"]

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
CONSOLES = (INFERENCE, STORAGE, BUILD)
MAX_CODES = 5_000  # words of a text that may be error codes
REMEMBERED = 4  # cases whose passages are kept: those that are being diagnosed

_STATUS_NAMES = ("SystemSetup", "UserContainerImagePull", "ModelDownload", "UserContainerStart")
_STATUS_LINE = re2.compile(rf"(?m)^[\t\f\r ]*(?:{'|'.join(_STATUS_NAMES)}): *\w+[\t\f\r ]*$")
_EVENT_LINE = re2.compile(r"(?m)^[\t\f\r ]*Kind: *\w+, *Name: *\w+")
_GUIDED = re2.compile(r"(?m)^[\t\f\r ]*\d{4}-\d\d-\d\dT[\d:.]+Z .*aka\.ms/oe-tsg#")
_CODE_WORD = re.compile(r"\b(?:[A-Z][a-z]+[A-Z][A-Za-z]*|ERR_\d{4})\b", re.ASCII)
_ANCHOR = re2.compile(r"oe-tsg#(error-[a-z]{4,60})")


_recent: tuple[tuple[Case, tuple[Passage, ...]], ...] = ()


def read(case: Case) -> tuple[Passage, ...]:
    """All passages of a case, in the order of trust; none of them is empty. Reading the same case again is free."""
    global _recent
    for known, passages in _recent:
        if known is case:
            return passages
    found = [*_operation(case), *_blocks(case), *_consoles(case)]
    for part in case.texts:
        found += _pasted(KINDS.get(part.kind, INFERENCE), part)
    passages = tuple(passage for passage in found if len(passage.said))
    _recent = ((case, passages), *_recent[: REMEMBERED - 1])
    return passages


def _passage(place: str, source: str, said: str, stored: str, number: escapes.Number) -> Passage:
    """A passage of a text and the stored text it came from, line for line; harmless console lines read as empty."""
    sheet = Sheet(stored)
    heard = sheet if said is stored or said == stored else Sheet(said)
    return _heard(Passage(place, source, heard, sheet, number))


def _heard(passage: Passage) -> Passage:
    """The passage with what its lines can prove, where it is one of a console."""
    if passage.place not in CONSOLES or isinstance(passage.said, Listed):
        return passage
    reading = console.read(passage.said)
    text = blanked(passage.text, reading.harmless_parts)
    said = passage.said if text is passage.text else Sheet(text)
    return replace(passage, said=said, reading=reading)


def _listed(place: str, source: str, lines: Iterable[Line]) -> Passage:
    """A passage of some lines with numbers of their own."""
    listed = list(lines)
    said = Listed(readable(line.text) for line in listed)
    return Passage(place, source, said, Listed(line.stored for line in listed), lambda at: listed[at].number)


_BUILD_FAILED = re2.compile(r"(?i)\bImageBuildFailure\b|error-imagebuildfailure|image build failed")


def _operation(case: Case) -> Iterator[Passage]:
    error = case.operation.error if case.operation else None
    if not error:
        return
    messages = [_unescaped(node, 1) for node in dict.fromkeys(n.message for n in error.walk() if n.message)]
    said, stored = "\n".join(m[0] for m in messages), "\n".join(m[1] for m in messages)
    begins = [0]
    for message, _, _ in messages:
        begins.append(begins[-1] + message.count("\n") + 1)
    number = escapes.with_parts([(begin, 0, m[2]) for begin, m in zip(begins, messages, strict=False)])
    named_build = any(_BUILD_FAILED.search(code) for code in codes(error))
    if messages:
        whole = _passage(OPERATION, OPERATION, said, stored, number)
        yield from _with_borrowed(whole, named_build=named_build)
    named = [Line(node.code, node.code) for node in error.walk() if node.code]
    yield _listed(CODE, CODE, named + [Line(code, code) for code in codes(error)] + _found(_ANCHOR, said, number))


def _unescaped(text: str, first: int) -> tuple[str, str, escapes.Number]:
    """A message or a pasted text as it reads and as stored, line for line, and the numbers of the lines."""
    text = _without_returns(readable(text))
    return _broken(text, first, [(0, len(text))] if "\\" in text else [])


def _opened(text: str, first: int) -> tuple[str, str, escapes.Number]:
    """A console likewise: as it is, but for lines in which a whole log arrived with its line breaks escaped."""
    return _broken(text, first, escapes.several(text))


def _broken(text: str, first: int, ranges: Iterable[tuple[int, int]]) -> tuple[str, str, escapes.Number]:
    """The text with the escapes of some ranges undone, as stored and with its numbers."""
    said: list[str] = []
    stored: list[str] = []
    added: list[int] = []
    done = line = 0
    for start, end in ranges:
        before, parts = text[done:start], escapes.split(text[start:end])
        line += before.count("\n") + parts[0].count("\n")
        if "\n" not in text[start:end]:
            added += range(line + 1, line + len(parts))
            line += len(parts) - 1
        else:
            for part in parts[1:]:
                line += 1
                added.append(line)
                line += part.count("\n")
        broken = "\n".join(parts)
        said += [before, escapes.marks(broken)]
        stored += [before, broken]
        done = end
    if not done:
        return text, text, escapes.counted(first)
    number = escapes.with_added(escapes.counted(first), added)
    return "".join([*said, text[done:]]), "".join([*stored, text[done:]]), number


def _without_returns(text: str) -> str:
    """The text with line feeds alone at the ends of its lines."""
    return "\n".join([line.rstrip("\r") for line in text.split("\n")]) if "\r" in text else text


def _blocks(case: Case) -> Iterator[Passage]:
    yield _listed(STATUS, STATUS, [Line(f"{name}: {state}", f"{name}: {state}") for name, state in case.status])
    since = case.started
    fresh = [event for event in case.events if not (since and event.at and (event.last or event.at) < since)]
    yield _listed(
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
        if log and log.lines:
            yield _stored(place, log, case.started)


def _stored(place: str, log: Log, since: datetime | None) -> Passage:
    """A stored log; lines older than `since` read as empty."""
    text = readable("\n".join(log.lines))
    if text.count("\n") >= len(log.lines):
        text = "\n".join(readable(line).replace("\n", " ") for line in log.lines)
    said, stored, number = _opened(text, log.first)
    if since:
        said = blanked(said, older(said, since))
    return _passage(place, place, said, stored, number)


def _pasted(place: str, part: Text) -> Iterator[Passage]:
    if place in (OPERATION, SCORING):
        said, stored, number = _unescaped(part.text, part.first)
        yield from _with_borrowed(_passage(place, place, said, stored, number))
        yield _listed(CODE, CODE, _found(_CODE_WORD, said, number) + _found(_ANCHOR, said, number))
        return
    said, stored, number = _opened(_without_returns(readable(part.text)), part.first)
    status = _whole_lines(_STATUS_LINE, said, *_STATUS_NAMES)
    events = _whole_lines(_EVENT_LINE, said, "Kind:")
    guided = _whole_lines(_GUIDED, said, "aka.ms/oe-tsg#")
    sheet = Sheet(said)
    whole = Passage(place, place, sheet, sheet if stored is said else Sheet(stored), number)
    yield _only(STATUS, STATUS, whole, status)
    yield _only(EVENTS, EVENTS, whole, events)
    yield replace(_only(OPERATION, place, whole, guided), borrowed=True)
    rest = _without(whole, sorted({*status, *events}))
    yield from _with_borrowed(_heard(rest))


def _whole_lines(pattern: Any, text: str, *words: str) -> list[tuple[int, int]]:
    """The lines in which a pattern stands that cannot do without one of some words."""
    if not any(word in text for word in words):
        return []
    return [(start, line_end(text, start)) for start in lines_with(pattern, text)]


def _only(place: str, source: str, whole: Passage, parts: Sequence[tuple[int, int]]) -> Passage:
    """A passage of some lines of another."""
    if whole.stored is whole.said:
        return _listed(
            place, source, [Line(whole.text[a:b], whole.text[a:b], whole.number(whole.at(a))) for a, b in parts]
        )
    return _listed(place, source, [whole.lines[whole.at(start)] for start, _ in parts])


def _without(whole: Passage, parts: Sequence[tuple[int, int]]) -> Passage:
    """A passage without some of its lines."""
    if not parts:
        return whole
    said: list[str] = []
    stored: list[str] = []
    runs: list[tuple[int, int, escapes.Number]] = []
    line = begin = 0
    for start in [*(start for start, _ in parts), len(whole.text) + 1]:
        at = whole.at(start) if start <= len(whole.text) else len(whole.said)
        if at > line:
            runs.append((begin, line, whole.number))
            begin += at - line
            said.append(whole.text[whole.said.start(line) : whole.said.end(at - 1)])
            stored.append(whole.stored.text[whole.stored.start(line) : whole.stored.end(at - 1)])
        line = at + 1
    if not runs:
        return replace(whole, said=Listed(()), stored=Listed(()))
    number = escapes.with_parts(runs)
    return replace(whole, said=Sheet("\n".join(said)), stored=Sheet("\n".join(stored)), number=number)


def _with_borrowed(passage: Passage, *, named_build: bool = False) -> Iterator[Passage]:
    """The passage, and what it quotes of other places; a failed build quotes its log."""
    yield passage
    of_build = passage.place == OPERATION and (named_build or _BUILD_FAILED.search(passage.text))
    places = [place for place in BORROWED.get(passage.place, ()) if not (of_build and place in (BUILD, INFERENCE))]
    heard = None
    if of_build or any(place in CONSOLES for place in places):
        heard = _heard(replace(passage, place=BUILD))
    if of_build and heard:
        yield heard
    for place in places:
        of = heard if heard and place in CONSOLES else replace(passage, reading=None)
        yield replace(of, place=place, borrowed=True)


def _found(pattern: Any, text: str, number: escapes.Number) -> list[Line]:
    """What a pattern captures, or all that it matches, each as a line with the number where it stands."""
    sheet = Sheet(text)
    return [
        Line(found[found.re.groups], found[found.re.groups], number(sheet.at(found.start())))
        for found in itertools.islice(pattern.finditer(text), MAX_CODES)
    ]
