"""Exceptions on the console of a case: raised while the script started, or while it answered."""

import heapq
import itertools
from collections.abc import Callable, Iterator

import re2

from troubleshoot.diagnosis import passages
from troubleshoot.diagnosis.cause import INFERENCE, SCORING
from troubleshoot.diagnosis.console import Reading
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.passages import Passage
from troubleshoot.diagnosis.tracebacks import Chain, raised_lines

Keep = Callable[[Chain], bool]
MAX_QUOTED = 40  # exceptions of one console: the first is the cause, and no page shows more


def starting(case: Case) -> Iterator[Evidence]:
    """What init(), or the import of the script, raised and what ended the start."""
    for passage in _consoles(case):
        yield from _first(passage, lambda chain: chain.starting and not chain.running, ended=True)


_OWN_FAULT = re2.compile(
    r"^\s*(?:NameError|UnboundLocalError|IndexError|ZeroDivisionError|AssertionError"
    r"|RecursionError|NotImplementedError)\b"
)
_OTHER_FAULT = re2.compile(
    r"(?i)credential|authoriz|authentic|forbidden|connect|timeout|timed out|memory|\bcuda\b"
    r"|httperror|urlerror|servicerequest|azure\.|permission|denied|ModuleNotFoundError"
    r"|SystemExit"
)


def own_fault_in_init(case: Case) -> Iterator[Evidence]:
    """What init() raised, where only its own code can be at fault: no file, package or network."""
    for passage in _consoles(case):
        for evidence in _first(passage, lambda chain: chain.in_init and not chain.running, ended=True):
            if _OWN_FAULT.search(evidence.text):
                yield evidence


def own_fault_in_run(case: Case) -> Iterator[Evidence]:
    """What run() raised, unless it speaks of roles, networks or memory."""
    return (evidence for evidence in running(case) if not _OTHER_FAULT.search(evidence.text))


def running(case: Case) -> Iterator[Evidence]:
    """What run() raised while a request was answered."""
    for passage in _consoles(case):
        yield from _first(passage, lambda chain: chain.running, ended=False)


def anywhere(case: Case) -> Iterator[Evidence]:
    """What was raised with no frame that tells where, and after which the log shows no progress."""
    for passage in _consoles(case):
        if passage.reading:
            yield from itertools.islice(_loose(passage, passage.reading), MAX_QUOTED)


def _loose(passage: Passage, reading: Reading) -> Iterator[Evidence]:
    loose = (at for start, stop in _outside(passage, reading) for at in raised_lines(passage.text, start, stop))
    plain = (
        chain.raised[0] for chain in reading.chains if chain.raised and not (chain.running or chain.starting)
    )
    for at in heapq.merge(map(passage.at, loose), plain):
        passed_over = any(at in lines for lines in (reading.survived, reading.printed, reading.harmless))
        called = _ENDPOINT.search(passage.said.line(at))
        if at > reading.last_ready and not (passed_over or called or at in reading.served):
            yield passage.quote_line(at)


# An endpoint's own address: who asks it is its caller, and no container.
_ENDPOINT = re2.compile(r"host='[\w.-]+\.inference\.ml\.azure\.\w+'")


def _outside(passage: Passage, reading: Reading) -> Iterator[tuple[int, int]]:
    """The parts of a console that no traceback takes up, and in which a start may have failed."""
    done = 0
    taken = [(chain.start, chain.end) for chain in reading.chains]
    taken += [(reading.served.start, reading.served.stop)] if reading.served else []
    for start, end in sorted(taken):
        if start > done:
            yield passage.said.start(done), passage.said.start(start) - 1
        done = max(done, end)
    if done < len(passage.said):
        yield passage.said.start(done), len(passage.text)


_CLIENTS = re2.compile(
    r"(?i)^(?:requests|urllib3?|http|aiohttp|httpx|openai|azure|cli|ssl|socket)\.|^Connect|Timeout"
    r"|^HTTPError|^ssl|^WebserviceException"
)


def answered(case: Case) -> Iterator[Evidence]:
    """The exception that an answer carries; one of the calling program says nothing of the model."""
    for passage in passages.read(case):
        if passage.place == SCORING and not passage.borrowed:
            for start in itertools.islice(raised_lines(passage.text), MAX_QUOTED):
                at = passage.at(start)
                if not _CLIENTS.search(passage.said.line(at).strip()):
                    yield passage.quote_line(at)


def _consoles(case: Case) -> Iterator[Passage]:
    return (passage for passage in passages.read(case) if passage.place == INFERENCE and not passage.borrowed)


def _first(passage: Passage, keep: Keep, *, ended: bool) -> Iterator[Evidence]:
    return itertools.islice(_kept(passage, keep, ended=ended), MAX_QUOTED)


def _kept(passage: Passage, keep: Keep, *, ended: bool) -> Iterator[Evidence]:
    reading = passage.reading
    for chain in reading.chains if reading else ():
        if not chain.raised or not keep(chain):
            continue
        at = chain.raised[0]
        if ended and reading and (at < reading.last_ready or at in reading.survived):
            continue
        yield passage.quote_line(at)
