"""The watches: which are due, who has claimed one, and how a poll of it ended."""
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from troubleshoot import blind, clock
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import DeploymentFacts, Place
from troubleshoot.models import Attempt, Watch, Workspace

LEASE = timedelta(seconds=150)  # real time; longer than the longest poll (workers/polls/endpoints)
THREADS_A_LANE = 2
TRIES = 4  # claims that ran out without an end, before a watch is parked
LONGEST_REST = timedelta(minutes=15)


class Overtaken(Exception):
    """The claim number no longer holds: somebody else polls this watch now, and nothing may be written."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a poll needs to know of the thing it looks at."""

    subscription: str
    place: Place = Place("", "", "")
    region: str = ""
    uri: str = ""
    container: str = ""
    log: int = 0  # id of the stored log
    since: datetime | None = None  # the last look that went well
    spec: DeploymentFacts | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to write down one poll of one watch; `number` fences it."""

    watch: int
    number: int
    poll: str
    asked: Asked
    before: blind.Before


def lanes_due(limit: int = 500) -> list[str]:
    """The lanes with due watches, without those that are crowded; one query."""
    return list(_due().exclude(lane__in=_crowded()).values_list("lane", flat=True).distinct().order_by("lane")[:limit])


def _crowded() -> QuerySet[Watch, str]:
    """Lanes that enough threads look at already: a slow workspace must not hold up the others."""
    held = Watch.objects.filter(claimed_until__gt=clock.real_now()).order_by().values("lane")
    return held.annotate(n=Count("id")).filter(n__gte=THREADS_A_LANE).values_list("lane", flat=True)


def due_in(lane: str) -> list[int]:
    """Ids of the due watches of a lane, weightiest first."""
    return list(_due().filter(lane=lane).order_by("weight", "due_at").values_list("id", flat=True)[:200])


def _due() -> QuerySet[Watch]:
    return Watch.objects.filter(parked_at=None, due_at__lte=clock.now()).filter(
        Q(claimed_until=None) | Q(claimed_until__lte=clock.real_now()))


def keep_only(subscriptions: Sequence[str]) -> None:
    """Settle the watches of subscriptions that are no longer asked for; what was seen of them stays."""
    wanted = [name.lower() for name in subscriptions]
    left = Watch.objects.filter(due_at__isnull=False).values_list("subscription", flat=True).distinct()
    for name in left:
        if name.lower() not in wanted:
            settle(subscription=name)


def claim(watch_id: int, worker: str) -> Claim | None:
    """Claim a due watch by one UPDATE; None when it is no longer due, is taken, or is parked now."""
    watch = _due().filter(id=watch_id).select_related("workspace", "region", "attempt__endpoint__workspace",
                                                      "attempt__deployment").first()
    if watch is None or park_if_poisoned(watch):
        return None
    won = _due().filter(id=watch.id, claim=watch.claim).update(
        claim=F("claim") + 1, tries=F("tries") + 1, claimed_by=worker,
        claimed_until=clock.real_now() + LEASE, tried_at=clock.now())
    was = blind.before(watch, stale_after())
    return Claim(watch.id, watch.claim + 1, watch.poll, _asked(watch), was) if won else None


def park_if_poisoned(watch: Watch) -> bool:
    """Park a watch whose claims ran out without an end too often; true when it is parked."""
    if watch.tries < TRIES:
        return False
    Watch.objects.filter(id=watch.id, claim=watch.claim).update(
        parked_at=clock.now(), trouble="parked", claimed_until=None,
        said=f"{watch.tries} polls in a row ended without a word: the worker died or hung each time.")
    return True


def fence(held: Claim) -> None:
    """Inside the writing transaction: take the watch's row, or raise Overtaken when the claim is lost."""
    if not Watch.objects.filter(id=held.watch, claim=held.number).update(claimed_until=clock.real_now() + LEASE):
        raise Overtaken(held.poll)


def done(held: Claim, next_in: timedelta | None, trouble: str = "", said: str = "") -> None:
    """End a poll that went well, wholly or with a part missing; `next_in` None settles the watch."""
    now = clock.now()
    if _end(held, due_at=now + paced(next_in) if next_in is not None else None, ok_at=now,
            trouble=trouble, said=said[:2000], failures=0):
        blind.ended(held.before, now)


def paced(every: timedelta) -> timedelta:
    """An interval that can be kept: where a demo lets the clock run fast, five real seconds at least."""
    return max(every, timedelta(seconds=5 * clock.speed())) if clock.speed() > 1 else every


def stale_after(every: timedelta = timedelta(seconds=60)) -> timedelta:
    """The age from which data that is read at an interval counts as stale: three intervals."""
    return 3 * paced(every)


