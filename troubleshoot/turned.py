"""One turn of an incident: fields that change together with their row in the history, and the way back from it."""
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from troubleshoot import history
from troubleshoot.diagnosis import redact
from troubleshoot.models import Attempt, Endpoint, Incident, IncidentEvent, Person

LINE = 300  # characters of what stands in one line
SNOOZE = ("snooze", "snoozed_by_id", "snoozed_at", "snooze_until", "snooze_times", "woke")


class Refused(Exception):
    """What was asked cannot be done; the message says why, in words for the page."""


def lock(number: int) -> Incident:
    """The incident, locked until the end of the transaction."""
    one = Incident.objects.select_for_update(of=("self",)).filter(id=number).first()
    if one is None:
        raise Refused("This incident is not there any more.")
    return one


def still_open(number: int) -> Incident:
    """The incident, locked; Refused where it is resolved."""
    one = lock(number)
    if one.resolved_at:
        raise Refused("It is resolved. Reopen it first, if it is not over.")
    return one


def followed(number: int) -> Incident:
    """The incident, locked, with its endpoint marked to be followed again; the endpoint's lock always comes first."""
    its = Incident.objects.filter(id=number).values("endpoint")
    Endpoint.objects.filter(id__in=its).update(revision=F("revision") + 1)
    return lock(number)


def turn(one: Incident, what: str, at: datetime, person: Person | None, text: str = "", *,
         attempt: Attempt | None = None, **fields: Any) -> IncidentEvent:
    """Set fields of a locked incident and tell it; what undo needs is kept of those that turned. Two writes."""
    new = {key: value for key, value in fields.items() if getattr(one, key) != value}
    before = {key: _plain(getattr(one, key)) for key in new}
    _save(one, new)
    return history.tell(one, what, at, person=person, text=text, attempt=attempt, before=before,
                        after={key: _plain(value) for key, value in new.items()})


def stands(one: Incident, event: IncidentEvent) -> bool:
    """True where the incident still stands as the event left it."""
    return all(_plain(getattr(one, key)) == value for key, value in event.after.items())


def back(one: Incident, event: IncidentEvent, person: Person, now: datetime) -> IncidentEvent:
    """Put the fields back as they were before the event, and tell it; a person who is gone is nobody."""
    _save(one, _values(event.before))
    event.undone_at = now
    event.save(update_fields=["undone_at"])
    return history.tell(one, "undid", now, person=person, text=event.what)


def alone(one: Incident, change: Callable[[], IncidentEvent]) -> IncidentEvent:
    """A change after which the incident may be open: refused where another of its subject and cause is."""
    try:
        with transaction.atomic():
            return change()
    except IntegrityError:
        other = Incident.objects.filter(subject=one.subject, cause=one.cause, resolved_at=None).first()
        if other is None:
            raise
        raise Refused(f"Incident {other.id} of the same cause is open meanwhile: go on with that one.") from None


def clean(text: str, longest: int) -> str:
    """A text that somebody typed, without secrets, cut to a length."""
    return redact.text(text.strip()[:longest])[0][:longest].strip()


def line(text: str) -> str:
    """The same in one line."""
    return " ".join(clean(text, LINE).split())


def _save(one: Incident, fields: Mapping[str, Any]) -> None:
    for key, value in fields.items():
        setattr(one, key, value)
    one.revision += 1
    one.save(update_fields=[*fields, "revision"])


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def _values(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The kept fields as values of the row."""
    people = {value for key, value in kept.items() if key.endswith("_id") and value is not None}
    known = set(Person.objects.filter(id__in=people).values_list("id", flat=True)) if people else set()
    return {key: _value(key, value, known) for key, value in kept.items()}


def _value(key: str, value: Any, known: set[int]) -> Any:
    if key.endswith("_id"):
        return value if value in known else None
    return datetime.fromisoformat(value) if value and key.endswith(("_at", "_until")) else value
