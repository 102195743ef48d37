"""What people do with an incident: take, hand over, note, acknowledge, snooze, resolve, and take back what they did."""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from troubleshoot import history, notices, ranks, turned
from troubleshoot.diagnosis import redact
from troubleshoot.models import Incident, IncidentEvent, Person
from troubleshoot.people import may_see, name
from troubleshoot.turned import Refused

LONGEST = timedelta(days=30)  # of a snooze: what sleeps longer is forgotten
MOST = 99  # failures that a snooze may wait for
NOTE = 2000  # characters
ENDS: dict[str, Any] = {  # what ends together with an incident
    "acknowledged_by_id": None, "acknowledged_at": None, "reason": "", "snooze": "", "snoozed_by_id": None,
    "snoozed_at": None, "snooze_until": None, "snooze_times": None, "woke": ""}
ANSWERS = {"yes": ranks.NOT_AFFECTED, "no": ranks.AFFECTED, "": ranks.NOT_KNOWN}
WAKES = {  # what ends a snooze, and how that is told where the caller has no better words
    "time": "its time was over", "more": "it failed as often as was waited for", "attempt": "the next attempt came",
    "cause": "the cause is another now", "worse": "more traffic is at stake now",
    "joined": "a new incident of the same cause joined"}


class Taken(Refused):
    """Somebody else has it, which the one who asked had not seen."""

    def __init__(self, owner: Person, since: datetime | None) -> None:
        super().__init__(f"{name(owner)} has it")
        self.owner, self.since = owner, since


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and the event that tells it; no event where it stood so already."""

    words: str
    event: IncidentEvent | None = None


@transaction.atomic
def take(number: int, person: Person, now: datetime, seen: int | None = None) -> Done:
    """Be the one who has it; Taken where somebody has it who is not the one that the page showed (`seen`)."""
    one = turned.still_open(number)
    if one.owner_id == person.id:
        return Done("You have it already.")
    _same_owner(one, person, seen)
    return Done("You have it now.", turned.turn(
        one, "took", now, person, owner_id=person.id, taken_at=now, first_taken_at=one.first_taken_at or now))


@transaction.atomic
def hand_over(number: int, to: Person, person: Person, now: datetime, text: str = "", seen: int | None = None) -> Done:
    """Give it to somebody who may see the workspace, with a word if there is one; Taken as in `take`."""
    one = turned.still_open(number)
    if one.owner_id == to.id:
        return Done(f"{name(to)} has it already.")
    if not may_see(one.workspace_id).filter(id=to.id).exists():
        raise Refused("Only somebody who may see the workspace can have it.")
    _same_owner(one, person, seen)
    return Done(f"{name(to)} has it now.", turned.turn(
        one, "handed", now, person, turned.clean(text, NOTE), owner_id=to.id, taken_at=now,
        first_taken_at=one.first_taken_at or now))


@transaction.atomic
def leave(number: int, person: Person, now: datetime) -> Done:
    """Give it up, so that nobody has it; only who has it can."""
    one = turned.still_open(number)
    if one.owner_id is None:
        return Done("Nobody has it.")
    if one.owner_id != person.id:
        raise Refused(f"{name(one.owner)} has it, and only they can give it up; take it over instead.")
    return Done("Nobody has it now.", turned.turn(one, "left", now, person, owner_id=None, taken_at=None))


@transaction.atomic
def note(number: int, text: str, person: Person, now: datetime) -> Done:
    """Keep a note for whoever takes over, also after the end; the same note sent twice is one."""
    one, said = turned.lock(number), turned.clean(text, NOTE)
    if not said:
        raise Refused("Nothing was noted: the note is empty.")
    last = one.events.filter(what="noted", undone_at=None).order_by("id").last()
    if last and last.person_id == person.id and last.text == said:
        return Done("Noted already.")
    return Done("Noted with your name.", turned.turn(one, "noted", now, person, said))


@transaction.atomic
def acknowledge(number: int, reason: str, person: Person, now: datetime) -> Done:
    """Say that it is known and why it may stay so; ends by itself with the incident."""
    one, said = turned.still_open(number), turned.line(reason)
    if not said:
        raise Refused("Nothing was acknowledged: say why it may stay as it is.")
    if one.acknowledged_at and one.reason == said:
        return Done("It is acknowledged for this reason already.")
    return Done("Acknowledged. It ends by itself with the incident.", turned.turn(
        one, "acknowledged", now, person, said, acknowledged_by_id=person.id, acknowledged_at=now, reason=said))


@transaction.atomic
def snooze(number: int, kind: str, person: Person, now: datetime, until: datetime | None = None,
           more: int = 0) -> Done:
    """Leave it out of the open list: for a `time`, until `more` failures, the next `attempt`, or another `cause`."""
    one = turned.still_open(number)
    if kind not in ("time", "more", "attempt", "cause"):
        raise Refused("It was not snoozed: choose for how long.")
    if one.silent and kind != "time":
        raise Refused("It was not snoozed: Azure calls nothing failed here, so only a time can end it.")
    if kind == "time" and not (until and now < until <= now + LONGEST):
        raise Refused("It was not snoozed: the end lies in the next 30 days, and not in the past.")
    if kind == "more" and not 1 <= more <= MOST:
        raise Refused(f"It was not snoozed: the number of failures is from 1 to {MOST}.")
    ends, times = until if kind == "time" else None, one.times + more if kind == "more" else None
    words = asleep(kind, ends, more)
    if one.snooze == kind and one.snooze_times == times and _about(one.snooze_until, ends):
        return Done("It is snoozed so already.")
    return Done(f"Snoozed {words}. Something new wakes it before.", turned.turn(
        one, "snoozed", now, person, words, snooze=kind, snoozed_by_id=person.id, snoozed_at=now, snooze_until=ends,
        snooze_times=times, woke=""))


def asleep(kind: str, until: datetime | None, more: int) -> str:
    """How long a snooze lasts, in words; `more` is how many failures are still waited for."""
    if kind == "time" and until:
        at = until.astimezone(UTC)
        return f"until {at.day} {at:%b %H:%M} UTC"
    return {"more": f"until it failed {more} more time{'' if more == 1 else 's'}", "attempt": "until the next attempt",
            "cause": "until the cause changes"}.get(kind, "")


@transaction.atomic
def unsnooze(number: int, person: Person, now: datetime) -> Done:
    """Put it back into the open list."""
    one = turned.still_open(number)
    if not one.snooze:
        return Done("It is not snoozed.")
    return Done("It is in the open list again.", turned.turn(
        one, "unsnoozed", now, person, **{key: ENDS[key] for key in turned.SNOOZE}))


def wake(one: Incident, why: str, now: datetime, words: str = "") -> bool:
    """End the snooze of an incident that the caller has locked, where `why` (of WAKES) ends one of its kind.

    True where it woke. What is new wakes every snooze; time, count and attempt only those that wait for them.
    """
    due = {"time": one.snooze_until is not None and now >= one.snooze_until, "attempt": one.snooze == "attempt",
           "more": one.snooze_times is not None and one.times >= one.snooze_times}
    if not one.snooze or not due.get(why, why in WAKES):
        return False
    said = redact.text(words or WAKES[why])[0]
    turned.turn(one, "woke", now, None, said, **{key: ENDS[key] for key in turned.SNOOZE} | {"woke": said})
    return True


@transaction.atomic
def resolve(number: int, how: str, person: Person, now: datetime) -> Done:
    """End it by hand; what is still failed stays resolved until it fails again."""
    one = turned.followed(number)
    if one.resolved_at:
        return Done("It is resolved already.")
    said = turned.line(how) or "Resolved by hand"
    event = turned.turn(one, "resolved", now, person, said, resolved_at=now, resolved_by_id=person.id, how=said, **ENDS)
    notices.plan(one, "recovered", now)
    return Done("Resolved. It comes back if it fails again.", event)


@transaction.atomic
def reopen(number: int, person: Person, now: datetime) -> Done:
    """Open again what a person resolved; what ended by itself opens again by itself."""
    one = turned.followed(number)
    if one.resolved_at is None:
        return Done("It is open already.")
    if not by_hand(one):
        raise Refused(f"It ended by itself: {one.how}. It opens again by itself if it fails again.")
    return Done("It is open again.", turned.alone(one, lambda: turned.turn(
        one, "reopened", now, person, resolved_at=None, resolved_by_id=None, how="")))


def by_hand(one: Incident) -> bool:
    """True where a person ended it last, also one whose account is gone; one query."""
    end = one.events.filter(what__in=("resolved", "ended"), undone_at=None).order_by("id").last()
    return end is not None and end.what == "resolved"


@transaction.atomic
def serving(number: int, answer: str, person: Person, now: datetime) -> Done:
    """Keep what a person found by asking the endpoint after a failed update: does it still serve, yes or no."""
    one = turned.followed(number)
    if answer not in ("yes", "no"):
        raise Refused("Nothing was kept: the answer is yes or no.")
    if one.resolved_at or one.silent or not one.deployment_id or not (one.serving or one.rank == ranks.NOT_KNOWN):
        raise Refused("Nothing was kept: whether it serves is only asked while it is not known.")
    if one.serving == answer:
        return Done("This answer is kept already.")
    worst = min(one.worst, ANSWERS[answer])
    event = turned.turn(one, "serving", now, person, serving=answer, serving_by_id=person.id, serving_at=now,
                        worst=worst)
    _ranked(one, now)
    if answer == "no":
        wake(one, "worse", now, f"{name(person)} found that it does not serve")
        notices.plan(one, "failed", now)
    return Done("The answer is kept with your name.", event)


@transaction.atomic
def set_ticket(number: int, ticket: str, person: Person, now: datetime) -> Done:
    """Name the ticket of another system, by id or address; nothing takes it away."""
    one, said = turned.lock(number), turned.line(ticket)
    if one.ticket == said:
        return Done("This ticket is kept already." if said else "No ticket is kept.")
    return Done("The ticket is kept." if said else "The ticket is taken away.", turned.turn(
        one, "ticket", now, person, said, ticket=said))


def undoable(events: Iterable[IncidentEvent], person: Person) -> IncidentEvent | None:
    """Which of an incident's events (in the order they were told) this person can undo: the newest action.

    A note is undone by who wrote it; those of others stand in nobody's way.
    """
    rows = [one for one in events if one.what in history.PEOPLE and one.what != "undid" and one.undone_at is None]
    return next((one for one in reversed(rows) if one.what != "noted" or one.person_id == person.id), None)


@transaction.atomic
def undo(event: IncidentEvent, person: Person, now: datetime) -> Done:
    """Put back what the newest action changed, where nothing changed it since."""
    one = turned.followed(event.incident_id)
    rows = list(one.events.order_by("id"))
    event = next((row for row in rows if row.id == event.id), event)
    if event.undone_at:
        return Done("That is undone already.")
    if undoable(rows, person) != event and not (event.what == "noted" and event.person_id == person.id):
        raise Refused("It was not undone: only the newest action can be, and a note only by who wrote it.")
    if not turned.stands(one, event):
        raise Refused("It was not undone: what it changed has changed again since.")
    return Done("Undone.", turned.alone(one, lambda: _back(one, event, person, now)))


def _back(one: Incident, event: IncidentEvent, person: Person, now: datetime) -> IncidentEvent:
    told = turned.back(one, event, person, now)
    if event.what == "serving":
        _ranked(one, now)
    return told


def bulk(numbers: Iterable[int], action: Callable[[int], Done]) -> tuple[list[int], dict[int, str]]:
    """One action on several incidents, each for itself: the numbers that are done, and why which were refused."""
    done, refused = [], {}
    for number in dict.fromkeys(numbers):
        try:
            action(number)
            done.append(number)
        except Refused as why:
            refused[number] = str(why)
    return done, refused


def _same_owner(one: Incident, person: Person, seen: int | None) -> None:
    if one.owner and one.owner_id not in (person.id, seen):
        raise Taken(one.owner, one.taken_at)


def _ranked(one: Incident, now: datetime) -> None:
    """Move the rank with the answer; what the polls say of the traffic follows when the endpoint is looked at."""
    if one.rank != ANSWERS[one.serving]:
        turned.turn(one, "rank", now, None, rank=ANSWERS[one.serving])


def _about(one: datetime | None, other: datetime | None) -> bool:
    """Equal but for the moment between two presses of one button."""
    return abs(one - other) < timedelta(minutes=1) if one and other else one == other
