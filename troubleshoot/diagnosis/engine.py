"""From a case to its verdict: tries each cause, and lets the specific beat the general."""

import itertools
from collections.abc import Iterator, Sequence

from troubleshoot.diagnosis import healthy, passages, stages, starts
from troubleshoot.diagnosis.facts import (
    CERTAIN,
    LIKELY,
    RULED_OUT,
    TERMINAL_STATES,
    Case,
    Evidence,
    Verdict,
)
from troubleshoot.diagnosis.shelf import fingerprint
from troubleshoot.diagnosis.told import finding, looked_at
from troubleshoot.diagnosis.weigh import Weighed, weigh

__all__ = ["diagnose", "fingerprint"]

MAX_FIRST_ERRORS = 5
MAX_RULED_OUT = 8
KUBERNETES = "k8s-"  # how the slugs of causes begin that only an attached cluster can have


def diagnose(case: Case) -> Verdict:
    """The verdict on a case; a pure function of the case and the rules. Costs one scan of its texts."""
    read = passages.read(case)
    held, ruled_out = _weighed(case, read)
    best = held[0].rule.cause if held else None
    good = tuple(healthy.lines(read))
    findings = [finding(case, one, CERTAIN if one.proven else LIKELY, held) for one in held]
    if held or not good or case.state in TERMINAL_STATES:
        findings += [finding(case, one, RULED_OUT, ()) for one in ruled_out[:MAX_RULED_OUT]]
    return Verdict(
        findings=() if case.state == "Succeeded" else tuple(findings),
        stages=stages.rail(case, best.stage if best and best.stage else None),
        looked_at=tuple(looked_at(case)),
        first_errors=tuple(_first_errors(read)),
        healthy=good,
        restarts=starts.of(case),
    )


def _weighed(case: Case, read: Sequence[passages.Passage]) -> tuple[list[Weighed], list[Weighed]]:
    """The causes that hold, best first, and those that something rules out."""
    if case.state == "Succeeded":
        return [], []
    every = [one for one in weigh(case, read) if _fits(case, one)]
    held = [one for one in every if not one.ruled_out]
    if case.state and case.state not in TERMINAL_STATES:
        held = [one for one in held if one.proven]
    held = _explained(sorted(held, key=_rank))
    silenced = {slug for one in held for slug in one.rule.cause.outranks}
    out = [one for one in every if one.ruled_out and one.rule.slug not in silenced]
    return held, [one for one in sorted(out, key=_rank) if not _is_vague(one)]


def _fits(case: Case, weighed: Weighed) -> bool:
    """Answers to scoring calls never explain why an operation failed, nor a cluster a managed deployment."""
    if case.deployment and case.deployment.compute == "Managed" and weighed.rule.slug.startswith(KUBERNETES):
        return False
    cause = weighed.rule.cause
    if not cause.label.startswith("SCORING_"):
        return True
    went_well = 200 <= (case.http_status or 0) < 300 and cause.code != str(case.http_status)
    return bool(case.texts) and not went_well


def _is_vague(weighed: Weighed) -> bool:
    return weighed.rule.cause.is_symptom or weighed.rule.cause.is_general


def _rank(weighed: Weighed) -> tuple[int, bool, int, int, str]:
    cause, best = weighed.rule.cause, weighed.hits[0]
    kind = 2 if cause.is_general else 1 if cause.is_symptom else 0
    return kind, not weighed.proven, -best.trust, best.order, weighed.rule.slug


def _explained(weighed: Sequence[Weighed]) -> list[Weighed]:
    """What is left when each cause has silenced those that it outranks, and a certain one its symptoms."""
    by_any = {slug for one in weighed for slug in one.rule.cause.outranks}
    by_certain = {slug for one in weighed if one.proven for slug in one.rule.cause.outranks}
    left = [one for one in weighed if one.rule.slug not in (by_certain if one.proven else by_any)]
    if any(one.proven for one in weighed):
        left = [one for one in left if not _is_vague(one)]
    return left


def _first_errors(read: Sequence[passages.Passage]) -> Iterator[Evidence]:
    """The first error lines, as candidates where no cause holds: the operation's own, then the consoles'."""
    every = (evidence for passage in read if not passage.borrowed for evidence in healthy.errors(passage))
    return itertools.islice(every, MAX_FIRST_ERRORS)
