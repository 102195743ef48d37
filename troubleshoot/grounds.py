"""Whether the lines that a verdict was made from are still stored: what rests on them is kept where they are not."""
from django.db.models import Sum

from troubleshoot import casefile
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import CERTAIN, CONTAINERS, Verdict
from troubleshoot.diagnosis.recorded import Removed
from troubleshoot.models import Log
from troubleshoot.models import Verdict as Row

GONE = "The log that it rests on is no longer stored."


def held(row: Row, verdict: Verdict) -> str:
    """Why a new verdict may not take the place of a row; empty where it may. One query.

    Where a log is no longer stored, only a certain cause may come in the place of one that was not certain.
    """
    if not gone(row):
        return ""
    certain = verdict.best is not None and verdict.best.certainty == CERTAIN
    return "" if certain and row.certainty != CERTAIN else GONE


def gone(row: Row) -> bool:
    """True where lines that a verdict reads were collected and are not stored, or nothing of what this one quotes."""
    window = casefile.window(row.attempt.state)
    logs = Log.objects.filter(attempt=row.attempt_id).annotate(stored=Sum("chunks__lines"))
    stored: dict[str, int] = {}
    for one in logs:
        stored[one.container] = one.stored or 0
        if stored[one.container] + _below(one, one.lines - window) < one.lines:
            return True
    quoted = {piece.source for one in plain.load(Verdict, row.data).findings for piece in one.evidence}
    return any(not stored.get(source) for source in quoted & set(CONTAINERS)) or (
        "container events" in quoted and not row.attempt.events)


def _below(log: Log, line: int) -> int:
    """How many lines up to this one were removed: so far back no verdict reads."""
    return sum(max(0, min(one.last, line) - one.first + 1) for one in plain.load_all(Removed, log.removed))
