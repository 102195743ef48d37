"""The record of changes that people make to what is told to whom: one row for each, never changed."""
from troubleshoot import clock
from troubleshoot.diagnosis import redact
from troubleshoot.models import AuditEntry, Person, Workspace

LONGEST = 500  # characters of what was changed


def write(person: Person, what: str, text: str, workspace: Workspace | None = None) -> AuditEntry:
    """Keep who did what, for which workspace (None: the whole installation); `text` is redacted here. One query.

    Only within the transaction that makes the change.
    """
    return AuditEntry.objects.create(at=clock.now(), person=person, workspace=workspace, what=what,
                                     text=redact.text(text)[0][:LONGEST])
