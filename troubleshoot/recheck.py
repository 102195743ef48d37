"""Judges again, a few at a time, what other rules than today's have judged; what was told before is kept."""
import dataclasses
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from troubleshoot import casefile, comparison, grounds, judge
from troubleshoot.diagnosis import engine, facts, plain, shelf
from troubleshoot.diagnosis.facts import Case, Finding
from troubleshoot.models import Attempt, Log, QuotaRow, QuotaSample, Verdict

log = logging.getLogger(__name__)
PAGE = 200
BROKEN = "The rules could not read this case."


@dataclass(frozen=True, slots=True)
class Weighed:
    """One attempt under today's rules: its row, what they say, and why that may not replace what was told."""

    row: Verdict
    case: Case | None
    verdict: facts.Verdict | None
    held: str = ""

    @property
    def before(self) -> Finding | None:
        """The finding that was told until now."""
        return plain.load(facts.Verdict, self.row.data).best

    @property
    def after(self) -> Finding | None:
        """The finding that today's rules would tell."""
        return self.verdict.best if self.verdict else None

    @property
    def flips(self) -> bool:
        """True where cause or certainty would change."""
        return not self.held and told(self.after) != (self.row.cause, self.row.certainty)


def told(finding: Finding | None) -> tuple[str, str]:
    """Cause and certainty of a finding; two empty texts where the cause is not known."""
    return (finding.cause, finding.certainty) if finding else ("", "")


def old() -> QuerySet[Verdict]:
    """Verdicts that today's rules have not looked at; what changed since is judged, not rechecked."""
    rules = shelf.fingerprint()
    return Verdict.objects.filter(Q(rechecked__lt=rules) | Q(rechecked__gt=rules), attempt__judged=F("revision"),
                                  attempt__revision=F("revision"))


def waiting(limit: int = 20) -> list[int]:
    """Attempts whose verdict waits for today's rules, in no order; one query that an index answers."""
    return list(old().values_list("attempt_id", flat=True)[:limit])


def some(seconds: float = 2.0, limit: int = 50, stop: Callable[[], object] = lambda: False) -> int:
    """Recheck for so long, at most; each attempt is one short write, so what is done stays done. Returns how many."""
    ends, done = monotonic() + seconds, 0
    for attempt_id in waiting(limit):
        if monotonic() > ends or stop():
            break
        row = _row(attempt_id)
        if row is None:
            continue
        try:
            done += keep(weigh(row))
        except DatabaseError:
            log.exception("the tables did not answer; the rest is rechecked later", extra={"attempt": attempt_id})
            break
    return done


def all_old(limit: int = 0, cause: str = "") -> Iterator[Weighed]:
    """Every attempt with a verdict of other rules as today's would tell it; writes nothing."""
    seen, last = 0, None
    while True:
        found = old() if last is None else old().filter(attempt_id__lt=last)
        ids = list(found.order_by("-attempt_id").values_list("attempt_id", flat=True)[:PAGE])
        for attempt_id in ids:
            row = _row(attempt_id)
            if row is None:
                continue
            one = weigh(row)
            if not cause or cause in (row.cause, told(one.after)[0]):
                yield one
                seen += 1
                if seen == limit:
                    return
        if len(ids) < PAGE:
            return
        last = ids[-1]


def weigh(row: Verdict) -> Weighed:
    """What today's rules say to one attempt; a case that breaks them keeps what was told."""
    try:
        case = casefile.open_case(row.attempt_id)
        if case is None:
            return Weighed(row, None, None, BROKEN)
        verdict = engine.diagnose(case)
        if case.usages and "quota" in (row.stage, verdict.best.stage if verdict.best else ""):
            case = dataclasses.replace(case, usages=_usages_then(row.attempt))
            verdict = engine.diagnose(case)
    except DatabaseError:
        raise
    except Exception:
        log.exception("attempt could not be rechecked", extra={"attempt": row.attempt_id})
        return Weighed(row, None, None, BROKEN)
    return Weighed(row, case, verdict, grounds.held(row, verdict))


def keep(one: Weighed) -> bool:
    """Write what today's rules say, or why they could not; false where attempt or stored log changed meanwhile."""
    row = one.row
    if one.held or one.case is None or one.verdict is None:
        values: dict[str, Any] = {"rechecked": shelf.fingerprint(), "held": one.held}
        if one.case and not row.changed:
            values["changed"] = comparison.of(one.case, plain.load(facts.Verdict, row.data), row.attempt_id)
    else:
        values = judge.row_of(one.case, one.verdict) | {
            "earlier": judge.past(row, one.verdict.best),
            "changed": comparison.of(one.case, one.verdict, row.attempt_id)}
        if not one.flips:
            values["made_at"] = row.made_at
    same = Verdict.objects.filter(id=row.id, revision=row.revision, rechecked=row.rechecked,
                                  attempt__revision=row.revision)
    with transaction.atomic():
        if one.flips:
            judge.turned(row.attempt_id)
        list(Log.objects.select_for_update().filter(attempt=row.attempt_id))  # retention waits, or has been here
        if one.verdict and not one.held and grounds.held(row, one.verdict):
            return False
        return bool(same.update(**values))


def _row(attempt_id: int) -> Verdict | None:
    rows = Verdict.objects.select_related("attempt__deployment", "attempt__endpoint__workspace")
    return rows.filter(attempt_id=attempt_id).first()


def _usages_then(attempt: Attempt) -> tuple[facts.UsageFacts, ...]:
    """Quota as it was when the attempt ended; what had not been looked at by then is not known."""
    at, space = attempt.ended or attempt.failed_at or attempt.recorded_at, attempt.endpoint.workspace
    then = QuotaSample.objects.filter(row=OuterRef("id"), at__lte=at).order_by("-at", "-id")
    rows = QuotaRow.objects.filter(region__subscription=space.subscription.lower(),
                                   region__name=space.location.lower())
    found = rows.values_list("data", Subquery(then.values("used")[:1]), Subquery(then.values("limit")[:1]))
    return tuple(dataclasses.replace(plain.load(facts.UsageFacts, data), used=used, limit=limit)
                 for data, used, limit in found)
