"""Tries the signs of all causes on the passages of a case, and weighs what they hit."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

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
    Cause,
    Sign,
)
from troubleshoot.diagnosis.facts import Case, Evidence
from troubleshoot.diagnosis.passages import Passage
from troubleshoot.diagnosis.patterns import Found, Scan
from troubleshoot.diagnosis.shelf import Rule, looking, scan, signs

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
MAX_AGAINST = 3
# Which line of the status block speaks against a cause of which stage when it says Succeeded.
_PASSED = {
    "image_pull": "UserContainerImagePull",
    "model_and_code": "ModelDownload",
    "container_start": "UserContainerStart",
    "probes": "UserContainerStart",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a sign holds."""

    evidence: Evidence
    proves: bool
    trust: int
    order: int  # where in its passage: what stands first is the cause, what follows is its wake
    names: dict[str, str] = field(default_factory=dict)
    overcome: Evidence | None = None  # the line that shows that the same start went on after it


@dataclass(frozen=True, slots=True)
class Weighed:
    """A cause with all that was found of it: what speaks for it, best first, and what against."""

    rule: Rule
    hits: tuple[Hit, ...]
    against: tuple[Evidence, ...] = ()

    @property
    def proven(self) -> bool:
        """True when a quotation can mean only this cause and nothing speaks against it."""
        cause = self.rule.cause
        general = cause.is_symptom or cause.is_general
        return not general and not self.against and any(hit.proves for hit in self.hits)

    @property
    def ruled_out(self) -> bool:
        """True when what spoke for it was overcome, or only hinted at it and something speaks against it."""
        return all(hit.overcome for hit in self.hits) or (
            bool(self.against) and not any(hit.proves for hit in self.hits)
        )


def weigh(case: Case, passages: Sequence[Passage]) -> list[Weighed]:
    """Each cause with a sign that holds, in the order of the shelf."""
    found: dict[str, tuple[Rule, list[Hit]]] = {}
    against: dict[str, list[Evidence]] = {}
    for rule, sign, hit in _hits(case, passages):
        if sign.speaks_against:
            against.setdefault(rule.slug, []).append(hit.evidence)
        else:
            found.setdefault(rule.slug, (rule, []))[1].append(hit)
    return [
        _weighed(rule, listed, (*against.get(slug, ()), *_stage_passed(passages, rule.cause)))
        for slug, (rule, listed) in sorted(found.items())
    ]


def _hits(case: Case, passages: Sequence[Passage]) -> Iterator[tuple[Rule, Sign, Hit]]:
    for passage in passages:
        scanned = scan(passage)
        for rule, sign in signs(passage.place):
            for hit in _in_passage(rule, sign, passage, scanned):
                yield rule, sign, hit
    for rule, sign in looking():
        for hit in _looked(sign, case):
            yield rule, sign, hit


def _weighed(rule: Rule, listed: Sequence[Hit], against: Iterable[Evidence]) -> Weighed:
    """What was overcome counts only where nothing else is left; then the lines that overcame it speak against."""
    left = [hit for hit in listed if not hit.overcome]
    spoke = list(against) if left else [hit.overcome for hit in listed if hit.overcome]
    ranked = sorted(left or listed, key=lambda hit: (not hit.proves, -hit.trust, hit.order))
    return Weighed(rule, tuple(ranked), tuple(dict.fromkeys(spoke))[:MAX_AGAINST])


def _stage_passed(passages: Sequence[Passage], cause: Cause) -> Iterator[Evidence]:
    """Stages that Azure calls succeeded although the cause would have stopped them."""
    name = _PASSED.get(cause.stage, "")
    if cause.while_serving or not name:
        return
    for passage in passages:
        if passage.place == STATUS and not passage.borrowed:
            for line in passage.lines:
                if line.text.replace(" ", "").startswith(f"{name}:Succeeded"):
                    yield Evidence(STATUS, line.stored.strip(), line.number)


def _looked(sign: Sign, case: Case) -> Iterator[Hit]:
    if sign.look is None:
        return
    for evidence in sign.look(case):
        trust = TRUST.get(evidence.source, LOOKED_TRUST)
        yield Hit(evidence, sign.proves, trust, evidence.line or 0)


def _in_passage(rule: Rule, sign: Sign, passage: Passage, scanned: Scan) -> Iterator[Hit]:
    if sign.pattern not in scanned.possible:
        return
    if any(map(scanned.holds, sign.unless)) or not all(map(scanned.holds, sign.needs)):
        return
    for found in itertools.islice(scanned.found(sign.pattern), MAX_HITS):
        weighed = _by_line(rule, passage, _hit(sign, passage, found), passage.at(found.start))
        if weighed:
            yield weighed


def _hit(sign: Sign, passage: Passage, found: Found) -> Hit:
    trust = BORROWED_TRUST if passage.borrowed and passage.place != CODE else TRUST[passage.place]
    proves = sign.proves and not passage.borrowed
    return Hit(passage.quote(found.start, found.end), proves, trust, found.start, found.names)


def _by_line(rule: Rule, passage: Passage, hit: Hit, at: int) -> Hit | None:
    """The hit, weakened, overcome or dropped by what kind of console line it stands on."""
    reading, serving = passage.reading, rule.cause.while_serving
    if reading is None:
        return hit
    if not hit.proves and logs.severity(passage.lines[at].text) == "warning":
        return None
    if at in reading.printed:
        return replace(hit, proves=False) if any(end > at for end in reading.died) else None
    if not serving and at in reading.running:
        return None
    if not serving and (at < reading.last_ready or at in reading.survived):
        return replace(hit, overcome=_went_on(passage, at))
    answering = at in reading.running and not rule.cause.label.startswith("SCORING_")
    return replace(hit, proves=False) if answering or (at in reading.wrapped and not serving) else hit


def _went_on(passage: Passage, at: int) -> Evidence:
    """The line that shows that the start survived what line `at` says."""
    reading = passage.reading
    later = reading.last_ready if reading else -1
    if reading and at in reading.survived:
        later = reading.survived.behind(at)
    return passage.quote_line(later)
