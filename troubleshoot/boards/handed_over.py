"""The hand-over of one incident: what its newest attempt tells, who has it, and the same cause before."""
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from troubleshoot import ranks
from troubleshoot.boards import handover
from troubleshoot.boards.handover import Before, HandOver
from troubleshoot.boards.words import day, moment, span
from troubleshoot.diagnosis.facts import Step, Verdict
from troubleshoot.inhand import name
from troubleshoot.models import Attempt, Deployment, Incident, Workspace

BACK = timedelta(days=90)
MOST = 5
_TONES = {ranks.AFFECTED: "bad", ranks.NOT_KNOWN: "warn"}


def before(one: Incident, visible: QuerySet[Workspace]) -> tuple[tuple[Before, ...], bool]:
    """The newest incidents of the same cause in the 90 days before it, and whether there are more.

    One query; none, and nothing, where the cause is not known: two that are not known need not be the same.
    """
    if not one.cause:
        return (), False
    rows = Incident.objects.filter(
        workspace__in=visible.order_by().values("id"), cause=one.cause, opened_at__lte=one.opened_at,
        opened_at__gt=one.opened_at - BACK).exclude(id=one.id).select_related("workspace", "endpoint", "deployment")
    found = list(rows.order_by("-opened_at", "-id")[:MOST + 1])
    return tuple(_before(row, one) for row in found[:MOST]), len(found) > MOST


def of(one: Incident, row: Attempt | None, siblings: list[Deployment], verdict: Verdict | None, now: datetime, *,
       earlier: tuple[tuple[Before, ...], bool] = ((), False), note: str = "",
       unseen: tuple[int, int] = (0, 0), way: Step | None = None, address: str = "") -> HandOver:
    """The hand-over of an incident from rows in hand; no query.

    `row` is its newest attempt, `unseen` the gaps of its logs and the stretches in which we saw nothing, `way` the
    way back of what has no attempt.
    """
    is_open = one.resolved_at is None
    found = handover.attempt(row, siblings, verdict, is_open, now) if row else _alone(way)
    asked = (*found.asked, *handover.unseen(*unseen))
    cause = f"{one.title} ({one.certainty})" if one.cause and one.certainty else one.title
    return replace(
        found, title=f"Incident {one.id}: {where(one)}, {one.title}", address=address, open=is_open,
        since=moment(one.since, now), impact=_impact(one, found), tone=_TONES.get(one.rank, "") if is_open else "",
        cause=cause, slug="" if one.silent else one.cause, ended=_ended(one, now), who=_who(one, now),
        ticket=one.ticket, note=note, before=earlier[0], more=earlier[1], asked=asked)


def where(one: Incident) -> str:
    """`churn-scorer / green`; the quota family or the workspace where it has no endpoint."""
    if one.endpoint is None:
        return f"{one.family} in {one.workspace.name}" if one.family else one.workspace.name
    return f"{one.endpoint.name} / {one.deployment.name}" if one.deployment else one.endpoint.name


def lasted(one: Incident) -> str:
    """How long it was wrong, since it came back where it did; empty while it is."""
    return span(max(0.0, (one.resolved_at - one.since).total_seconds())) if one.resolved_at else ""


def _alone(way: Step | None) -> HandOver:
    """What an incident without an attempt hands over."""
    back = f"{way.title}. {way.text}" if way else "None is known for this"
    return HandOver(None, True, None, "", "", "", "", way, back, (), ())


def _before(row: Incident, one: Incident) -> Before:
    place = where(row) if row.workspace_id == one.workspace_id else f"{where(row)} in {row.workspace.name}"
    ended = f"ended after {lasted(row)}" if row.resolved_at else "still open"
    return Before(row.id, place, day(row.opened_at), ended, row.subject == one.subject)


def _impact(one: Incident, found: HandOver) -> str:
    """The traffic at stake, with the shares where an attempt tells them."""
    if number := one.onward_id:
        return f"Went on as incident {number}"
    if one.resolved_at:
        return f"Over; at worst production traffic was {ranks.TRAFFIC[one.worst].lower()}"
    shares = found.impact.partition(": ")[2]
    return f"Production traffic {ranks.TRAFFIC[one.rank].lower()}{f': {shares}' if shares else ''}"


def _ended(one: Incident, now: datetime) -> str:
    at = moment(one.resolved_at, now)
    return ", ".join(filter(None, (at.full, f"after {lasted(one)}", one.how))) if at else ""


def _who(one: Incident, now: datetime) -> str:
    if not one.owner:
        return "Nobody" if one.resolved_at is None else ""
    taken = moment(one.taken_at, now)
    return f"{name(one.owner)}{f', since {taken.full}' if taken else ''}"
