"""Stretches in which we did not see: kept when a look goes well again, or while it keeps going wrong."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from troubleshoot.models import Blind, Watch

SEEING = ("endpoints", "attempts", "logs")  # the polls that tell states and logs
LONGEST_PACE = timedelta(minutes=15)  # a watch that became due later than this after its last look had been settled
KEPT = 400  # newest stretches of a workspace


@dataclass(frozen=True, slots=True)
class Before:
    """How a claim found its watch: when it last saw, since when it was wanted, and what trouble it had."""

    workspace: int
    attempt: int | None
    poll: str
    container: str
    ok_at: datetime | None
    due_at: datetime
    failures: int
    why: str
    stale: timedelta  # three intervals at the usual pace

    @property
    def since(self) -> datetime:
        """From when on we did not see: the last look that went well; where nothing was due then, when it became so."""
        rested = self.ok_at is None or self.due_at - self.ok_at > max(LONGEST_PACE, self.stale)
        return self.due_at if rested or self.ok_at is None else self.ok_at

    def is_overdue(self, now: datetime) -> bool:
        """Not polled within three of its own intervals; nothing of it is known to have gone wrong."""
        pace = max(min(self.due_at - self.since, LONGEST_PACE), self.stale / 3)
        return not self.failures and now - self.due_at > 2 * pace


def before(watch: Watch, stale: timedelta) -> Before:
    """What a claim must know of its watch to tell a blind stretch at its end; no query."""
    assert watch.due_at is not None  # noqa: S101  (only a due watch is claimed)
    return Before(watch.workspace_id or 0, watch.attempt_id, watch.poll, watch.container, watch.ok_at, watch.due_at,
                  watch.failures, "parked" if watch.trouble == "parked" else "", stale)


def ended(was: Before, now: datetime) -> None:
    """A look went well: the stretch before it is kept where it was a long one. Mostly costs no query."""
    if was.poll not in SEEING:
        return
    if was.is_overdue(now):
        _keep(was, was.since, now, was.why)
    elif was.failures and (begun := _begun(was)):
        if now - begun.since > was.stale:
            Blind.objects.filter(id=begun.id).update(until=now)
        else:
            begun.delete()


def lasts(was: Before, trouble: str, now: datetime) -> None:
    """A look went wrong: a stretch begins, or the one that began goes on; two or three queries."""
    if was.poll not in SEEING:
        return
    if was.failures and (begun := _begun(was)):
        Blind.objects.filter(id=begun.id).update(until=now, why=trouble)
    elif was.is_overdue(now):
        _keep(was, was.since, now, was.why)
        _keep(was, now, now, trouble)
    else:
        wanted = was.failures or was.due_at - was.since > was.stale  # a slow watch was not wanted before it was due
        _keep(was, was.due_at if wanted else was.since, now, trouble)


def _of(was: Before) -> QuerySet[Blind]:
    return Blind.objects.filter(workspace=was.workspace, attempt=was.attempt, poll=was.poll, container=was.container)


def _begun(was: Before) -> Blind | None:
    """The stretch that the failures in a row belong to; none where the workspace's own tells it."""
    newest = _of(was).order_by("-until", "-id").first()
    return newest if newest and (was.ok_at is None or newest.until > was.ok_at) else None


def _keep(was: Before, since: datetime, until: datetime, why: str) -> None:
    """One row, unless the workspace's own list was not seen for the same reason at that time: that row tells it."""
    told = Blind.objects.filter(workspace=was.workspace, attempt=None, why=why, since__lt=until,
                                until__gte=until - LONGEST_PACE)
    if was.attempt is not None and told.exists():
        return
    Blind.objects.create(workspace_id=was.workspace, attempt_id=was.attempt, poll=was.poll, container=was.container,
                         since=since, until=until, why=why)
    older = Blind.objects.filter(workspace=was.workspace).order_by("-until", "-id").values_list("id", flat=True)
    Blind.objects.filter(id__in=list(older[KEPT:KEPT + KEPT])).delete()
