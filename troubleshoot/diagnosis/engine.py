"""From a case to its verdict: tries each cause, and lets the specific beat the general."""

import itertools
from collections.abc import Iterator, Sequence

from troubleshoot.diagnosis import addresses, healthy, names, passages, stages
from troubleshoot.diagnosis.cause import EVENTS, INFERENCE, OPERATION, STATUS, STORAGE, Cause
from troubleshoot.diagnosis.errors import messages
from troubleshoot.diagnosis.facts import (
    CERTAIN,
    LIKELY,
    LOGS,
    TERMINAL_STATES,
    Case,
    Evidence,
    Finding,
    Step,
    Verdict,
)
from troubleshoot.diagnosis.shelf import Rule, fingerprint
from troubleshoot.diagnosis.weigh import MAX_EVIDENCE, Hit, hits

__all__ = ["diagnose", "fingerprint"]

MAX_FIRST_ERRORS = 5
# Which line of the status block speaks against a cause of which stage when it says Succeeded.
_PASSED = {
    "image_pull": "UserContainerImagePull",
    "model_and_code": "ModelDownload",
    "container_start": "UserContainerStart",
    "probes": "UserContainerStart",
}


def diagnose(case: Case) -> Verdict:
    """The verdict on a case; a pure function of the case and the shelf. Costs one scan of its texts."""
    read = passages.read(case)
    findings = _findings(case, read)
    best = next((finding for finding in findings), None)
    return Verdict(
        findings=findings,
        stages=stages.rail(case, best.stage if best and best.stage else None),
        looked_at=tuple(_looked_at(case)),
        first_errors=tuple(_first_errors(case, read)),
        healthy=tuple(healthy.lines(read)),
    )


def _findings(case: Case, read: Sequence[passages.Passage]) -> tuple[Finding, ...]:
    if case.state == "Succeeded":
        return ()
    weighed = [
        (rule, found, _certainty(case, rule, found))
        for rule, found in hits(case, read).values()
        if _fits(case, rule.cause)
    ]
    if case.state and case.state not in TERMINAL_STATES:
        weighed = [one for one in weighed if one[2] == CERTAIN]
    weighed.sort(key=lambda one: _rank(*one))
    return tuple(_finding(case, *one) for one in _explained(weighed))


def _fits(case: Case, cause: Cause) -> bool:
    """Answers to scoring calls never explain why an operation failed."""
    return bool(case.texts) or not cause.label.startswith("SCORING_")


def _certainty(case: Case, rule: Rule, found: Sequence[Hit]) -> str:
    if rule.cause.is_symptom or rule.cause.is_general or not any(hit.proves for hit in found):
        return LIKELY
    return LIKELY if any(_against(case, rule.cause)) else CERTAIN


def _rank(rule: Rule, found: Sequence[Hit], certainty: str) -> tuple[int, bool, int, int, str]:
    kind = 2 if rule.cause.is_general else 1 if rule.cause.is_symptom else 0
    return kind, certainty != CERTAIN, -found[0].trust, found[0].order, rule.slug


Weighed = tuple[Rule, list[Hit], str]


def _explained(weighed: Sequence[Weighed]) -> list[Weighed]:
    """What is left when each cause has silenced those that it outranks, and a certain one its symptoms."""
    by_any = {slug for rule, _, _ in weighed for slug in rule.cause.outranks}
    by_certain = {
        slug for rule, _, certainty in weighed if certainty == CERTAIN for slug in rule.cause.outranks
    }
    certain = any(certainty == CERTAIN for _, _, certainty in weighed)
    left = [one for one in weighed if one[0].slug not in (by_certain if one[2] == CERTAIN else by_any)]
    if certain:
        left = [one for one in left if not (one[0].cause.is_symptom or one[0].cause.is_general)]
    return left


def _against(case: Case, cause: Cause) -> Iterator[Evidence]:
    """Stages that Azure calls succeeded although the cause would have stopped them."""
    name = _PASSED.get(cause.stage, "")
    if cause.while_serving or not name:
        return
    for passage in passages.read(case):
        if passage.place == STATUS and not passage.borrowed:
            for line in passage.lines:
                if line.text.replace(" ", "").startswith(f"{name}:Succeeded"):
                    yield Evidence(STATUS, line.stored.strip(), line.number)


