"""What is wrong now: the newest attempt of each deployment or endpoint that failed, was refused, or is stuck."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from troubleshoot.boards.words import Moment, moment, percent, span
from troubleshoot.diagnosis.facts import REFUSED, TERMINAL_STATES
from troubleshoot.models import Attempt, Deployment, Workspace

BAD = ("Failed", "Canceled", REFUSED)
SETTLED = (*TERMINAL_STATES, "", "Deleting")
STUCK = timedelta(minutes=90)  # an operation that runs longer than this is an incident of its own
KEPT = timedelta(hours=24)  # how long what was deleted, refused or resolved stays in the list
MOST = 1_000
LATE = "Azure reported it failed; it became ready later"

AFFECTED, NOT_KNOWN, NOT_AFFECTED, LONG, RESOLVED = range(5)
GROUPS = ("Production traffic affected", "Production traffic not known", "No traffic affected",
          "Running for longer than 90 minutes", "Resolved in the last 24 hours")
TONES = ("bad", "warn", "bad", "run", "ok")
GLYPHS = ("hurt", "warn", "bad", "run", "ok")
TRAFFIC = ("Affected", "Not known", "Not affected")


@dataclass(frozen=True, slots=True)
class Incident:
    """One line of the list: a deployment or endpoint, its cause, and how much it matters."""

    attempt: int
    endpoint_id: int
    workspace_id: int
    sel: str
    workspace: str
    endpoint: str
    deployment: str
    number: int
    rank: int
    since: Moment | None
    since_at: datetime | None
    cause: str
    share: str
    owner: str
    gone: bool

    @property
    def tone(self) -> str:
        """The state colour of its rank."""
        return TONES[self.rank]

    @property
    def glyph(self) -> str:
        """The shape of its rank."""
        return GLYPHS[self.rank]


def _current() -> Q:
    """The newest attempt of its deployment, or of its endpoint where it belongs to none."""
    newer = Attempt.objects.filter(deployment=None, endpoint=OuterRef("endpoint"), number__gt=OuterRef("number"))
    return Q(deployment__latest=F("id")) | Q(~Exists(newer), deployment=None)


def _in(visible: QuerySet[Workspace]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(endpoint__workspace__in=visible.order_by().values("id"))


def _open(visible: QuerySet[Workspace], now: datetime) -> QuerySet[Attempt]:
    """Attempts that are incidents now; what Azure deleted or refused more than a day ago is left out."""
    old = now - KEPT
    bad = Q(state__in=BAD) & ~Q(state=REFUSED, started__lt=old)
    stuck = ~Q(state__in=SETTLED) & Q(started__lt=now - STUCK)
    gone = Q(deployment__gone_at__lt=old) | Q(deployment=None, endpoint__gone_at__lt=old)
    stuck_gone = ~Q(state__in=BAD) & (Q(deployment__gone_at__isnull=False) | Q(endpoint__gone_at__isnull=False))
    return _in(visible).filter(_current()).filter(bad | stuck).exclude(gone).exclude(stuck_gone)


def count(visible: QuerySet[Workspace], now: datetime) -> int:
    """How many incidents are open; one query."""
    return _open(visible, now).count()


_LISTED = (
    "number", "kind", "state", "first_provisioning", "started", "ended", "failed_at", "recorded_at", "endpoint__name",
    "endpoint__owner", "endpoint__gone_at", "endpoint__traffic", "endpoint__workspace__slug", "deployment__name",
    "deployment__owner", "deployment__weight", "deployment__ready_once", "deployment__gone_at",
    "deployment__refused", "verdict__title", "verdict__cause", "verdict__certainty",
)


def incidents(visible: QuerySet[Workspace], now: datetime) -> tuple[Incident, ...]:
    """Open incidents, worst first: affected, not known, not affected, long; oldest first inside. One query."""
    rows = _open(visible, now).select_related("deployment", "endpoint__workspace", "verdict").only(*_LISTED)[:MOST]
    found = [_incident(row, rank_of(row), now) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.rank, one.gone, one.since_at or now, one.sel)))


def resolved(visible: QuerySet[Workspace], now: datetime) -> tuple[Incident, ...]:
    """What failed in the last day and is ready now, newest first; one query."""
    newer = Attempt.objects.filter(
        endpoint=OuterRef("endpoint"), deployment=None, number__gte=OuterRef("number"), state="Succeeded")
    later = Attempt.objects.filter(deployment=OuterRef("deployment"), number__gt=OuterRef("number"),
                                   failed_at__isnull=False)
    well = Q(deployment__latest__state="Succeeded", deployment__gone_at=None) | (
        Q(deployment=None, endpoint__gone_at=None, endpoint__state="Succeeded") & Exists(newer))
    rows = _in(visible).filter(well, failed_at__gte=now - KEPT).exclude(
        Q(deployment__isnull=False) & Exists(later)).select_related(
        "deployment", "endpoint__workspace", "verdict").only(*_LISTED).order_by("-failed_at", "-id")[:50]
    return tuple(_incident(row, RESOLVED, now) for row in rows)


def rank_of(row: Attempt) -> int:
    """How much it matters, in the order of the list."""
    if row.state not in BAD:
        return LONG
    return traffic_of(row)


def traffic_of(row: Attempt) -> int:
    """Affected only where it is proven that nothing of it ever was ready; a failed update is not known."""
    one = row.deployment
    if one is None:
        serving = any((share or 0) > 0 for share in row.endpoint.traffic.values())
        return NOT_KNOWN if serving and not row.endpoint.gone_at else NOT_AFFECTED
    return stake(one, row.first_provisioning)


def stake(one: Deployment, first_provisioning: bool | None) -> int:
    """What a deployment whose newest attempt went wrong means for production traffic."""
    if one.gone_at or not one.weight:
        return NOT_AFFECTED
    never_ready = first_provisioning and not one.ready_once
    return AFFECTED if never_ready else NOT_KNOWN


def since(row: Attempt) -> datetime | None:
    """When it turned wrong: Azure's own end where told, else when we first saw it."""
    if row.state in BAD:
        return row.ended or row.failed_at or row.started or row.recorded_at
    return row.started or row.recorded_at


