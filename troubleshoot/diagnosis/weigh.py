"""Tries the signs of all causes on the passages of a case, and weighs what they hit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import re2

from troubleshoot.diagnosis import logs
from troubleshoot.diagnosis.answered import STATUS_SEEN
from troubleshoot.diagnosis.cause import (
    BUILD,
    CODE,
    EVENTS,
    INFERENCE,
    OPERATION,
    SCORING,
    STATUS,
    STORAGE,
    Sign,
)
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.passages import Passage
from troubleshoot.diagnosis.shelf import Rule, candidates, looking

# Order of trust (CATALOGUE 1): message text, stage, console, code; borrowed words above the code only.
TRUST = {
    OPERATION: 5,
    SCORING: 5,
    BUILD: 5,
    STATUS: 4,
    EVENTS: 4,
    STORAGE: 3,
    INFERENCE: 3,
    CODE: 1,
    STATUS_SEEN: 1,
}
BORROWED_TRUST = 2
LOOKED_TRUST = 3
MAX_HITS = 40  # of one sign in one passage: enough for the last restarts of a long log
MAX_EVIDENCE = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a sign holds."""

    evidence: Evidence
    proves: bool
    trust: int
    order: int  # where in its passage: what stands first is the cause, what follows is its wake
    names: dict[str, str] = field(default_factory=dict)


def hits(case: Case, passages: Sequence[Passage]) -> dict[str, tuple[Rule, list[Hit]]]:
    """For each cause with a sign that holds: its rule, and its hits, best first."""
    found: dict[str, tuple[Rule, list[Hit]]] = {}
    for passage in passages:
        for rule, sign in candidates(passage):
            _add(found, rule, _in_passage(rule, sign, passage))
    for rule, sign in looking():
        _add(found, rule, _looked(sign, case))
    for _, listed in found.values():
        listed.sort(key=lambda hit: (not hit.proves, -hit.trust, hit.order))
    return found


def _add(found: dict[str, tuple[Rule, list[Hit]]], rule: Rule, more: Iterator[Hit]) -> None:
    for hit in more:
        found.setdefault(rule.slug, (rule, []))[1].append(hit)


def _looked(sign: Sign, case: Case) -> Iterator[Hit]:
    if sign.look is None:
        return
    for evidence in sign.look(case):
        trust = TRUST.get(evidence.source, LOOKED_TRUST)
        yield Hit(evidence, sign.proves, trust, evidence.line or 0)


def _in_passage(rule: Rule, sign: Sign, passage: Passage) -> Iterator[Hit]:
    if any(_search(text, passage) for text in sign.unless) or not all(
        _search(text, passage) for text in sign.needs
    ):
        return
    matches = re2.finditer(sign.pattern, passage.text)
    for _, match in zip(range(MAX_HITS), matches, strict=False):
        hit = _hit(sign, passage, match)
        weighed = _by_line(rule, passage, hit, passage.at(match.start()))
        if weighed:
            yield weighed


def _search(pattern: str, passage: Passage) -> bool:
    return re2.search(pattern, passage.text) is not None


def _hit(sign: Sign, passage: Passage, match: object) -> Hit:
    start, end = match.span()  # type: ignore[attr-defined]
    names = {name: value for name, value in match.groupdict().items() if value}  # type: ignore[attr-defined]
    trust = BORROWED_TRUST if passage.borrowed and passage.place != CODE else TRUST[passage.place]
    return Hit(passage.quote(start, end), sign.proves and not passage.borrowed, trust, start, names)


def _by_line(rule: Rule, passage: Passage, hit: Hit, at: int) -> Hit | None:
    """The hit, weakened or dropped by what kind of console line it stands on."""
    reading, serving = passage.reading, rule.cause.while_serving
    if reading is None:
        return hit
    if not hit.proves and logs.severity(passage.lines[at].text) == "warning":
        return None
    if at in reading.printed:
        return replace(hit, proves=False) if any(end > at for end in reading.died) else None
    if not serving and (at < reading.last_ready or at in reading.survived or at in reading.running):
        return None
    answering = at in reading.running and not rule.cause.label.startswith("SCORING_")
    return replace(hit, proves=False) if answering or (at in reading.wrapped and not serving) else hit
