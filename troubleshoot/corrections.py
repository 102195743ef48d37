"""What people hold to be the cause of an attempt: kept with who, when and what was told; undone by who said it."""
from collections.abc import Iterable

from django.db.models import Q

from troubleshoot import clock
from troubleshoot.diagnosis import redact, shelf
from troubleshoot.models import Attempt, Correction, Person, Verdict

MAX_NOTE = 500  # characters of a note
NONE = "none"  # the choice that none of the handbook's causes is right
SHOWN = 20


def say(row: Attempt, person: Person, choice: str, note: str) -> bool:
    """Keep what a person says the cause is, in the place of what they said before; false where nothing was said.

    `choice` is a slug of the handbook, NONE, or empty where only a note is given.
    """
    slugs = {rule.slug for rule in shelf.rules()}
    cause, said = (choice if choice in slugs else ""), redact.text(note.strip()[:MAX_NOTE])[0][:MAX_NOTE]
    if not (cause or said or choice == NONE):
        return False
    verdict = Verdict.objects.filter(attempt=row).first()
    told = {"told": verdict.cause, "certainty": verdict.certainty, "fingerprint": verdict.fingerprint,
            "signature": verdict.signature} if verdict else {}
    Correction.objects.update_or_create(attempt=row, person=person, defaults=told | {
        "cause": cause, "note": said, "at": clock.now()})
    return True


def undo(row: Attempt, person: Person) -> bool:
    """Take back what this person said of the attempt; true where there was something."""
    return bool(Correction.objects.filter(attempt=row, person=person).delete()[0])


def of(row: Attempt) -> Iterable[Correction]:
    """What was said of this attempt, and of others in its workspace that failed with the same lines; one query."""
    verdict = getattr(row, "verdict", None)
    alike = Q(signature=verdict.signature, attempt__endpoint__workspace=row.endpoint.workspace_id) \
        if verdict and verdict.signature else Q()
    rows = Correction.objects.filter(Q(attempt=row) | alike if alike else Q(attempt=row))
    return rows.select_related("person", "attempt__deployment", "attempt__endpoint").order_by("-at", "-id")[:SHOWN]
