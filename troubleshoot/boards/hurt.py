"""An attempt that went wrong in a few words: its cause, the traffic at stake, and what is gone."""
from datetime import datetime

from troubleshoot.boards.words import span
from troubleshoot.models import Attempt
from troubleshoot.stakes import BAD

NO_MAP = "Azure sent no traffic map"
LATE = "Azure reported it failed; it became ready later"


def cause_of(row: Attempt, now: datetime) -> str:
    """The cause in one sentence; where none is known, what is known instead."""
    verdict = getattr(row, "verdict", None)
    if verdict and verdict.title and verdict.cause:
        return verdict.title
    if row.state not in (*BAD, "Succeeded"):
        return f"{row.state} for {span((now - (row.started or row.recorded_at)).total_seconds())}, stage not told"
    if row.state == "Canceled":
        return "The operation was cancelled before it was ready"
    return "Cause not known" if verdict else "Not diagnosed yet"


def gone_words(row: Attempt) -> str:
    """What is gone, in a few words."""
    return "workspace no longer listed by Azure" if row.endpoint.workspace.gone_at else "deleted from Azure"
