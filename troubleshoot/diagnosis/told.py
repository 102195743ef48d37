"""How a weighed cause is told: its finding with all texts filled, what is missing, and what was looked at."""

from collections.abc import Iterable, Iterator, Sequence

import re2

from troubleshoot.diagnosis import addresses, names
from troubleshoot.diagnosis.cause import EVENTS, INFERENCE, OPERATION, SCORING, STATUS, STORAGE, Cause
from troubleshoot.diagnosis.errors import messages
from troubleshoot.diagnosis.facts import LIKELY, LOGS, Case, Evidence, Finding, Step
from troubleshoot.diagnosis.weigh import Hit, Weighed

MAX_EVIDENCE = 3
# The cheapest next test where the cause itself names none, by the stage that it would have stopped.
_NEXT_TEST = {
    "": "The whole answer of Azure, with its inner errors, tells it: run the command again with --debug.",
    "quota": "The usage rows of the region tell which limit has no room.",
    "provisioning": "The same deployment once more, unchanged, tells a passing fault from a lasting one.",
    "image_pull": "The events at the head of the container log tell what the registry answered.",
    "model_and_code": "The storage-initializer log names the file, and what the storage account answered.",
    "container_start": "The inference-server log tells it: the first exception above the last restart.",
    "probes": "The inference-server log of the minute in which the first probe failed tells if the server was up.",
    "ready": "The response headers tell who answered: only the model's container has a model error status code.",
}


def finding(case: Case, weighed: Weighed, certainty: str, held: Sequence[Weighed]) -> Finding:
    """The finding of a cause in this case; `held` are the causes that hold beside it."""
    cause = weighed.rule.cause
    known = names.of(case) | addresses.build_log(case)
    for hit in reversed(weighed.hits):
        known |= hit.names
    if cause.more:
        known |= cause.more(case, known)
    words = dict(cause.words)

    def say(template: str) -> str:
        return names.sentence(template, known, words) if template else ""

    return Finding(
        cause=weighed.rule.slug,
        title=names.sentence(cause.title, known, words, names.MAX_IN_TITLE),
        kind=cause.kind,
        certainty=certainty,
        stage=cause.stage,
        evidence=_evidence(weighed.hits),
        against=weighed.against,
        missing=tuple(_missing(case, cause)),
        happened=say(cause.happened),
        fine=say(cause.fine),
        steps=tuple(_step(step, known, words) for step in _steps(case, cause)),
        next_test=say(_next_test(weighed, held)) if certainty == LIKELY else "",
        old_code=cause.old_code,
        code=cause.code,
        label=_label(case, cause, weighed.hits),
        who=cause.who,
        retry=cause.retry,
        urgent=cause.urgent,
    )


def _next_test(weighed: Weighed, held: Sequence[Weighed]) -> str:
    """What tells a likely cause from a rival that holds too, else its own test, else that of its stage."""
    others = [one for one in held if one.rule.slug != weighed.rule.slug and not one.proven]
    mine = dict(weighed.rule.cause.rivals)
    for other in others:
        apart = mine.get(other.rule.slug) or dict(other.rule.cause.rivals).get(weighed.rule.slug)
        if apart and not weighed.rule.cause.next_test:
            return apart.replace("{", "{{").replace("}", "}}")
    return weighed.rule.cause.next_test or _NEXT_TEST[weighed.rule.cause.stage]


_STATUS = re2.compile(r"(?i)\b(?:HTTP(?:/\d(?:\.\d)?| Error)?|status(?:[ _]code)?|response code)\W{1,3}([45]\d\d)\b")


def _label(case: Case, cause: Cause, found: Sequence[Hit]) -> str:
    """The contract's label; `SCORING_*` is the status that the caller saw, or a quoted one, or the cause's own."""
    if cause.label != "SCORING_*":
        return cause.label
    quoted = (_STATUS.search(hit.evidence.text) for hit in found if hit.evidence.source == SCORING)
    told = next((match[1] for match in quoted if match), cause.code)
    return f"SCORING_{case.http_status or told}"


def _evidence(found: Sequence[Hit]) -> tuple[Evidence, ...]:
    """The best quotations, each line once: those that prove, then what stands elsewhere beside them."""
    proofs = _each_line_once(hit.evidence for hit in found if hit.proves)
    quoted = {evidence.source for evidence in proofs}
    others = (hit.evidence for hit in found if not hit.proves and hit.evidence.source not in quoted)
    beside = _each_line_once(others)
    return ((*proofs[: MAX_EVIDENCE - 1], *beside) if beside else proofs)[:MAX_EVIDENCE]


def _each_line_once(quoted: Iterable[Evidence]) -> tuple[Evidence, ...]:
    first: dict[object, Evidence] = {}
    for evidence in quoted:
        first.setdefault((evidence.source, evidence.line or evidence.text), evidence)
    return tuple(first.values())


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
    """What would show the cause, or speak against it, and could not be read."""
    places = {place for sign in cause.signs for place in sign.where}
    for container in (INFERENCE, STORAGE):
        log = case.log(container)
        if container in places and log and log.last_class not in ("", LOGS) and not log.lines:
            yield f"The {container} log could not be read ({log.last_class}{_said(log.said)})."
    if cause.stage == "quota" and not case.usages and not case.texts:
        yield "The usage rows of the region were not read."
    if cause.stage in ("image_pull", "model_and_code", "container_start") and not (case.status or case.texts):
        yield "No status block tells which stages were passed."


def _said(text: str) -> str:
    return f": {' '.join(text.split())[:160]}" if text else ""


def looked_at(case: Case) -> Iterator[tuple[str, str]]:
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
