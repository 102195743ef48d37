"""The history of an incident: one row for each thing that happened to it, by a person or by itself."""
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from troubleshoot.diagnosis import redact
from troubleshoot.models import Attempt, Incident, IncidentEvent, Person

ITSELF = ("opened", "joined", "regressed", "cause", "rank", "woke", "ended", "carried")  # what follows from the polls
PEOPLE = ("took", "handed", "left", "noted", "acknowledged", "snoozed", "unsnoozed", "resolved", "reopened",
          "serving", "ticket", "undid")


def tell(one: Incident, what: str, at: datetime, *, person: Person | None = None, text: str = "",
         before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None,
         attempt: Attempt | None = None) -> IncidentEvent:
    """Write one row; `text` is redacted here. Only within the transaction that changes the incident."""
    if what not in ITSELF and what not in PEOPLE:
        raise ValueError(what)
    return IncidentEvent.objects.create(
        incident=one, what=what, at=at, person=person, text=redact.text(text)[0], before=dict(before or {}),
        after=dict(after or {}), attempt=attempt)
