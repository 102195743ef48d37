"""What the week page counts: attempts, stretches of incidents, and what was not seen; one query for each."""
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat, Substr

from troubleshoot import ranks
from troubleshoot.boards.next_test import COPY, LONGEST_NAME
from troubleshoot.boards.weeks import Week
from troubleshoot.diagnosis.facts import REFUSED
from troubleshoot.models import Attempt, Blind, Correction, Deployment, Endpoint, Incident, IncidentEvent, Workspace
from troubleshoot.stakes import BAD

MOST, MOST_INCIDENTS, MOST_EVENTS, MOST_BLIND = 10_000, 2_000, 20_000, 400
LATEST = timedelta(days=2)  # an attempt that began in a week may fail so long after it
TURNS = ("opened", "joined", "regressed", "reopened", "ended", "resolved", "took", "handed", "rank", "serving")
_READ = ("endpoint", "deployment", "cause", "silent", "rank", "opened_at", "first_seen", "last_number", "regressed_at",
         "resolved_at", "first_taken_at", "how", "owner__first_name", "owner__last_name", "owner__username")
_FAILED = Q(state__in=BAD) | Q(failed_at__isnull=False)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Tried:
    """One attempt as far as a week counts it. It belongs to the day on which it began."""

    id: int
    endpoint_id: int
    endpoint: str
    deployment_id: int | None
    deployment: str
    number: int
    state: str
    failed_at: datetime | None
    started: datetime | None
    ended: datetime | None
    began: datetime
    told: str
    title: str
    stage: str
    shown: datetime | None  # since when its cause is told
    earlier: list  # what other rules told before: then nobody knows when a cause was first shown
    named: bool  # a person said what the cause was
    tested: bool  # the test that tells more was run: a copy beside it, or the refused request again

    @property
    def failed(self) -> bool:
        """Azure reported it failed, cancelled or refused, whatever became of it later."""
        return self.state in BAD or self.failed_at is not None

    @property
    def ready(self) -> bool:
        """It became ready, and was never reported failed."""
        return self.state == "Succeeded" and self.failed_at is None

    @property
    def cause(self) -> str:
        """The slug as the handbook has it; empty where the cause is not known."""
        return self.told.replace("_", "-")

    @property
    def took(self) -> float | None:
        """Seconds from its start to its end by Azure's own times; None where it does not tell both."""
        if self.started is None or self.ended is None or self.ended < self.started:
            return None
        return (self.ended - self.started).total_seconds()

    @property
    def until_shown(self) -> float | None:
        """Seconds from its failure until its cause was told; None where that is not known."""
        if not self.told or self.earlier or self.shown is None or self.ended is None or self.failed_at is None:
            return None
        return max(0.0, (self.shown - self.ended).total_seconds())


@dataclass(frozen=True, slots=True)
class Spell:
    """One stretch of an incident, from its failure to its end; an incident that came back has more than one."""

    incident: int
    began: datetime
    ended: datetime | None
    taken: datetime | None
    exact: bool  # it began at a time that Azure told


@dataclass(frozen=True, slots=True)
class Held:
    """An incident with its stretches, the times in which it had each rank, and the attempts that it is known to hold.

    Of what happened before its history was written only the columns of the row tell.
    """

    row: Incident
    first: int | None  # the number of its first attempt
    spells: tuple[Spell, ...]
    ranked: tuple[tuple[int, datetime, datetime | None], ...]
    attempts: frozenset[int]


def attempts(space: Workspace, since: datetime, until: datetime) -> tuple[list[Tried], bool]:
    """The attempts that began in a stretch, oldest first, and whether there were more than are read; one query."""
    rows = Attempt.objects.filter(endpoint__workspace=space).annotate(
        began=Coalesce("started", "recorded_at"),
        named=Exists(Correction.objects.filter(attempt=OuterRef("id"))),
        copied=Exists(_copies())).filter(began__gte=since, began__lt=until)
    found = [_tried(one) for one in rows.order_by("-began", "-id").values_list(
        "id", "endpoint_id", "endpoint__name", "deployment_id", "deployment__name", "number", "state", "failed_at",
        "started", "ended", "began", "verdict__cause", "verdict__title", "verdict__stage", "verdict__made_at",
        "verdict__earlier", "named", "copied",
        "deployment__latest__number")[:MOST + 1]]
    return found[:MOST][::-1], len(found) > MOST


