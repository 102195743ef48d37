"""The triage page: what is hurt in one sentence, the ranked list, and one incident with what to do now."""
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from troubleshoot.boards import changes, hurt, lines, story
from troubleshoot.boards.card import Fact, card, doing, ready_others, serving, split
from troubleshoot.boards.hurt import Incident
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.words import NB, instances, moment, plural
from troubleshoot.diagnosis import facts, plain
from troubleshoot.diagnosis.facts import Step
from troubleshoot.models import Attempt, Deployment, Workspace

STEPS = 3  # steps of the finding that the triage page shows; all of them stand on the attempt page


@dataclass(frozen=True, slots=True)
class Group:
    """Incidents of one rank under their heading."""

    name: str
    rank: int
    incidents: tuple[Incident, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """The selected incident."""

    incident: Incident
    resolved: bool
    sentence: str
    doing: str
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    more: int  # steps that only the attempt page shows
    certainty: str
    excerpts: tuple[Excerpt, ...]
    events: tuple[story.Entry, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """All that the triage page shows."""

    title: str
    sub: tuple[str, ...]
    groups: tuple[Group, ...]
    open: int
    affected: int
    detail: Detail | None
    missed: bool  # a selection was asked for that is not in the list
    spaces: Spaces


def board(visible: QuerySet[Workspace], spaces: Spaces, now: datetime, sel: str = "") -> Board:
    """The page for what a person may see; at most nine queries, whatever the size of the fleet."""
    found, done = hurt.incidents(visible, now), hurt.resolved(visible, now)
    moving = hurt.changing(visible)
    listed = (*found, *done)
    chosen = next((one for one in listed if one.sel.lower() == sel.lower()), None) if sel else None
    first = chosen or next(iter(found), None)
    return Board(
        title=_title(found), sub=tuple(_sub(found, spaces, moving)), groups=_groups(found, done), open=len(found),
        affected=sum(1 for one in found if one.rank == hurt.AFFECTED),
        detail=_detail(first, now) if first else None, missed=bool(sel) and chosen is None, spaces=spaces)


def _groups(found: Sequence[Incident], done: Sequence[Incident]) -> tuple[Group, ...]:
    groups = (Group(name, rank, tuple(one for one in (*found, *done) if one.rank == rank))
              for rank, name in enumerate(hurt.GROUPS))
    return tuple(group for group in groups if group.incidents)


def _title(found: Sequence[Incident]) -> str:
    sure = len({one.endpoint_id for one in found if one.rank == hurt.AFFECTED})
    maybe = len({one.endpoint_id for one in found if one.rank == hurt.NOT_KNOWN})
    if sure:
        return f"{plural(sure, 'endpoint is', 'endpoints are')} failing production traffic"
    if maybe:
        return f"{plural(maybe, 'endpoint')} may be failing production traffic"
    if found:
        return f"{plural(len(found), 'incident')}, none touches production traffic"
    return "No endpoint is hurt"


def _sub(found: Sequence[Incident], spaces: Spaces, moving: set[tuple[int, int]]) -> list[str]:
    """What else is known, as sentences."""
    said = []
    sure = sum(1 for one in found if one.rank == hurt.AFFECTED)
    maybe = sum(1 for one in found if one.rank == hurt.NOT_KNOWN)
    rest = len(found) - sure - maybe
    if sure and maybe:
        said.append(f"Whether {plural(maybe, 'more is', 'more are')} failing is not known.")
    if rest and (sure or maybe):
        said.append(f"{plural(rest, 'more incident does', 'more incidents do')} not touch traffic.")
    well, old = _healthy(found, spaces, moving)
    if spaces.endpoints:
        said.append(f"{well} of {plural(spaces.endpoints, 'endpoint')} "
                    f"{'is' if well == 1 else 'are'} healthy{f', {old} not polled lately' if old else ''}.")
    return said


def _healthy(found: Sequence[Incident], spaces: Spaces, moving: set[tuple[int, int]]) -> tuple[int, int]:
    """How many endpoints are healthy, and how many are in workspaces that were not polled lately."""
    hurts = {one.endpoint_id: one.workspace_id for one in found if one.counted and one.rank != hurt.LONG}
    busy = dict(moving) | {one.endpoint_id: one.workspace_id for one in found if one.counted}
    stale = {one.id for one in spaces.stale}
    count = sum(one.endpoints for one in spaces.stale)
    well = spaces.endpoints - count - sum(1 for at in busy.values() if at not in stale)
    return max(0, well), max(0, count - sum(1 for at in hurts.values() if at in stale))


def _detail(one: Incident, now: datetime) -> Detail:
    row = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").get(id=one.attempt)
    verdict = plain.load(facts.Verdict, row.verdict.data) if hasattr(row, "verdict") else None
    best = verdict.best if verdict else None
    siblings = list(row.endpoint.deployments.all())
    logs = {log.container: log for log in row.logs.all()}
    evidence = best.evidence if best else (verdict.first_errors[:3] if verdict else ())
    kept = lines.texts(lines.wanted(logs.values(), evidence, preview=0))
    back = (*way_back(row, siblings, best.steps if best else ()), *changes.way_back(row))
    steps = (*back, *(best.steps if best else ()))
    resolved = one.rank == hurt.RESOLVED
    return Detail(
        incident=one, resolved=resolved, sentence=_sentence(row, verdict, now, resolved), doing=doing(row),
        facts=_facts(row, one, best, now), steps=() if resolved else steps[:STEPS],
        more=0 if resolved else max(0, len(steps) - STEPS), certainty=best.certainty if best else "",
        excerpts=lines.excerpts(evidence, logs, kept, proof=best is not None),
        events=story.short(story.of(row, verdict, logs.values(), kept, now)))


def _sentence(row: Attempt, verdict: facts.Verdict | None, now: datetime, resolved: bool) -> str:
    if resolved and row.state == "Succeeded":
        return hurt.LATE
    return card(row, verdict, now, "").sentence


def way_back(row: Attempt, siblings: list[Deployment], steps: Sequence[Step]) -> tuple[Step, ...]:
    """The step that gives the traffic to a deployment that is ready, where there is one and traffic is at stake."""
    own = row.deployment
    if own is None or not own.weight or hurt.is_gone(row) or row.state not in hurt.BAD:
        return ()
    others = ready_others(siblings, own.id)
    if not others or any("--traffic" in step.command for step in steps[:1]):
        return ()
    other, space = others[0], row.endpoint.workspace
    shares = " ".join(f"{one.name}={100 if one is other else 0}" for one in [other, own, *others[1:]])
    command = (f"az ml online-endpoint update -n {shlex.quote(row.endpoint.name)} \\\n"
               f"    --traffic {shlex.quote(shares) if _plain(shares) is None else _plain(shares)} \\\n"
               f"    -g {shlex.quote(space.group)} -w {shlex.quote(space.name)}")
    what = instances(other.instance_count, other.instance_type)
    why = f"{other.name} is ready{f' with {what}' if what else ''}: provisioning Succeeded; serving not measured."
    return (Step(f"Send all traffic to {other.name}", why, command),)


def _plain(shares: str) -> str | None:
    """The shares in double quotes, as people write them, where no shell could take them for more."""
    return f'"{shares}"' if all(c.isalnum() or c in "-=_. " for c in shares) else None


def _facts(row: Attempt, one: Incident, best: facts.Finding | None, now: datetime) -> tuple[Fact, ...]:
    """Production traffic, since, owner, certainty."""
    when = moment(hurt.since(row), now) if one.rank != hurt.RESOLVED else one.since
    owner = one.owner or "Owner unknown"
    team = (row.deployment or row.endpoint).team
    certainty = best.certainty.capitalize() if best else "Not known"
    return (
        _traffic(row, one), Fact("Since", when.age if when else "not known", since=when, first_seen=one.first_seen),
        Fact("Owner", owner, f"team {team}" if team else "no team is named", "" if one.owner else "warn"),
        Fact("Certainty", certainty, best.kind if best else "no cause is proved"))


def _traffic(row: Attempt, one: Incident) -> Fact:
    if one.rank == hurt.RESOLVED:
        return Fact("Production traffic", "Resolved", split(row.endpoint.traffic), "ok")
    if one.gone:
        return Fact("Production traffic", "Not affected", hurt.gone_words(row))
    return traffic_fact(row)


def traffic_fact(row: Attempt) -> Fact:
    """Production traffic in words, with the split; what is not known is said to be not known."""
    rank = hurt.traffic_of(row)
    tone = ("bad", "warn", "")[rank]
    shares = split(row.endpoint.traffic)
    own = row.deployment
    if not hurt.mapped(row.endpoint) and (own is None or own.weight is None and not own.refused):
        shares = hurt.NO_MAP
    elif rank == hurt.NOT_AFFECTED and row.deployment and not row.deployment.weight:
        shares = f"{row.deployment.name} 0{NB}%, {serving(row.endpoint.traffic, row.deployment.name)}"
    return Fact("Production traffic", hurt.TRAFFIC[rank], shares, tone)
