"""What is hurt in one sentence: counted from the whole fleet, whatever the list beside it shows."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from troubleshoot import ranks, stakes
from troubleshoot.boards import incidents
from troubleshoot.boards.incidents import Asked, Tally
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.words import plural
from troubleshoot.models import Deployment, Endpoint, Incident, Person, Workspace


@dataclass(frozen=True, slots=True)
class Whole:
    """What the tables count, in the order of the columns of `read`."""

    sure: int  # endpoints with production traffic affected
    maybe: int  # endpoints of which that is not known
    hurt: int  # endpoints with an open incident, in workspaces that were polled lately
    lost: int  # the same in the others
    changing: int  # endpoints without one that change, in workspaces that were polled lately
    resolved: int  # incidents that ended in the last day and fit the filters
    ended: int  # and all of those
    first_look: datetime | None


def read(visible: QuerySet[Workspace], spaces: Spaces, person: Person, asked: Asked, now: datetime) -> Whole:
    """The counts; one query."""
    rows, lately = incidents.still(visible), incidents.lately(visible, now)
    lives = rows.filter(endpoint__gone_at=None)  # a refusal may be of an endpoint that never was
    old = [one.id for one in spaces.stale]
    ends = Endpoint.objects.filter(workspace__in=[one.id for one in spaces.all if not one.stale], gone_at=None)
    resolved = _many(lately.filter(incidents.chosen(asked)), "id")
    row = Person.objects.filter(id=person.id).values_list(
        _many(rows.filter(rank=ranks.AFFECTED), "endpoint"), _many(rows.filter(rank=ranks.NOT_KNOWN), "endpoint"),
        _many(lives.exclude(workspace__in=old) if old else lives, "endpoint"),
        _many(lives.filter(workspace__in=old), "endpoint") if old else Value(0), _changing(ends), resolved,
        _many(lately, "id") if asked.any else resolved,
        Subquery(Endpoint.objects.filter(workspace__in=visible.values("id")).order_by("id").values("first_seen_at")[:1])
    ).get()
    return Whole(*row)


def _many(rows: QuerySet, what: str) -> Coalesce:
    """How many different ones there are, as a column."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(many=Count(what, distinct=True))
    return Coalesce(Subquery(counted.values("many")), 0)


def _changing(ends: QuerySet[Endpoint]) -> Coalesce:
    """How many endpoints change, themselves or in a living deployment, and have no open incident."""
    below = Deployment.objects.filter(gone_at=None, refused=False).exclude(state__in=stakes.RESTING).order_by()
    known = Incident.objects.filter(endpoint=OuterRef("id"), resolved_at=None)
    moving = ends.filter(~Q(state__in=stakes.RESTING) | Q(id__in=below.values("endpoint")))
    return _many(moving.filter(~Exists(known)), "id")


def _blind(counted: Sequence[Tally]) -> int:
    """Workspaces of which nothing new is known: each has at most one open incident of that."""
    return sum(one.all for one in counted if one.cause == "stale" and one.rank == ranks.NOT_KNOWN)


def _of(counted: Sequence[Tally], rank: int) -> int:
    return sum(one.all for one in counted if one.rank == rank)


def title(all_: Whole, counted: Sequence[Tally]) -> str:
    """The answer to: is production hurt?"""
    if all_.sure:
        return f"{plural(all_.sure, 'endpoint is', 'endpoints are')} failing production traffic"
    if all_.maybe:
        return f"{plural(all_.maybe, 'endpoint')} may be failing production traffic"
    if blind := _blind(counted):
        return f"Whether traffic is served is not known in {plural(blind, 'workspace')}"
    if found := sum(one.all for one in counted):
        none = "none is known to touch" if _of(counted, ranks.SLOW) else "none touches"
        return f"{plural(found, 'incident')}, {none} production traffic"
    return "No endpoint is hurt"


def sub(all_: Whole, counted: Sequence[Tally]) -> tuple[str, ...]:
    """What else is known, as sentences."""
    said = []
    rest, slow = _of(counted, ranks.NOT_AFFECTED), _of(counted, ranks.SLOW)
    leads = all_.sure or all_.maybe or _blind(counted)
    if all_.sure and all_.maybe:
        said.append(f"Whether {plural(all_.maybe, 'more is', 'more are')} failing is not known.")
    if rest and leads:
        said.append(f"{plural(rest, 'more incident does', 'more incidents do')} not touch traffic.")
    if slow and leads:
        said.append(f"{plural(slow, 'operation runs', 'operations run')} longer than usual.")
    if asleep := sum(one.asleep for one in counted):
        hurt = sum(one.asleep for one in counted if one.rank == ranks.AFFECTED)
        of_them = f", {hurt} of them with production traffic affected" if hurt else ""
        said.append(f"{plural(asleep, 'incident is', 'incidents are')} snoozed{of_them}.")
    return tuple(said)


def healthy(all_: Whole, spaces: Spaces) -> str:
    """How many endpoints are healthy, without the full stop; empty where none is known of."""
    if not any(one.endpoints for one in spaces.all if not one.stale):
        return ""
    well = max(0, spaces.endpoints - sum(one.endpoints for one in spaces.stale) - all_.hurt - all_.changing)
    return f"{well} of {plural(spaces.endpoints, 'endpoint')} {'is' if well == 1 else 'are'} healthy"


def unpolled(all_: Whole, spaces: Spaces) -> int:
    """How many endpoints without an incident are in workspaces that were not polled lately."""
    return max(0, sum(one.endpoints for one in spaces.stale) - all_.lost)
