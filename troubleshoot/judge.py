"""Judges what changed: opens the case file, hands the case to the engine, keeps the verdict."""
import logging
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F

from troubleshoot import casefile, clock, comparison, grounds
from troubleshoot.diagnosis import engine, facts, plain, shelf, signature
from troubleshoot.models import Attempt, Endpoint, Verdict

log = logging.getLogger(__name__)
EARLIER = 8  # older verdicts of an attempt that are kept


def waiting(limit: int = 200) -> list[int]:
    """Ids of attempts that changed since they were judged; one query."""
    return list(Attempt.objects.exclude(judged=F("revision")).order_by("-id").values_list("id", flat=True)[:limit])


def judge(attempt_id: int) -> bool:
    """Judge one attempt as it stands; true when a verdict was kept. Safe to run twice, also at once."""
    revision = Attempt.objects.filter(id=attempt_id).values_list("revision", flat=True).first()
    case = casefile.open_case(attempt_id)
    if revision is None or case is None:
        return False
    verdict = engine.diagnose(case)
    changed = comparison.of(case, verdict, attempt_id)
    with transaction.atomic():
        turned(attempt_id)
        if not Attempt.objects.filter(id=attempt_id, judged__lt=revision).update(judged=revision):
            return False
        before = Verdict.objects.select_related("attempt").filter(attempt_id=attempt_id).first()
        held = grounds.held(before, verdict) if before else ""
        if before and held:
            Verdict.objects.filter(id=before.id).update(revision=revision, held=held)
            return True
        row = row_of(case, verdict)
        if before and before.cause == row["cause"]:
            row["made_at"] = before.made_at  # since when it is told
        Verdict.objects.update_or_create(attempt_id=attempt_id, defaults=row | {
            "revision": revision, "earlier": past(before, verdict.best), "changed": changed})
    return True


def judge_waiting() -> int:
    """Judge all that changed; one case that cannot be judged holds up no other. Returns how many were kept."""
    kept = 0
    for attempt_id in waiting():
        try:
            kept += judge(attempt_id)
        except DatabaseError:
            log.exception("the tables did not answer; the attempt is judged later", extra={"attempt": attempt_id})
        except Exception:
            log.exception("attempt could not be judged", extra={"attempt": attempt_id})
            _set_aside(attempt_id)
    return kept


def row_of(case: facts.Case, verdict: facts.Verdict) -> dict[str, Any]:
    """The columns of a verdict that today's rules make now."""
    best, rules = verdict.best, shelf.fingerprint()
    return {"cause": best.cause if best else "", "certainty": best.certainty if best else "",
            "title": best.title if best else "", "kind": best.kind if best else "",
            "stage": best.stage if best else "", "data": plain.dump(verdict), "fingerprint": rules,
            "rechecked": rules, "held": "", "signature": signature.of(case, verdict), "made_at": clock.now()}


def past(before: Verdict | None, best: facts.Finding | None) -> list[dict[str, str]]:
    """What the attempt was told as earlier, with what other rules said until now where that was something else."""
    if before is None:
        return []
    same = (before.cause, before.certainty) == ((best.cause, best.certainty) if best else ("", ""))
    if same or before.fingerprint in (shelf.fingerprint(), "broken"):
        return before.earlier
    was = {"cause": before.cause, "certainty": before.certainty, "title": before.title,
           "fingerprint": before.fingerprint, "until": clock.now().isoformat()}
    return [*before.earlier, was][-EARLIER:]


def turned(attempt_id: int) -> None:
    """Have the incidents of the attempt's endpoint followed; its row is written before others, as the polls do it."""
    its = Attempt.objects.filter(id=attempt_id).values("endpoint")
    Endpoint.objects.filter(id__in=its).update(revision=F("revision") + 1)


def _set_aside(attempt_id: int) -> None:
    """A case that broke the engine is not tried again until it changes, or other causes come; it stays not known."""
    revision = Attempt.objects.filter(id=attempt_id).values_list("revision", flat=True).first()
    if revision is not None:
        with transaction.atomic():
            turned(attempt_id)
            Attempt.objects.filter(id=attempt_id).update(judged=revision)
            Verdict.objects.update_or_create(attempt_id=attempt_id, defaults={
                "cause": "", "certainty": "", "title": "", "kind": "", "stage": "", "data": {},
                "fingerprint": "broken", "rechecked": shelf.fingerprint(), "held": "", "revision": revision,
                "made_at": clock.now()})
