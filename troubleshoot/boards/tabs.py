"""The logs of both containers as the attempt page shows them: the end of one, and what the other says."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import stakes
from troubleshoot.boards import lines
from troubleshoot.boards.lines import Line
from troubleshoot.boards.words import Moment, dated, moment, plural
from troubleshoot.diagnosis import facts
from troubleshoot.diagnosis.facts import CONTAINERS, Evidence, Finding
from troubleshoot.models import Attempt, Log


@dataclass(frozen=True, slots=True)
class LogTab:
    """The log of one container as the attempt page shows it."""

    container: str
    said: str  # what the tab says beside the name
    marks: int
    lines: tuple[Line, ...]
    total: int
    note: str  # what stands there instead of lines
    noted: str  # Azure's own sentence
    read: Moment | None  # newest read that held logs
    asked: Moment | None  # newest answer, where it was no log
    current: bool


def tabs(row: Attempt, logs: Mapping[str, Log], cited: Sequence[Evidence], kept: Mapping[int, Mapping[int, str]],
         now: datetime, asked: str) -> tuple[LogTab, ...]:
    """A tab for each container; the one that was asked for, else the one that holds evidence, shows its lines."""
    names = [name for name in CONTAINERS if name in logs]
    if asked not in names:
        asked = next((one.source for one in cited if one.source in names), names[0] if names else "")
    return tuple(_tab(row, logs[name], cited, kept.get(logs[name].id, {}), now, name == asked) for name in names)


def _tab(row: Attempt, log: Log, cited: Sequence[Evidence], kept: Mapping[int, str], now: datetime,
         current: bool) -> LogTab:
    mine = [one.line for one in cited if one.source == log.container and one.line]
    gaps = {one["before"]: dated(one["reason"]) for one in log.gaps}
    shown: tuple[Line, ...] = ()
    if current and log.lines:
        shown = lines.shown(kept, lines.preview_span(log, mine), log.container, lines.numbers(cited), gaps)
    said = plural(len(mine), "evidence line") if mine else plural(log.lines, "line") if log.lines else ""
    return LogTab(log.container, said, len(mine), shown, log.lines, "" if log.lines else note(log, row),
                  "" if log.lines else log.said, moment(log.logs_at, now),
                  moment(log.read_at, now) if log.last_class != facts.LOGS else None, current)


def note(log: Log, row: Attempt) -> str:
    """Why a log holds no line, in one sentence."""
    return {
        facts.WITHHELD: "Azure withholds this log while the deployment is created or deleted; that says nothing "
                        "about the container.",
        facts.NONE_YET: "Azure has no log of this container." if row.state in stakes.SETTLED else
                        "Azure has no log of this container yet.",
        facts.GONE: "The deployment was deleted before a log could be read." if stakes.is_gone(row) else
                    "Azure answers that this log is not there.",
        facts.DENIED: "This log may not be read.", facts.THROTTLED: "Azure asked us to wait; the log is read later.",
        facts.BAD_REQUEST: "Azure refused the request for this log.",
        facts.LOGS: "The log is empty.",
    }.get(log.last_class, "This log was not asked for yet.")


def none(row: Attempt, best: Finding | None, logs: Iterable[Log]) -> str:
    """The sentence that replaces the log section where no container was ever started."""
    if any(log.lines for log in logs) or row.deployment_id is None:
        return ""
    if row.state == stakes.REFUSED:
        return "There is no log because Azure refused the request: no container was started."
    if best and best.stage in ("quota",):
        return "There is no log because no container was started."
    return ""