def _finding(case: Case, rule: Rule, found: Sequence[Hit], certainty: str) -> Finding:
    cause = rule.cause
    known = names.of(case) | addresses.build_log(case)
    for hit in reversed(found):
        known |= hit.names
    if cause.more:
        known |= cause.more(case, known)
    words = dict(cause.words)

    def say(template: str) -> str:
        return names.sentence(template, known, words) if template else ""

    return Finding(
        cause=rule.slug,
        title=names.sentence(cause.title, known, words, names.MAX_IN_TITLE),
        kind=cause.kind,
        certainty=certainty,
        stage=cause.stage,
        evidence=_evidence(found),
        against=tuple(_against(case, cause)),
        missing=tuple(_missing(case, cause)),
        happened=say(cause.happened),
        fine=say(cause.fine),
        steps=tuple(_step(step, known, words) for step in _steps(case, cause)),
        next_test=say(cause.next_test) if certainty != CERTAIN else "",
        old_code=cause.old_code,
        code=cause.code,
        label=_label(case, cause),
        who=cause.who,
        retry=cause.retry,
        urgent=cause.urgent,
    )


def _label(case: Case, cause: Cause) -> str:
    """The contract's label; `SCORING_*` is the status that the caller saw, else the cause's own code."""
    if cause.label != "SCORING_*":
        return cause.label
    return f"SCORING_{case.http_status or cause.code}"


def _evidence(found: Sequence[Hit]) -> tuple[Evidence, ...]:
    """The best quotations, each once: those that prove, then what stands elsewhere beside them."""
    proofs = [hit.evidence for hit in found if hit.proves]
    quoted = {evidence.source for evidence in proofs}
    beside = [hit.evidence for hit in found if not hit.proves and hit.evidence.source not in quoted]
    return tuple(dict.fromkeys((proofs[: MAX_EVIDENCE - 1] if beside else proofs) + beside))[:MAX_EVIDENCE]


def _steps(case: Case, cause: Cause) -> Iterator[Step]:
    for step in cause.steps:
        if isinstance(step, Step):
            yield step
        else:
            yield from step(case)


def _step(step: Step, known: dict[str, str], words: dict[str, str]) -> Step:
    filled = dict(known)
    if "sibling" in known:
        filled["traffic"] = f"{known['sibling']}=100"
    return Step(
        names.sentence(step.title, filled, words),
        names.sentence(step.text, filled, words),
        names.command(step.command, filled, step.form),
        step.form,
        names.sentence(step.file, filled, words)[:200],
    )


def _missing(case: Case, cause: Cause) -> Iterator[str]:
    """Logs in which the cause would show, and which could not be read."""
    places = {place for sign in cause.signs for place in sign.where}
    for container in (INFERENCE, STORAGE):
        log = case.log(container)
        if container in places and log and log.last_class not in ("", LOGS) and not log.lines:
            yield f"The {container} log could not be read ({log.last_class}{_said(log.said)})."


def _said(text: str) -> str:
    return f": {' '.join(text.split())[:160]}" if text else ""


def _looked_at(case: Case) -> Iterator[tuple[str, str]]:
    """Each source, and what it said; those that said nothing or may not be read are named as well."""
    operation = case.operation
    if operation and operation.error:
        yield OPERATION, (messages(operation.error) or ("an error without a message",))[0][:200]
    elif not case.texts:
        yield OPERATION, operation.trouble if operation and operation.trouble else "no error reported"
    for container in (INFERENCE, STORAGE):
        log = case.log(container)
        if log and log.lines:
            yield f"{container} log", f"{len(log.lines)} lines read"
        elif log and log.last_class:
            yield f"{container} log", f"{log.last_class}{_said(log.said)}"
        elif not case.texts:
            yield f"{container} log", "not asked yet"
    if case.status:
        yield STATUS, ", ".join(f"{name} {state}" for name, state in case.status)
    if case.events:
        yield EVENTS, f"{sum(event.count for event in case.events)} events"
    for asset in case.assets:
        yield (
            f"{asset.kind} version",
            {True: "found", False: "not found", None: "could not be asked"}[asset.found] + _said(asset.said),
        )
    if case.usages:
        yield "quota usage", f"{len(case.usages)} rows"
    for part in case.texts:
        yield f"pasted {part.kind.replace('_', ' ')}", f"{len(part.text.splitlines())} lines"


def _first_errors(case: Case, read: Sequence[passages.Passage]) -> Iterator[Evidence]:
    """The first error lines, as candidates where no cause holds: the operation's own, then the consoles'."""
    every = (evidence for passage in read if not passage.borrowed for evidence in healthy.errors(passage))
    return itertools.islice(every, MAX_FIRST_ERRORS)
