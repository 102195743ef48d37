"""Follows what is wrong: opens incidents, lets them go on, ends them, and opens them again; all from the tables."""
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import DatabaseError, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from troubleshoot import clock, inhand, itself, notices, silent, silent_spaces, troubles
from troubleshoot.models import Endpoint, Incident, Workspace
from troubleshoot.silent import KINDS
from troubleshoot.troubles import READY, RECENT, Course, End, Trouble

log = logging.getLogger(__name__)


def follow(endpoint_id: int) -> None:
    """Bring the incidents of one endpoint to what its tables say now; safe to run twice, late, or at once.

    Five queries where nothing turned; a few more for each incident that did.
    """
    with transaction.atomic():
        end = Endpoint.objects.select_for_update(of=("self",), no_key=True).select_related("workspace").filter(
            id=endpoint_id).first()
        if end is None:
            return
        now = clock.now()
        found = _held(Q(endpoint=end), now)
        deployments = {one.id: one for one in end.deployments.all()}
        below = troubles.attempts(end, deployments, found, now)
        courses = [troubles.course(rows, found, now) for rows in below]
        for course in courses:
            _walk(end, course, found, now)
        again = [one.again for one in courses]
        if not any(one.waits for one in courses):  # else a failure would be told twice, as silent trouble before
            loud = [one for one in found if one.resolved_at is None and not one.silent]
            quiet = silent.of(end, deployments.values(), below, loud, now)
            _quietly(end.workspace, end, quiet.troubles, found, now)
            again.append(quiet.again)
        _tell(found, now)
        Endpoint.objects.filter(id=end.id).update(
            followed=end.revision, follow_at=min((at for at in again if at), default=None))


def follow_space(workspace_id: int) -> None:
    """Bring the incidents of a workspace itself and of its quota to what the tables say now; about eight queries."""
    with transaction.atomic():
        space = Workspace.objects.select_for_update(of=("self",), no_key=True).filter(id=workspace_id).first()
        if space is not None:
            now = clock.now()
            found = _held(Q(workspace=space, endpoint=None), now)
            told = [one for _, one in silent_spaces.troubles(now, space)]
            _quietly(space, None, told, found, now)
            _tell(found, now)


def follow_waiting(limit: int = 200) -> int:
    """Follow what turned, and what time alone turns. Returns how many endpoints, workspaces and snoozes were looked at.

    Six queries where nothing waits, whatever the size of the fleet; two more while quota of some family is used up.
    What cannot be followed holds up nothing else: an endpoint is set aside until it turns again.
    """
    now = clock.now()
    waits = Endpoint.objects.filter(~Q(followed=F("revision")) | Q(follow_at__lte=now)).order_by("followed")
    done = sum(_safely(follow, one, _set_aside) for one in list(waits.values_list("id", flat=True)[:limit]))
    done += sum(_safely(follow_space, one) for one in _spaces(now))
    return done + sum(_safely(_wake, one) for one in _sleepers(now).values_list("id", flat=True))


def _safely(work: Callable[[int], None], which: int, aside: Callable[[int], object] = id) -> bool:
    try:
        work(which)
    except DatabaseError:
        log.exception("the tables did not answer; it is followed later", extra={"which": which})
    except Exception:
        log.exception("could not be followed", extra={"which": which})
        aside(which)
    else:
        return True
    return False


def _set_aside(endpoint_id: int) -> None:
    Endpoint.objects.filter(id=endpoint_id).update(followed=F("revision"), follow_at=None)


def _spaces(now: datetime) -> set[int]:
    """Workspaces whose own open incidents are not those that the tables tell; what a person put down is among them."""
    told = {(one, trouble.subject, trouble.cause) for one, trouble in silent_spaces.troubles(now)}
    living = Incident.objects.filter(endpoint=None, resolved_at=None).order_by()
    return {one[0] for one in told ^ set(living.values_list("workspace", "subject", "cause"))}


def _sleepers(now: datetime) -> QuerySet[Incident]:
    """Snoozed incidents whose time is over, or beside which one of the same cause was opened, or came back."""
    came = Q(seen_at__gt=OuterRef("snoozed_at")) | Q(regressed_at__gt=OuterRef("snoozed_at"))
    joined = Incident.objects.filter(came, workspace=OuterRef("workspace"), cause=OuterRef("cause"), silent=False,
                                     resolved_at=None).exclude(Q(cause="") | Q(id=OuterRef("id")))
    return Incident.objects.filter(resolved_at=None).exclude(snooze="").annotate(
        joined=Subquery(joined.order_by("seen_at").values("id")[:1])).filter(
        Q(snooze_until__lte=now) | Q(joined__isnull=False)).order_by("id")


def _wake(number: int) -> None:
    now = clock.now()
    with transaction.atomic():
        for one in _sleepers(now).select_for_update(of=("self",)).filter(id=number):
            other = getattr(one, "joined", None)
            inhand.wake(one, "joined" if other else "time", now,
                        f"incident {other} of the same cause joined" if other else "")
            notices.plan(one, "failed", now)


