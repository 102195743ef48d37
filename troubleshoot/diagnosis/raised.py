"""Exceptions on the console of a case: raised while the script started, or while it answered."""

from collections.abc import Callable, Iterator

import re2

from troubleshoot.diagnosis import passages
from troubleshoot.diagnosis.cause import INFERENCE, SCORING
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.passages import Passage
from troubleshoot.diagnosis.tracebacks import Chain, is_raised

Keep = Callable[[Chain], bool]


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
        reading = passage.reading
        if reading is None:
            continue
        inside = {at for chain in reading.chains for at in range(chain.start, chain.end)}
        loose = [at for at, line in enumerate(passage.lines) if at not in inside and is_raised(line.text)]
        plain = [
            chain.raised[0]
            for chain in reading.chains
            if chain.raised and not (chain.running or chain.starting)
        ]
        for at in sorted(loose + plain):
            if at > reading.last_ready and at not in reading.survived | reading.printed | reading.harmless:
                yield _quote(passage, at)


_CLIENTS = re2.compile(
    r"(?i)^(?:requests|urllib3?|http|aiohttp|httpx|azure|cli|ssl|socket)\.|^Connect|Timeout"
    r"|^HTTPError|^ssl"
)


def answered(case: Case) -> Iterator[Evidence]:
    """The exception that an answer carries; one of the calling program says nothing of the model."""
    for passage in passages.read(case):
        if passage.place == SCORING and not passage.borrowed:
            for at, line in enumerate(passage.lines):
                if is_raised(line.text) and not _CLIENTS.search(line.text.strip()):
                    yield _quote(passage, at)


def _consoles(case: Case) -> Iterator[Passage]:
    return (passage for passage in passages.read(case) if passage.place == INFERENCE and not passage.borrowed)


def _first(passage: Passage, keep: Keep, *, ended: bool) -> Iterator[Evidence]:
    reading = passage.reading
    for chain in reading.chains if reading else ():
        if not chain.raised or not keep(chain):
            continue
        at = chain.raised[0]
        if ended and reading and (at < reading.last_ready or at in reading.survived):
            continue
        yield _quote(passage, at)


def _quote(passage: Passage, at: int) -> Evidence:
    return passage.quote(passage.starts[at], passage.starts[at] + len(passage.lines[at].text))
