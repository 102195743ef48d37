"""Sets an attempt that went wrong beside the last one of its name that became ready, and says what turned between."""
import dataclasses
import logging
from collections.abc import Sequence
from typing import Any

from django.db import DatabaseError

from troubleshoot import logstore
from troubleshoot.diagnosis import compared, facts, plain
from troubleshoot.diagnosis.changed import Side
from troubleshoot.diagnosis.compared import Changed
from troubleshoot.diagnosis.facts import REFUSED, STAGES, AssetFacts, DeploymentFacts, EndpointFacts, Log
from troubleshoot.diagnosis.recorded import Removed
from troubleshoot.models import Attempt
from troubleshoot.models import Log as LogRow

log = logging.getLogger(__name__)
WRONG = ("Failed", "Canceled", REFUSED)
HEALTHY = 3  # ready attempts whose lines are known: one alone may have said something only once
HEAD, TAIL = 1_500, 500  # lines of each of their logs: how it starts, and how it serves

Numbered = list[tuple[int, str]]


def of(case: facts.Case, verdict: facts.Verdict, attempt_id: int) -> dict[str, Any]:
    """What turned since the last good attempt, as `Verdict.changed` keeps it; {} where nothing went wrong.

    Costs four queries, and two for each log of the healthy attempts. A comparison that breaks costs no verdict.
    """
    if case.state not in WRONG and verdict.best is None:
        return {}
    try:
        found: dict[str, Any] = plain.dump(_compared(case, verdict, attempt_id))
    except DatabaseError:
        raise
    except Exception:
        log.exception("attempt could not be compared", extra={"attempt": attempt_id})
        return {}
    return found


def _compared(case: facts.Case, verdict: facts.Verdict, attempt_id: int) -> Changed:
    row = Attempt.objects.select_related("verdict").get(id=attempt_id)
    ready = list(Attempt.objects.filter(
        endpoint=row.endpoint_id, deployment=row.deployment_id, number__lt=row.number,
        state="Succeeded").select_related("verdict").order_by("-number")[:2 * HEALTHY])
    if not ready:
        return Changed(made=True)
    good, healthy = ready[0], [one for one in ready if one.failed_at is None][:HEALTHY]
    ends = _endpoints(row)
    sides = _side(good, _verdict(good), ends), _side(row, verdict, ends)
    found = compared.settings(*sides, verdict.best, _stopped(verdict))
    return dataclasses.replace(
        found, good=good.number, ready_at=good.ended, late=good.failed_at is not None, remade=_remade(*sides, row),
        **_lines(case, row, healthy, found))


def _verdict(row: Attempt) -> facts.Verdict:
    return plain.load(facts.Verdict, row.verdict.data) if hasattr(row, "verdict") else facts.Verdict()


def _side(row: Attempt, verdict: facts.Verdict, ends: Sequence[Attempt]) -> Side:
    """An attempt as it is compared. The endpoint is the one of that time, as its own attempts recorded it."""
    if row.deployment_id is None:
        return Side(endpoint=plain.load(EndpointFacts, row.spec) if row.spec else None)
    until = max(row.recorded_at, row.ended or row.recorded_at)
    end = next((one for one in ends if one.recorded_at <= until and one.spec), None)
    took = tuple((one.name, one.seconds) for one in verdict.stages if one.state == "passed" and one.seconds is not None)
    return Side(plain.load(DeploymentFacts, row.spec) if row.spec else None,
                plain.load(EndpointFacts, end.spec) if end else None, plain.load_all(AssetFacts, row.assets), took)


def _endpoints(row: Attempt) -> list[Attempt]:
    """The endpoint's own attempts, newest first."""
    own = Attempt.objects.filter(endpoint=row.endpoint_id, deployment=None).order_by("-number")
    return list(own.only("recorded_at", "spec")[:60])


def _remade(good: Side, failed: Side, row: Attempt) -> bool:
    """True where the deployment of the good attempt was deleted, and made again under its name."""
    before, after = good.deployment or good.endpoint, failed.deployment or failed.endpoint
    if before and after and before.created_at and after.created_at:
        return before.created_at != after.created_at
    return row.first_provisioning is True


def _stopped(verdict: facts.Verdict) -> str:
    """The stage at which the rail ends."""
    names = {name: key for key, name in STAGES.items()}
    return next((names.get(one.name, "") for one in verdict.stages if one.state == "stopped"), "")


def _lines(case: facts.Case, row: Attempt, healthy: Sequence[Attempt], found: Changed) -> dict[str, Any]:
    """Lines that are new or missing, whose lines they were compared with, and what could not be read."""
    numbers = {one.id: one.number for one in healthy}
    logs = list(LogRow.objects.filter(attempt__in=[row.id, *numbers]).order_by("-attempt__number", "container"))
    mine = [one for one in logs if one.attempt_id == row.id]
    kept = plain.load(Changed, row.verdict.changed) if hasattr(row, "verdict") else Changed()
    if kept.healthy and any(one.removed for one in logs):  # what was seen before retention came stays seen
        return {name: getattr(kept, name) for name in ("healthy", "new", "new_count", "gone", "unread")}
    known: dict[str, list[Numbered]] = {}
    read: set[int] = set()
    for one in logs:
        lines = _known(one) if one.attempt_id != row.id else []
        if lines:
            known.setdefault(one.container, []).append(lines)
            read.add(numbers[one.attempt_id])
    whole = {one.container for one in logs if one.attempt_id != row.id and one.lines and not one.removed}
    known = {container: lines for container, lines in known.items() if container in whole}
    new, count, gone = compared.lines([one for one in case.logs if one.lines], known)
    return {"healthy": tuple(sorted(read, reverse=True)) if known else (), "new": new, "new_count": count,
            "gone": gone, "unread": tuple(_unread(mine, logs, row, numbers, case.logs))}


def _known(row: LogRow) -> Numbered:
    """The lines of a healthy log by which others are known: its start, and its end."""
    if not row.lines:
        return []
    head = logstore.read(row, 1, HEAD)
    return head + (logstore.read(row, max(HEAD, row.lines - TAIL) + 1) if row.lines > HEAD else [])


def _unread(mine: Sequence[LogRow], logs: Sequence[LogRow], row: Attempt, numbers: dict[int, int],
            read: Sequence[Log]) -> list[str]:
    """Why lines could not be compared, or not all of them, as sentences."""
    if not numbers:
        return ["No attempt became ready without a failure before it: log lines are not compared."]
    said = []
    if not any(one.lines for one in read):
        said.append("No log line of this attempt was collected.")
    for number in numbers.values():
        own = [one for one in logs if one.attempt_id != row.id and numbers[one.attempt_id] == number]
        if not any(one.lines for one in own):
            said.append(f"No log line of attempt {number} was collected.")
    for one in logs:
        for part in plain.load_all(Removed, one.removed):
            which = f"attempt {numbers[one.attempt_id]}" if one.attempt_id in numbers else "this attempt"
            said.append(f"Lines {part.first:,} to {part.last:,} of {one.container} of {which} were removed "
                        f"({part.why}).")
    return said[:6]