def _held(which: Q, now: datetime) -> list[Incident]:
    """Incidents that are open, or ended lately, oldest first, held until the end of the transaction."""
    lately = Q(resolved_at=None) | Q(resolved_at__gte=now - 2 * RECENT)
    rows = Incident.objects.select_for_update(of=("self",)).annotate(held=F("revision"))
    return list(rows.filter(which & lately).order_by("id"))


def _tell(found: Iterable[Incident], now: datetime) -> None:
    """What is open and turned is told to those who want to know; one failure is told once."""
    for one in found:
        if one.resolved_at is None and _turned(one):
            notices.plan(one, "failed", now)


def _turned(one: Incident) -> bool:
    return one.revision != getattr(one, "held", None)


def _walk(end: Endpoint, course: Course, found: list[Incident], now: datetime) -> None:
    """Take the steps of one subject, in the order of its attempts."""
    for one in found:
        if one.subject == course.subject:
            itself.tried(one, course.rows[-1], now)
    for step in course.steps:
        mine = [one for one in found if one.subject == course.subject and not one.silent]
        if isinstance(step, Trouble):
            _failed(end, step, mine, found, now)
        else:
            _ended(step, mine, now)
    for one in found:
        if one.subject == course.subject and one.resolved_at is None and not one.silent:
            itself.came_back(one, troubles.came_back(course.rows, one))


def _ended(step: End, mine: Iterable[Incident], now: datetime) -> None:
    for one in mine:
        if one.resolved_at is None:
            itself.finish(one, step, now)
        elif step.how == one.how == READY:
            itself.ended_then(one, step)


def _failed(end: Endpoint, told: Trouble, mine: Sequence[Incident], found: list[Incident], now: datetime) -> None:
    """One failed attempt: it belongs to the open incident of its cause, or to one that it opens; no other stays."""
    living = [one for one in mine if one.resolved_at is None]
    kept = next((one for one in living if one.cause == told.cause), None)
    retold = next((one for one in living if one.last_number == told.number), None)
    if kept:
        itself.go_on(kept, told, now)
    elif kept := _back(told, mine, now):
        itself.again(kept, told, now)
    elif retold:
        itself.retell(retold, told, now)
        kept = retold
    elif not told.past and not _is_put_down(told, mine):
        kept = itself.begin(told, end.workspace, end, now)
        found.append(kept)
    for one in living:
        if kept and one is not kept:
            itself.give_way(one, kept, told, now)


def _back(told: Trouble, mine: Sequence[Incident], now: datetime) -> Incident | None:
    """The newest ended incident of the same cause that goes on with this trouble."""
    for one in reversed(mine):
        if one.resolved_at is None or one.cause != told.cause or told.at - one.resolved_at > RECENT:
            continue
        same = told.silent or one.last_number == told.number and not told.past
        if itself.is_newer(one, told) or same and (_is_later(one, told) or not inhand.by_hand(one)):
            return one
    return None


def _is_later(one: Incident, told: Trouble) -> bool:
    """True for silent trouble that began after its end."""
    return told.silent and one.resolved_at is not None and told.at > one.resolved_at


def _is_put_down(told: Trouble, mine: Iterable[Incident]) -> bool:
    """A person resolved it, and it did not begin again since."""
    return any(one.resolved_at and one.cause == told.cause and one.last_number == told.number
               and not _is_later(one, told) and inhand.by_hand(one) for one in mine)


def _quietly(space: Workspace, end: Endpoint | None, troubles: Iterable[Trouble], found: list[Incident],
             now: datetime) -> None:
    """Silent trouble: open what is new, end what is over."""
    told = {(one.subject, one.cause): one for one in troubles}
    for one in [one for one in found if one.silent and one.resolved_at is None]:
        if (one.subject, one.cause) not in told:
            itself.finish(one, _over(space, end, one, found, now), now)
    for pair, trouble in told.items():
        mine = [one for one in found if one.silent and (one.subject, one.cause) == pair]
        kept = next((one for one in mine if one.resolved_at is None), None)
        if kept:
            itself.go_on(kept, trouble, now)
        elif back := _back(trouble, mine, now):
            itself.again(back, trouble, now)
        elif silent.is_news(trouble, now) and not _is_put_down(trouble, mine):
            found.append(itself.begin(trouble, space, end, now))


def _over(space: Workspace, end: Endpoint | None, one: Incident, found: Iterable[Incident], now: datetime) -> End:
    """Why a silent trouble is over; it goes on where an incident of a failure tells it now."""
    if space.gone_at:
        return End(now, "Workspace no longer listed by Azure")
    if end and (end.gone_at or one.deployment_id and one.deployment and one.deployment.gone_at):
        return End(now, "Deleted from Azure")
    loud = next((other for other in found if not other.silent and other.resolved_at is None and _turned(other)
                 and (one.cause != "slow" or other.subject == one.subject)), None)
    if loud and one.cause != "late_success":
        return End(now, f"Incident {loud.id} tells it now", onward=loud.id)
    return End(now, KINDS[one.cause].over)
