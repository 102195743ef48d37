"""Silent trouble of whole workspaces: logs that cannot be read, data that is old, quota that is used up."""
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Max, Min, Q, QuerySet

from troubleshoot import ranks, watches
from troubleshoot.diagnosis import quota
from troubleshoot.diagnosis.facts import DENIED
from troubleshoot.models import Deployment, LogRead, QuotaRow, QuotaSample, Watch, Workspace
from troubleshoot.silent import KINDS
from troubleshoot.troubles import Trouble

OLD = timedelta(minutes=15)
TWICE = 2  # refusals in a row: one may be Azure's slip
Found = list[tuple[int, Trouble]]  # (workspace, its trouble)


def troubles(now: datetime, only: Workspace | None = None) -> Found:
    """What is silently wrong with living workspaces, or with only one; four queries, some more for full quota."""
    spaces = Workspace.objects.filter(gone_at=None, **{"id": only.id} if only else {})
    return [*_stale(spaces, now), *_unreadable(spaces), *_full(spaces, now)]


def _stale(spaces: QuerySet[Workspace], now: datetime) -> Found:
    """Workspaces whose endpoints were looked at in vain for a while; what nobody looked at proves nothing."""
    old = now - max(OLD, 3 * watches.stale_after())
    rows = _looks(spaces, "endpoints").filter(Q(failures__gte=TWICE) | Q(parked_at__isnull=False), ok_at__lt=old)
    return [(row.workspace_id, _of(row.workspace, "stale", ranks.NOT_KNOWN, row.ok_at or now))
            for row in rows.select_related("workspace") if row.workspace_id and row.workspace]


def _unreadable(spaces: QuerySet[Workspace]) -> Found:
    """Workspaces where Azure refused the newest requests for a log, since the first of the refusals.

    A refusal is an answer, not a failure of the look: the ledger counts it.
    """
    asked = list(_looks(spaces, "logs").filter(trouble=DENIED).values_list("attempt", flat=True))
    if not asked:
        return []
    reads = LogRead.objects.filter(log__attempt__in=asked, answer_class=DENIED, times__gte=TWICE,
                                   last_at__gte=F("log__read_at"))
    began = dict(reads.order_by().values_list("log__attempt__endpoint__workspace").annotate(Min("at")))
    return [(one.id, _of(one, "logs_unreadable", ranks.NOT_AFFECTED, began[one.id]))
            for one in Workspace.objects.filter(id__in=began)]


def _looks(spaces: QuerySet[Workspace], poll: str) -> QuerySet[Watch]:
    """The watches of a poll that go on."""
    return Watch.objects.filter(workspace__in=spaces.order_by().values("id"), poll=poll, due_at__isnull=False)


def _full(spaces: QuerySet[Workspace], now: datetime) -> Found:
    """Families at their limit that living deployments use."""
    full = QuotaRow.objects.filter(kind=quota.DEDICATED, limit__gt=0, used__gte=F("limit"))
    rows = list(full.select_related("region"))
    if not rows:
        return []
    regions = {(row.region.subscription, row.region.name) for row in rows}
    near = [one for one in spaces if (one.subscription.lower(), one.location.lower()) in regions]
    uses = _families(near)
    return [(one.id, _quota(one, row, now)) for one in near for row in rows
            if _bounds(row, one) and row.family in uses.get(one.id, ())]


def _bounds(row: QuotaRow, one: Workspace) -> bool:
    return (row.region.subscription, row.region.name) == (one.subscription.lower(), one.location.lower()) \
        and row.workspace in ("", f"{one.group}/{one.name}".lower())


def _families(spaces: Iterable[Workspace]) -> dict[int, set[str]]:
    """The families of the sizes that living deployments of each workspace have; one query."""
    found: dict[int, set[str]] = {}
    rows = Deployment.objects.filter(endpoint__workspace__in=[one.id for one in spaces], gone_at=None, refused=False)
    for space, name in rows.order_by().values_list("endpoint__workspace", "instance_type").distinct():
        if size := quota.size(name):
            found.setdefault(space, set()).add(quota.family_key(size.family))
    return found


def _quota(one: Workspace, row: QuotaRow, now: datetime) -> Trouble:
    """Full since the first sample after the last that had room; one query."""
    samples = QuotaSample.objects.filter(row=row)
    room = samples.filter(Q(used__lt=row.limit) | Q(used=None)).aggregate(at=Max("at"))["at"]
    since = (samples.filter(at__gt=room) if room else samples).aggregate(at=Min("at"))["at"] or now
    label = row.data.get("label") or row.family
    whose = f" for {one.name}" if row.workspace else ""
    return Trouble(f"{one.key}#{row.workspace and 'own:'}{row.family}", "quota_full",
                   f"No vCPU of {label} is left{whose}: the limit is {row.limit}", ranks.NOT_AFFECTED, since,
                   silent=True, family=row.family)


def _of(one: Workspace, cause: str, rank: int, at: datetime) -> Trouble:
    return Trouble(one.key, cause, KINDS[cause].title, rank, at, silent=True)
