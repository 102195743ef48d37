"""What to do about an incident that no failed attempt tells: silent trouble of an endpoint, a workspace or a quota."""
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import silent
from troubleshoot.boards import missing
from troubleshoot.boards.card import ready_others, serving
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.spaces import Space, Spaces
from troubleshoot.boards.story import Entry
from troubleshoot.boards.traffic import shift
from troubleshoot.diagnosis.deadline import ENOUGH
from troubleshoot.diagnosis.facts import Step
from troubleshoot.models import Deployment, Incident, Watch

NO_FIX = ("No cause is proved, so no fix is offered. "
          "The attempt page lists what was looked at and what each source said.")
WAIT = ("Nothing to type yet: Azure names no error while it goes on, and withholds the logs of a creation. "
        "The attempt page counts the time beside the usual one.")
TOO_FEW = f"The time since the operation began. A usual time needs {ENOUGH} earlier ones that became ready."
_POLLS = {"stale": "endpoints", "logs_unreadable": "logs"}


@dataclass(frozen=True, slots=True)
class Shown:
    """The parts of an incident's page that differ with its kind."""

    steps: tuple[Step, ...]
    none: str = ""
    excerpts: tuple[Excerpt, ...] = ()
    rests: tuple[str, ...] = ()
    events: tuple[Entry, ...] = ()


def of(one: Incident, others: list[Deployment], spaces: Spaces, now: datetime) -> Shown:
    """The page of an incident without an attempt; one query for what may not be read."""
    space = next((each for each in spaces.all if each.id == one.workspace_id), None)
    steps = unread(one, space, now) if one.cause in _POLLS and space else step(one, others)
    return Shown(steps, none="Nothing to type: it ends by itself." if not steps else "", rests=rests(one))


def step(one: Incident, others: list[Deployment]) -> tuple[Step, ...]:
    """What to do where Azure calls nothing failed; a deployment gets traffic only where it is ready."""
    living = [each for each in others if each.gone_at is None and not each.refused]
    own = one.deployment
    ready = [each for each in living if own and each.id == own.id] if own else ready_others(living, None)
    if one.cause in ("ready_without_traffic", "late_success") and one.endpoint and ready:
        to = ready[0]
        text = f"{serving(one.endpoint.traffic, to.name).capitalize()} now. It may wait for its traffic on purpose."
        return (shift(one.endpoint, to, living, f"Send all traffic to {to.name}, if it should serve", text),)
    if one.cause == "no_ready_deployment":
        states = ", ".join(f"{each.name} is {each.state}" for each in living)
        return (Step("Mend one of its deployments", f"{states}. The page of each says why, and what to do."),)
    if one.family:
        return (Step("Free vCPU of this family, or ask for a higher limit",
                     "The quota page of the workspace lists what could be freed, and what would fit then."),)
    return ()


def unread(one: Incident, space: Space, now: datetime) -> tuple[Step, ...]:
    """The permission to grant where Azure refuses, else whom to tell; one query."""
    watch = Watch.objects.filter(workspace=one.workspace_id, poll=_POLLS[one.cause]).exclude(trouble="").order_by(
        "-tried_at").first()
    source = missing.source(watch.poll, watch.trouble, watch.said) if watch else None
    if watch and source:
        told = missing.every([missing.Refusal(
            space, source, watch.said, watch.tried_at, watch.ok_at, watch.ok_at is not None)], now)
        return tuple(_grant(each) for each in told)
    said = ", ".join(filter(None, (watch.trouble, watch.said.rstrip(".")))) if watch else ""
    text = f"{f'The last answer was: {said}. ' if said else ''}What the pages show of {space.slug} is as old as that."
    return (Step("Tell whoever runs this app", text),)


def _grant(one: missing.Missing) -> Step:
    """Who can grant what, and the command where Azure told to whom; without one the exact action and its scope."""
    who = f"{one.grants[:1].upper()}{one.grants[1:]} can do it."
    lost = f"What does not work without it: {one.lost[:1].lower()}{one.lost[1:]}"
    sure = "" if one.named else "Azure named no action; this is the one that the address should need. "
    if one.command:
        return Step("Grant the missing action", f"{sure}{who} {lost}", one.command)
    return Step(f"Grant {one.action}", f"{sure}At the scope {', '.join(one.scopes)}. {who} {lost}")


def rests(one: Incident) -> tuple[str, ...]:
    """What a silent trouble rests on, and how it ends."""
    kind = silent.KINDS.get(one.cause)
    over = f"{kind.over[:1].lower()}{kind.over[1:]}" if kind else ""
    if kind is None:
        return ()
    rests_on = TOO_FEW if one.cause == "slow" and "usual" not in one.title else kind.rests_on
    return (rests_on,) if one.resolved_at else (rests_on, f"It ends by itself once this is seen: {over}.")
