"""What happens to an incident by itself: it opens, goes on, is told another cause, ends, comes back.

Only within the transaction that holds its row; each is one row of its history.
"""
from datetime import datetime, timedelta
from typing import Any

from troubleshoot import history, inhand, notices, ranks, stakes, turned
from troubleshoot.models import Attempt, Endpoint, Incident, Workspace
from troubleshoot.troubles import End, Trouble, is_settled

HELD = timedelta(hours=1)  # after its end, until which whoever had it is taken to be still at it


def begin(told: Trouble, space: Workspace, end: Endpoint | None, now: datetime) -> Incident:
    """A new incident, open since Azure says so."""
    one = Incident.objects.create(
        subject=told.subject, workspace=space, endpoint=end, deployment=told.deployment, family=told.family,
        cause=told.cause, certainty=told.certainty, silent=told.silent, title=told.title, rank=told.rank,
        worst=told.rank, opened_at=told.at, first_seen=told.first_seen, last_at=told.at, first=told.attempt,
        last=told.attempt, last_number=told.number, seen_at=now)
    history.tell(one, "opened", told.at, text=told.title, attempt=told.attempt)
    _news(one, told, now)
    return one


def go_on(one: Incident, told: Trouble, now: datetime) -> None:
    """The same trouble, seen again: a newer attempt joins, words and stake follow; nothing where none turned."""
    if is_newer(one, told):
        turned.turn(one, "joined", told.at, None, f"Attempt {told.number} failed with the same cause.",
                    attempt=told.attempt, **_last(one, told))
        inhand.wake(one, "more", now)
        _news(one, told, now)
    elif told.number is not None and told.number == one.last_number:
        _timed(one, told)
    if (one.title, one.certainty) != (told.title, told.certainty):
        turned.turn(one, "cause", now, None, told.title, title=told.title, certainty=told.certainty)
    _weigh(one, told.rank, now)


def retell(one: Incident, told: Trouble, now: datetime) -> None:
    """The same attempt is told another cause: the incident goes on with it."""
    turned.turn(one, "cause", now, None, told.title, cause=told.cause, certainty=told.certainty, title=told.title)
    inhand.wake(one, "cause", now)
    _weigh(one, told.rank, now)


def finish(one: Incident, end: End, now: datetime) -> None:
    """It ended by itself, not before its newest failure; acknowledgement and snooze end with it."""
    at = max(end.at, one.last_at)
    turned.turn(one, "ended", at, None, f"{end.how}.", resolved_at=at, how=end.how, onward_id=end.onward,
                **inhand.ENDS)
    if end.onward is None:
        notices.plan(one, "recovered", now)


def ended_then(one: Incident, end: End) -> None:
    """It had ended: Azure's own time of it may have come later, and is earlier than what we saw."""
    at = max(end.at, one.last_at)
    if end.number and one.last_number and end.number >= one.last_number and one.resolved_at and at < one.resolved_at:
        _keep(one, resolved_at=at)


def give_way(one: Incident, other: Incident, told: Trouble, now: datetime) -> None:
    """It ends because the newest failure belongs to another incident, whose owner stays the same."""
    if one.last_number == told.number:
        at, how = now, f"Goes on as incident {other.id}, which has the cause that is told now"
    else:
        at, how = told.at, f"Attempt {told.number} failed with another cause: incident {other.id}"
    finish(one, End(at, how, onward=other.id), now)
    if one.owner_id and not other.owner_id:
        turned.turn(other, "carried", now, None, f"From incident {one.id}.", owner_id=one.owner_id,
                    taken_at=one.taken_at, first_taken_at=other.first_taken_at or one.first_taken_at)


def again(one: Incident, told: Trouble, now: datetime) -> None:
    """It is back: regressed where it failed again after the end, else it had never been over.

    Long after its end nobody has it: whoever had it thinks that it is over.
    """
    newer = is_newer(one, told)
    back = bool((newer or told.silent) and one.resolved_at and told.at > one.resolved_at)
    what = f"Attempt {told.number} failed with the same cause" if newer else "Wrong as before"
    said = f"{what}, after it had ended." if back else f"{what}: it was not over."
    free = {"owner_id": None, "taken_at": None} if back and one.resolved_at and told.at - one.resolved_at > HELD else {}
    turned.turn(one, "regressed" if back else "joined", told.at, None, said, attempt=told.attempt, resolved_at=None,
                resolved_by_id=None, how="", onward_id=None, regressed_at=told.at if back else one.regressed_at,
                **_last(one, told) if newer or back else {}, **free)
    _news(one, told, now)
    go_on(one, told, now)


def came_back(one: Incident, row: Attempt | None) -> None:
    """It had been over for a while, which was seen only after it came back with this failure."""
    if row is not None:
        at = stakes.since(row)
        turned.turn(one, "regressed", at, None, f"Attempt {row.number} failed with the same cause, after it had ended.",
                    attempt=row, regressed_at=at)


def tried(one: Incident, newest: Attempt, now: datetime) -> None:
    """Wakes it where an attempt began after it was put off until the next, or ended since."""
    newer = one.last_number is not None and newest.number > one.last_number
    if newer and one.snoozed_at and (newest.recorded_at > one.snoozed_at or is_settled(newest)):
        inhand.wake(one, "attempt", now)


def is_newer(one: Incident, told: Trouble) -> bool:
    """True where the failure is of a later attempt than the incident's last."""
    return told.number is not None and (one.last_number is None or told.number > one.last_number)


def _news(one: Incident, told: Trouble, now: datetime) -> None:
    """A failure of the last day is told also where it is over already; what is open in the end is told then."""
    if told.at >= now - stakes.KEPT:
        notices.plan(one, "failed", now)


def _last(one: Incident, told: Trouble) -> dict[str, Any]:
    """The fields of a newer failure; what a person found of the attempt before says nothing of it."""
    return {"last_id": told.attempt.id if told.attempt else None, "last_number": told.number,
            "last_at": max(told.at, one.last_at), "times": one.times + 1, "serving": "", "serving_by_id": None,
            "serving_at": None}


def _timed(one: Incident, told: Trouble) -> None:
    """Azure's own time of a failure may come later than the failure: it is put right, which is no turn."""
    begun = {"opened_at": told.at, "first_seen": told.first_seen} if one.first_id == one.last_id else {}
    back = {"regressed_at": told.at} if one.regressed_at and one.regressed_at == one.last_at else {}
    new = {"last_at": told.at, **begun, **back}
    if any(getattr(one, name) != value for name, value in new.items()):
        _keep(one, **new)


def _keep(one: Incident, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(one, name, value)
    one.revision += 1
    one.save(update_fields=[*fields, "revision"])


def _weigh(one: Incident, rank: int, now: datetime) -> None:
    """The stake as it is now, or as a person found it by asking where Azure does not tell."""
    rank = inhand.ANSWERS[one.serving] if rank == ranks.NOT_KNOWN else rank
    worse = rank < one.rank
    if rank != one.rank:
        turned.turn(one, "rank", now, None, rank=rank, worst=min(one.worst, rank), **_unacknowledged(one, rank))
    if worse:
        inhand.wake(one, "worse", now)


def _unacknowledged(one: Incident, rank: int) -> dict[str, Any]:
    """That it may stay so was said before production traffic was affected: it is told to those who want to know."""
    names = ("acknowledged_by_id", "acknowledged_at", "reason")
    return {name: inhand.ENDS[name] for name in names} if rank == ranks.AFFECTED and one.acknowledged_at else {}