def cause_of(row: Attempt, now: datetime) -> str:
    """The cause in one sentence; where none is known, what is known instead."""
    verdict = getattr(row, "verdict", None)
    if verdict and verdict.title and verdict.cause:
        return verdict.title
    if row.state not in (*BAD, "Succeeded"):
        return f"{row.state} for {span((now - (row.started or row.recorded_at)).total_seconds())}, stage not told"
    if row.state == "Canceled":
        return "The operation was cancelled before it was ready"
    return "Cause not known" if verdict else "Not diagnosed yet"


def share_of(row: Attempt) -> str:
    """How much traffic is at stake, in a few words."""
    one = row.deployment
    if (one.gone_at if one else row.endpoint.gone_at):
        return "deleted from Azure"
    if one is None:
        return "endpoint operation"
    if one.refused:
        return "refused at submit"
    return f"{percent(one.weight)} of traffic" if one.weight is not None else "share of traffic unknown"


def _incident(row: Attempt, rank: int, now: datetime) -> Incident:
    one, space = row.deployment, row.endpoint.workspace
    at = since(row) if rank != RESOLVED else row.failed_at
    name = one.name if one else ""
    late = rank == RESOLVED and row.state == "Succeeded"
    return Incident(
        attempt=row.id, endpoint_id=row.endpoint_id, workspace_id=space.id,
        sel="/".join(filter(None, (space.slug, row.endpoint.name, name))), workspace=space.slug,
        endpoint=row.endpoint.name, deployment=name, number=row.number, rank=rank, since=moment(at, now), since_at=at,
        cause=LATE if late else cause_of(row, now), share=share_of(row), owner=(one or row.endpoint).owner,
        gone=bool((one or row.endpoint).gone_at))


def changing(visible: QuerySet[Workspace]) -> set[tuple[int, int]]:
    """(endpoint, workspace) where a living deployment is being created or changed; one query."""
    rows = Deployment.objects.filter(endpoint__workspace__in=visible.order_by().values("id"), gone_at=None)
    return set(rows.exclude(state__in=SETTLED).order_by().values_list("endpoint_id", "endpoint__workspace_id"))


