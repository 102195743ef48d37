"""The words of one attempt: its headline, its cause card, its stage rail, and who serves meanwhile."""
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import stakes
from troubleshoot.boards import odd
from troubleshoot.boards.words import NB, exact, percent, plural, span
from troubleshoot.diagnosis import facts
from troubleshoot.diagnosis.facts import CERTAIN, Finding, Stage, Verdict
from troubleshoot.models import Attempt, Deployment

_DOING = {"Creating": "is being created", "Updating": "is being updated", "Scaling": "is being scaled",
          "Deleting": "is being deleted", "Succeeded": "is ready", "Canceled": "was cancelled",
          stakes.REFUSED: "was refused at submit"}
_URGENT = {"now": "now", "if serving": "only if it serves", "plan": "can be planned", "no": "no"}
_RETRY = {"yes": "yes", "wait": "after a wait", "after the fix": "only after the fix", "no": "no"}


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and its value, with a second line and a state colour where they have one."""

    name: str
    value: str
    small: str = ""
    tone: str = ""
    since: object = None  # a Moment that is shown as age and clock
    first_seen: bool = False  # `since` is only our first look


@dataclass(frozen=True, slots=True)
class Card:
    """The product's claim: one sentence, what happened, what is fine, and how sure it is."""

    tone: str
    glyph: str
    label: str
    sentence: str
    text: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """One stage of the rail as it is drawn."""

    css: str
    glyph: str
    tone: str
    name: str
    note: str
    said: str  # what the shape says, for those who do not see it
    current: bool = False
    usually: str = ""  # `usually 2 min`, where it took much longer


def doing(row: Attempt) -> str:
    """What the deployment or endpoint does or did in this attempt, as the end of a sentence."""
    if row.state == "Failed":
        if row.deployment_id is None:
            return "failed to update" if row.kind == "update" else "failed to be created"
        return "failed to update" if row.kind == "update" else "failed to deploy"
    if row.state == "Succeeded" and row.failed_at:
        return "became ready after a reported failure"
    return _DOING.get(row.state, f"is in state {row.state}" if row.state else "has no state yet")


def tone(row: Attempt) -> str:
    """The state colour of an attempt."""
    if row.state in stakes.BAD:
        return "warn" if row.state == "Canceled" else "bad"
    return "ok" if row.state == "Succeeded" else "run"


def split(traffic: Mapping[str, int | None]) -> str:
    """`green 90 %, blue 10 %`, largest first; says when there is none."""
    shares = sorted(((name, share or 0) for name, share in traffic.items()), key=lambda one: (-one[1], one[0]))
    return ", ".join(f"{name} {percent(share)}" for name, share in shares) or "no traffic is set"


def serving(traffic: Mapping[str, int | None], own: str) -> str:
    """Who serves meanwhile: `blue serves 100 %`, or that nothing else does."""
    others = [(name, share) for name, share in traffic.items() if share and name.lower() != own.lower()]
    if not others:
        return "no other deployment has traffic"
    return ", ".join(f"{name} serves {percent(share)}" for name, share in sorted(others, key=lambda one: -one[1]))


def card(row: Attempt, verdict: Verdict | None, now: datetime, owner: str, ready_at: datetime | None = None) -> Card:
    """The card of an attempt in any state; `ready_at` is when one was seen ready that had been reported failed."""
    best = verdict.best if verdict else None
    if row.state == "Succeeded":
        return _late(row, owner, ready_at) if row.failed_at else _ready(row, owner)
    if row.state not in stakes.BAD:
        return _running(row, best, now, owner)
    if verdict is None:
        return Card("idle", "run", "Not diagnosed yet", "Azure reported a failure; the cause is being looked for",
                    "The page fills in as soon as the verdict is there.", (_owner(owner),))
    if best is None:
        return _with_update(_not_known(row, verdict, owner), row)
    label = "Cause" if best.certainty == CERTAIN else "Likely cause"
    if row.kind == "update" and row.state == "Failed":
        label += " of the failed update"
    told = " ".join(filter(None, (best.happened, best.fine)))
    return _with_update(Card("bad", "bad", label, best.title, told, _about(best, owner)), row)


def _with_update(card: Card, row: Attempt) -> Card:
    """What failed in its first provisioning is beyond repair: each update of it is refused (azure/WIRE 5.4)."""
    if not odd.is_unrecoverable(row):
        return card
    said = Fact("Update", "not possible", ", its first provisioning failed: delete it and create it again", "strong")
    return dataclasses.replace(card, facts=(*card.facts, said))


def _about(best: Finding, owner: str) -> tuple[Fact, ...]:
    lines = len(best.evidence)
    sure = f"{best.certainty.capitalize()}"
    small = f", {lines} quoted {'line' if lines == 1 else 'lines'}" if best.certainty == CERTAIN else ""
    found = [Fact("Kind", best.kind), Fact("Certainty", sure, small, "strong"), _owner(owner)]
    if best.who:
        found.append(Fact("Fixed by", best.who))
    if best.retry:
        found.append(Fact("Retry helps", _RETRY.get(best.retry, best.retry)))
    if best.urgent:
        found.append(Fact("Urgent", _URGENT.get(best.urgent, best.urgent)))
    return tuple(found)


def _owner(owner: str) -> Fact:
    return Fact("Owner", owner) if owner else Fact("Owner", "Owner unknown", tone="warn")