def partly(troubles: Sequence[str]) -> tuple[str, str]:
    """How a poll is told of that went well but for single parts: a trouble's word, and what was said."""
    return ("in part", "; ".join(troubles)) if troubles else ("", "")


def failed(held: Claim, trouble: str, said: str, every: timedelta, retry_after: float | None) -> None:
    """End a poll that went wrong: wait what Azure asks for, or twice as long each time, 15 min at most."""
    now = clock.now()
    failures = Watch.objects.filter(id=held.watch).values_list("failures", flat=True).first() or 0
    rest = min(max(paced(every), timedelta(seconds=5)) * 2 ** min(failures, 10), LONGEST_REST)
    if retry_after is not None:
        rest = min(timedelta(seconds=max(retry_after, 1)), LONGEST_REST)
    with transaction.atomic():
        if _end(held, due_at=now + rest * _jitter(held), trouble=trouble, said=said[:2000], failures=failures + 1):
            blind.lasts(held.before, trouble, now)


def _jitter(held: Claim) -> float:
    """A factor of 1.0 to 1.2, steady for a watch, so that a fleet does not come back all at once."""
    return 1 + hashlib.sha256(f"{held.watch}".encode()).digest()[0] / 1280


def _end(held: Claim, **fields: object) -> bool:
    """True where the claim still held."""
    return bool(Watch.objects.filter(id=held.watch, claim=held.number).update(
        claimed_until=None, claimed_by="", tries=0, parked_at=None, **fields))


def ensure(poll: str, key: str, lane: str, subscription: str, *, weight: int = 50, **about: object) -> None:
    """Have a watch that is due now: made, or begun again where it was settled; one that waits goes on waiting."""
    _, made = Watch.objects.get_or_create(poll=poll, key=key, defaults={
        "lane": lane, "subscription": subscription, "weight": weight, "due_at": clock.now(), **about})
    if not made:
        Watch.objects.filter(poll=poll, key=key, due_at=None, parked_at=None).update(due_at=clock.now())


def hurry(poll: str, key: str) -> None:
    """Have a watch looked at now, also one that was settled, if it exists and is not parked."""
    at = clock.now()
    Watch.objects.filter(Q(due_at__gt=at) | Q(due_at=None), poll=poll, key=key, parked_at=None).update(due_at=at)


def settle(**which: object) -> None:
    """Nothing more to look at; a poll of it that is under way loses its claim and writes nothing."""
    Watch.objects.filter(**which).update(due_at=None, claimed_until=None, claim=F("claim") + 1)


def look_now(attempt: int) -> int:
    """A person asks for a fresh look: everything about an attempt is due now. Returns how many watches."""
    with transaction.atomic():
        found = Attempt.objects.filter(id=attempt).select_related("endpoint").first()
        if found is None:
            return 0
        later = Attempt.objects.filter(endpoint=found.endpoint_id, deployment=found.deployment_id)
        about = Q(workspace_id=found.endpoint.workspace_id, poll="endpoints") | Q(attempt_id=attempt, poll="attempts")
        if not later.filter(number__gt=found.number).exists():  # a log answer is always the newest attempt's
            about |= Q(attempt_id=attempt)
        return look_again(Watch.objects.filter(about))


def look_again(which: QuerySet[Watch]) -> int:
    """Have these watches looked at now, also parked ones. Returns how many; one query."""
    at = clock.now()
    due = Case(When(due_at__lt=at, then=F("due_at")), default=Value(at))  # since when it is overdue stays known
    return which.update(due_at=due, parked_at=None, tries=0)


def release(worker: str) -> int:
    """Give back what an earlier life of this worker had claimed; its tries still count."""
    return Watch.objects.filter(claimed_by=worker, claimed_until__isnull=False).update(claimed_until=None)


def _asked(watch: Watch) -> Asked:
    attempt = watch.attempt
    if attempt is None:
        place = _workspace_place(watch.workspace) if watch.workspace else Place(watch.subscription, "", "")
        return Asked(watch.subscription, place, region=watch.region.name if watch.region else "",
                     since=watch.ok_at)
    space = _workspace_place(attempt.endpoint.workspace)
    name = attempt.deployment.name if attempt.deployment else ""
    place = Place(space.subscription, space.group, space.workspace, attempt.endpoint.name, name)
    spec = plain.load(DeploymentFacts, attempt.spec) if name and attempt.spec else None
    log = attempt.logs.filter(container=watch.container).values_list("id", flat=True).first() or 0
    return Asked(watch.subscription, place, uri=attempt.operation_uri, container=watch.container,
                 log=log, spec=spec)


def _workspace_place(workspace: Workspace) -> Place:
    return Place(workspace.subscription, workspace.group, workspace.name)