def _tried(one: tuple) -> Tried:
    where, when, (told, title, stage, shown, earlier, named, copied, latest) = one[:7], one[7:11], one[11:]
    pk, endpoint_id, endpoint, deployment_id, deployment, number, state = where
    failed_at, started, ended, began = when
    return Tried(
        pk, endpoint_id, endpoint, deployment_id, deployment or "", number, state, failed_at, started, ended, began,
        told or "", title or "", stage or "", shown, earlier or [], named,
        copied or state == REFUSED and (latest or 0) > number)


def _copies() -> QuerySet[Deployment]:
    """The copy that the next test of an attempt makes, as it names it, where it was tried after that attempt."""
    name = Concat(Substr(OuterRef("deployment__name"), 1, LONGEST_NAME - len(COPY)), Value(COPY))
    return Deployment.objects.filter(endpoint=OuterRef("endpoint"), name=name,
                                     latest__recorded_at__gte=OuterRef("recorded_at"))


def causes(space: Workspace, weeks: Sequence[Week]) -> dict[str, tuple[datetime, list[int]]]:
    """For each cause: when it was first seen here, and its failed attempts in each of these weeks; one query."""
    counts = {f"w{at}": Count("id", filter=Q(began__gte=one.begin, began__lt=one.end)) for at, one in enumerate(weeks)}
    rows = Attempt.objects.filter(_FAILED, endpoint__workspace=space).annotate(
        began=Coalesce("started", "recorded_at")).filter(began__lt=weeks[-1].end).order_by().values(
        "verdict__cause").annotate(first=Min("began"), **counts)
    found: dict[str, tuple[datetime, list[int]]] = {}
    for cause, since, *more in rows.values_list("verdict__cause", "first", *counts):
        slug = (cause or "").replace("_", "-")
        first, told = found.get(slug, (since, [0] * len(weeks)))
        found[slug] = (min(first, since), [had + new for had, new in zip(told, more, strict=True)])
    return found


def incidents(space: Workspace, since: datetime, until: datetime) -> list[Held]:
    """The incidents that were open in a stretch or began in it, newest first; two queries."""
    rows = list(Incident.objects.filter(workspace=space, opened_at__lt=until + LATEST).filter(
        Q(resolved_at=None) | Q(resolved_at__gte=since)).annotate(first_number=F("first__number")).select_related(
        "owner").only(*_READ)[:MOST_INCIDENTS])
    told: dict[int, list[IncidentEvent]] = {}
    for event in IncidentEvent.objects.filter(
            incident__in=[one.id for one in rows], what__in=TURNS, undone_at=None)[:MOST_EVENTS]:
        told.setdefault(event.incident_id, []).append(event)
    return [_held(one, told.get(one.id, [])) for one in rows]


def _held(row: Incident, events: Sequence[IncidentEvent]) -> Held:
    spells = _spells(row, events)
    return Held(row, row.__dict__["first_number"], tuple(spells), tuple(_ranked(row, events, spells)),
                frozenset(one.attempt_id for one in events if one.attempt_id))


def _spells(row: Incident, events: Iterable[IncidentEvent]) -> list[Spell]:
    """From one failure to its end, and again where it came back; what was opened again had not been over."""
    edges: list[list[datetime | None]] = [[row.opened_at, None, None]]
    for one in events:
        last = edges[-1]
        if one.what in ("ended", "resolved") and last[1] is None:
            last[1] = one.at
        elif one.what == "reopened" or one.what == "joined" and "resolved_at" in one.before:
            last[1] = None
        elif one.what == "regressed":
            edges.append([one.at, None, None])
        elif one.what in ("took", "handed") and last[2] is None:
            last[2] = one.at
    edges[-1][1] = row.resolved_at
    if len(edges) > 1 and row.regressed_at:
        edges[-1][0] = row.regressed_at
    elif len(edges) == 1 and edges[0][2] is None:
        edges[0][2] = row.first_taken_at
    return [Spell(row.id, began, ended, taken, not row.first_seen) for began, ended, taken in edges if began]


