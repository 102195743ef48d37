"""What is wrong now: the newest attempt of each deployment or endpoint that failed, was refused, or is stuck."""
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT

from troubleshoot.boards.words import Moment, moment, percent, span
from troubleshoot.diagnosis.facts import REFUSED, TERMINAL_STATES
from troubleshoot.models import Attempt, Deployment, Endpoint, Workspace

BAD = ("Failed", "Canceled", REFUSED)
RESTING = (*TERMINAL_STATES, "")
SETTLED = (*RESTING, "Deleting")
STUCK = timedelta(minutes=90)  # an operation that runs longer than this is an incident of its own
KEPT = timedelta(hours=24)  # how long what was deleted, refused or resolved stays in the list
MOST = 1_000
NO_MAP = "Azure sent no traffic map"
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
    counted: bool  # its endpoint is one of those that the fleet lists
    first_seen: bool  # when it failed is not told; `since` is when it was first seen so

    @property
    def tone(self) -> str:
        """The state colour of its rank."""
        return TONES[self.rank]

    @property
    def glyph(self) -> str:
        """The shape of its rank."""
        return GLYPHS[self.rank]


def _current() -> Q:
    """The newest attempt of its deployment, or of its endpoint where it belongs to none, unless it is ready.

    The walk goes from deployments to their newest attempts: over all attempts it would grow with their number.
    """
    newer = Attempt.objects.filter(deployment=None, endpoint=OuterRef("endpoint"), number__gt=OuterRef("number"))
    own = Attempt.objects.filter(~Exists(newer), deployment=None).exclude(state="Succeeded").order_by()
    last = Deployment.objects.filter(latest__isnull=False).exclude(latest__state="Succeeded").order_by()
    return Q(id__in=last.values("latest").union(own.values("id"), all=True))


