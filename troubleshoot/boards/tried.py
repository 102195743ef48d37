"""The attempts of an endpoint as a table: what each was, how it ended, where it stopped, and what its stages took."""
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import stakes
from troubleshoot.boards import hurt
from troubleshoot.boards.card import tone as tone_of
from troubleshoot.boards.happened import began, came_late, over
from troubleshoot.boards.words import Moment, exact, moment
from troubleshoot.diagnosis.facts import Stage, Verdict
from troubleshoot.models import Attempt


@dataclass(frozen=True, slots=True)
class Line:
    """One attempt in the table: what it was, how it ended, where it stopped, and how long its stages took."""

    deployment: str
    number: int
    kind: str
    at: Moment
    state: str
    tone: str
    why: str
    stages: tuple[tuple[str, str], ...]  # (name, how long or that it stopped)
    starts: int
    took: str


def _stage(one: Stage) -> str:
    """How long a stage took, or that it stopped."""
    took = exact(one.seconds) if one.seconds else ""
    if one.state != "stopped":
        return took
    return f"stopped after {took}" if took else "stopped"


def line(row: Attempt, verdict: Verdict, now: datetime) -> Line:
    """One attempt as a line; no query."""
    at, ended = moment(began(row), now), over(row)
    assert at is not None  # noqa: S101  (an attempt always has a beginning)
    late = came_late(row)
    stages = tuple((one.name, _stage(one)) for one in verdict.stages
                   if one.state == "stopped" or one.state == "passed" and (one.seconds or 0) >= 1)
    best = verdict.best
    why = hurt.LATE if late else (best.title if best else "Cause not known") if row.state in stakes.BAD else ""
    return Line(row.deployment.name if row.deployment else "", row.number, row.kind or "not told", at,
                "Ready late" if late else row.state or "no state", "ok" if late else tone_of(row), why, stages,
                len(verdict.restarts),
                exact((ended - began(row)).total_seconds()) if ended and row.started and ended > row.started else "")