def _took(row: Attempt) -> str:
    if row.started and row.ended and row.ended > row.started:
        return f" after {span((row.ended - row.started).total_seconds())}"
    return ""


def _not_known(row: Attempt, verdict: Verdict, owner: str) -> Card:
    verb = "cancelled it" if row.state == "Canceled" else "reported a failure"
    sentence = f"Azure {verb}{_took(row)}, and nothing collected proves why"
    if row.state == "Canceled":
        sentence = f"The operation was cancelled{_took(row)}; nothing collected shows a fault"
    facts_ = (Fact("Kind", "Not known"), Fact("Looked at", plural(len(verdict.looked_at), "source")), _owner(owner))
    return Card("idle", "idle", "Cause not known", sentence,
                "What was looked at is listed below, with what each source said.", facts_)


def _running(row: Attempt, best: Finding | None, now: datetime, owner: str) -> Card:
    began = row.started or row.recorded_at
    so_far = span((now - began).total_seconds())
    stuck = now - began > stakes.STUCK
    sentence = best.title if best else f"{row.state or 'Running'} for {so_far}; Azure does not tell the stage"
    text = _meanwhile(row)
    if stuck:
        text = f"Azure names no error while it goes on. {text}".strip()
    return Card("warn" if stuck else "run", "warn" if stuck else "run", "In progress", sentence, text,
                (Fact("So far", so_far), Fact("State", row.state or "not told"), _owner(owner)))


def _meanwhile(row: Attempt) -> str:
    """What can be read while it runs; only the creation of a deployment has logs that Azure withholds."""
    if row.deployment_id is None:
        return "An operation of the endpoint itself has no stages and no logs."
    later = "Stages and durations are filled in from the events afterwards."
    if row.state == "Creating":
        return ("Azure withholds the logs while it creates, from everybody; that says nothing about the container. "
                + later)
    return "" if row.state == "Deleting" else later


_SUCCEEDED = "Provisioning state Succeeded. Whether it answers requests is not measured here."


def _ready(row: Attempt, owner: str) -> Card:
    return Card("ok", "ok", "Ready", f"It became ready{_took(row)}", _SUCCEEDED, (_owner(owner),))


def _late(row: Attempt, owner: str, ready_at: datetime | None) -> Card:
    """A success after a reported failure; the end of its operation is the moment of that report."""
    failed, ready = _clock(row.ended or row.failed_at), _clock(ready_at)
    text = (f"Azure reported a failure{f' at {failed}' if failed else ''}; it became ready"
            f"{f' by {ready}' if ready else ''} without a new operation. {_SUCCEEDED}")
    told = (Fact("Reported failed", failed or "not told"), Fact("First seen ready", ready or "not told"), _owner(owner))
    return Card("ok", "ok", "Ready, late", "It became ready after Azure had reported a failure", text, told)


def _clock(at: datetime | None) -> str:
    return f"{at:%H:%M}{NB}UTC" if at else ""


_SHAPE = {
    "passed": ("done", "ok", "ok", "passed, "), "stopped": ("stop", "bad", "bad", ""),
    "running": ("now", "run", "run", ""), "not reached": ("skip-s", "idle", "mut", ""),
    "no data": ("na", "idle", "mut", "no data, "),
}


def rail(stages: tuple[Stage, ...], now: datetime) -> tuple[Stop, ...]:
    """The stage rail: at most one stage is stopped or running."""
    return tuple(_stop(stage, now) for stage in stages)


def _stop(stage: Stage, now: datetime) -> Stop:
    css, glyph, colour, said = _SHAPE.get(stage.state, _SHAPE["no data"])
    return Stop(css, glyph, colour, stage.name, _note(stage, now), said, stage.state in ("stopped", "running"))


def _note(stage: Stage, now: datetime) -> str:
    took = exact(stage.seconds) if stage.seconds is not None and stage.seconds >= 0 else ""
    if stage.state == "passed":
        return took or stage.note or "passed"
    if stage.state == "stopped":
        verb = "refused" if stage.name == facts.STAGES["quota"] else "stopped"
        return "; ".join(filter(None, (f"{verb} after {took}" if took else f"{verb} here", stage.note)))
    if stage.state == "running":
        so_far = f"{span((now - stage.started).total_seconds())} so far" if stage.started else ""
        return "; ".join(filter(None, (so_far, stage.note)))
    return stage.note or stage.state


def ready_others(deployments: list[Deployment], own: int | None) -> list[Deployment]:
    """Other living deployments of the endpoint that are ready, the one with most traffic first."""
    found = [one for one in deployments
             if one.id != own and one.gone_at is None and one.state == "Succeeded" and not one.refused]
    return sorted(found, key=lambda one: (-(one.weight or 0), one.name))


def reported(operation: facts.OperationFacts | None) -> str:
    """Azure's own text, verbatim and whole: each error of the operation on a line of its own, indented by depth."""
    if operation is None or operation.error is None:
        return ""
    return "\n".join(_said(operation.error, 0))


def _said(node: facts.ErrorNode, depth: int) -> list[str]:
    head = ": ".join(filter(None, (node.code, node.message)))
    target = f" (target: {node.target})" if node.target else ""
    lines = [f"{'  ' * min(depth, 12)}{head}{target}"] if head or target else []
    for inner in node.details:
        lines += _said(inner, depth + 1)
    return lines