def _in(visible: QuerySet[Workspace]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(endpoint__workspace__in=visible.order_by().values("id"))


def _open(visible: QuerySet[Workspace], now: datetime) -> QuerySet[Attempt]:
    """Attempts that are incidents now; what Azure deleted or refused more than a day ago is left out."""
    old = now - KEPT
    bad = Q(state__in=BAD) & ~(Q(state=REFUSED) & _began_before(old))
    stuck = ~Q(state__in=SETTLED) & _began_before(now - STUCK)
    stuck_gone = ~Q(state__in=BAD) & (Q(deployment__gone_at__isnull=False) | Q(endpoint__gone_at__isnull=False)
                                      | Q(endpoint__workspace__gone_at__isnull=False))
    return _in(visible).filter(_current()).filter(bad | stuck).exclude(_gone_before(old)).exclude(stuck_gone)


def _began_before(at: datetime) -> Q:
    """Older than that; where Azure's own moment could not be read, by when it was recorded."""
    return Q(started__lt=at) | Q(started=None, recorded_at__lt=at)


def _gone_before(at: datetime) -> Q:
    """Gone by then: itself, what it stands in, or the workspace; a refusal never was in its endpoint."""
    inside = Q(endpoint__gone_at__lt=at) & (Q(deployment=None) | Q(deployment__refused=False))
    return Q(deployment__gone_at__lt=at) | inside | Q(endpoint__workspace__gone_at__lt=at)


def count(visible: QuerySet[Workspace], now: datetime) -> int:
    """How many incidents are open; one query."""
    return _open(visible, now).count()


_LISTED = (
    "number", "kind", "state", "first_provisioning", "started", "ended", "failed_at", "recorded_at", "endpoint__name",
    "endpoint__owner", "endpoint__gone_at", "endpoint__traffic", "endpoint__facts", "endpoint__workspace__slug",
    "endpoint__workspace__gone_at", "deployment__name",
    "deployment__owner", "deployment__weight", "deployment__ready_once", "deployment__gone_at",
    "deployment__refused", "verdict__title", "verdict__cause", "verdict__certainty",
)


def incidents(visible: QuerySet[Workspace], now: datetime) -> tuple[Incident, ...]:
    """Open incidents, worst first: affected, not known, not affected, long; oldest first inside. One query."""
    rows = _open(visible, now).annotate(modified=KT("spec__modified_at")).select_related(
        "deployment", "endpoint__workspace", "verdict").only(*_LISTED)[:MOST]
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
    rows = _in(visible.filter(gone_at=None)).filter(well, failed_at__gte=now - KEPT).exclude(
        Q(deployment__isnull=False) & Exists(later)).annotate(modified=KT("spec__modified_at")).select_related(
        "deployment", "endpoint__workspace", "verdict").only(*_LISTED).order_by("-failed_at", "-id")[:50]
    return tuple(_incident(row, RESOLVED, now) for row in rows)


def rank_of(row: Attempt) -> int:
    """How much it matters, in the order of the list."""
    if row.state not in BAD:
        return LONG
    return traffic_of(row)


def traffic_of(row: Attempt) -> int:
    """Affected only where it is proven that nothing of it ever was ready; a failed update is not known."""
    if is_gone(row):
        return NOT_AFFECTED
    return endpoint_stake(row.endpoint) if row.deployment is None else stake(row.deployment, row.first_provisioning)


def stake(one: Deployment, first_provisioning: bool | None) -> int:
    """What a deployment whose newest attempt went wrong means for production traffic."""
    if one.gone_at or one.refused or one.weight == 0:
        return NOT_AFFECTED
    return AFFECTED if one.weight and never_ready(one, first_provisioning) else NOT_KNOWN


def never_ready(one: Deployment, first_provisioning: bool | None) -> bool:
    """True where it is proven that nothing of the deployment was ever ready."""
    return bool(first_provisioning) and not one.ready_once


def endpoint_stake(end: Endpoint) -> int:
    """What a failed operation of the endpoint itself means: not known, unless Azure says that nothing has traffic."""
    serving = not mapped(end) or any((share or 0) > 0 for share in end.traffic.values())
    return NOT_KNOWN if serving and not end.gone_at else NOT_AFFECTED


def mapped(end: Endpoint) -> bool:
    """False where Azure sent no traffic map, which is not the same as one without shares."""
    return bool(end.traffic) or end.facts.get("traffic") is not None


def is_gone(row: Attempt) -> bool:
    """Azure lists it no more: itself, what it stands in, or the workspace. A refusal never was in its endpoint."""
    one, space = row.deployment, row.endpoint.workspace
    above = row.endpoint.gone_at if one is None or not one.refused else None
    return bool((one.gone_at if one else None) or above or space.gone_at)


def since(row: Attempt) -> datetime:
    """When it came to its state, as told; else when we first saw it so."""
    return told(row) or (row.failed_at if row.state in BAD else None) or row.recorded_at


def told(row: Attempt) -> datetime | None:
    """When it came to its state: Azure's own end, the poll that saw it turn, the last change of the resource.

    None where only our first look is known, which tells nothing of when it failed.
    """
    if row.state not in TERMINAL_STATES:
        return row.started or row.recorded_at
    seen = row.failed_at if row.state in BAD and row.failed_at and row.failed_at > row.recorded_at else None
    return row.ended or seen or _modified(row) or row.started


def _modified(row: Attempt) -> datetime | None:
    """The last change of the resource that the attempt's spec names; lists bring it along as `modified`."""
    said = row.__dict__["modified"] if "modified" in row.__dict__ else row.spec.get("modified_at")
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC) if at else None


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
    if is_gone(row):
        return gone_words(row)
    if one is None:
        return "endpoint operation" if mapped(row.endpoint) else NO_MAP
    if one.refused:
        return "refused at submit"
    return f"{percent(one.weight)} of traffic" if one.weight is not None else unknown_share(row.endpoint)


def gone_words(row: Attempt) -> str:
    """What is gone, in a few words."""
    return "workspace no longer listed by Azure" if row.endpoint.workspace.gone_at else "deleted from Azure"


def unknown_share(end: Endpoint) -> str:
    """Why the share of a deployment is not known."""
    return "share of traffic unknown" if mapped(end) else NO_MAP


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
        gone=is_gone(row), counted=not (is_gone(row) or row.endpoint.gone_at),
        first_seen=rank != RESOLVED and told(row) is None)


def changing(visible: QuerySet[Workspace]) -> set[tuple[int, int]]:
    """(endpoint, workspace) of what the fleet lists as changing: the endpoint itself, or a living deployment of it."""
    below = Deployment.objects.filter(endpoint=OuterRef("id"), gone_at=None, refused=False).exclude(state__in=RESTING)
    rows = Endpoint.objects.filter(
        workspace__in=visible.filter(gone_at=None).order_by().values("id"), gone_at=None)
    rows = rows.filter(~Q(state__in=RESTING) | Exists(below))
    return set(rows.order_by().values_list("id", "workspace_id"))


def moves(state: str) -> bool:
    """True for a state of an endpoint or deployment that will turn by itself."""
    return state not in RESTING