def _ranked(row: Incident, events: Iterable[IncidentEvent],
            spells: Sequence[Spell]) -> Iterable[tuple[int, datetime, datetime | None]]:
    """The rank that it had in each stretch, from the changes of rank that were written down."""
    turns = [(one.at, one.before.get("rank"), one.after.get("rank")) for one in events
             if isinstance(one.after.get("rank"), int)]
    rank = turns[0][1] if turns and isinstance(turns[0][1], int) else row.rank
    for spell in spells:
        since = spell.began
        for at, _, after in turns:
            if at <= since:
                rank = after
            elif spell.ended is None or at < spell.ended:
                yield rank, since, at
                since, rank = at, after
        yield rank, since, spell.ended


def blind(space: Workspace, since: datetime, until: datetime) -> list[Blind]:
    """Stretches in which something of the workspace was not seen; one query."""
    rows = Blind.objects.filter(workspace=space, until__gt=since, since__lt=until)
    return list(rows.order_by("-until", "-id")[:MOST_BLIND])[::-1]


def first_look(space: Workspace) -> tuple[datetime | None, int]:
    """When something of the workspace was first seen, and how many endpoints it has; one query."""
    found = Endpoint.objects.filter(workspace=space).aggregate(
        first=Min("first_seen_at"), living=Count("id", filter=Q(gone_at=None)))
    return found["first"], found["living"]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time in stretches that do not touch, in order."""
    found: list[Span] = []
    for begin, end in sorted(one for one in spans if one[0] < one[1]):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def length(spans: Iterable[Span]) -> float:
    """The seconds of stretches that do not overlap."""
    return sum((end - begin).total_seconds() for begin, end in spans)


def at_rank(held: Iterable[Held], rank: int, since: datetime, until: datetime) -> list[Span]:
    """When at least one of these incidents had a rank, within a stretch."""
    return union((max(begin, since), min(end or until, until)) for one in held for had, begin, end in one.ranked
                 if had == rank)


def affected(held: Sequence[Held], since: datetime, until: datetime) -> tuple[float, float]:
    """Seconds in which production traffic was affected, and seconds more in which that was not known."""
    sure = at_rank(held, ranks.AFFECTED, since, until)
    either = union([*sure, *at_rank(held, ranks.NOT_KNOWN, since, until)])
    return length(sure), length(either) - length(sure)


def holders(failed: Iterable[Tried], held: Iterable[Held]) -> dict[int, Held]:
    """The incident that holds each failed attempt: by its history, else by subject, number and cause."""
    own: dict[tuple[int | None, int | None], dict[int, int]] = {}
    for one in failed:
        own.setdefault((one.endpoint_id, one.deployment_id), {})[one.number] = one.id
    order = {key: sorted(numbers) for key, numbers in own.items()}
    told: dict[int, list[Held]] = {}
    near: dict[int, list[Held]] = {}
    for each in held:
        for pk in each.attempts:
            told.setdefault(pk, []).append(each)
        key = (each.row.endpoint_id, each.row.deployment_id)
        for number in _within(order.get(key, []), each):
            near.setdefault(own[key][number], []).append(each)
    return {one.id: _likest(one, fits) for one in failed if (fits := told.get(one.id) or near.get(one.id))}


def _likest(one: Tried, fits: Sequence[Held]) -> Held:
    """The one of the same cause, the newest first."""
    return next((each for each in fits if each.row.cause.replace("_", "-") == one.cause), fits[0])


def _within(numbers: Sequence[int], one: Held) -> Sequence[int]:
    """The attempts of its subject from its first to its last."""
    last = one.row.last_number
    if one.row.silent or last is None:
        return ()
    return numbers[bisect_left(numbers, one.first or last):bisect_right(numbers, last)]
