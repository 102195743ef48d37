"""What an attempt is called on its page: its address, its state in words, who serves beside it, its neighbours."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from troubleshoot import stakes
from troubleshoot.boards import hurt, odd
from troubleshoot.boards.card import doing, serving, split, tone
from troubleshoot.boards.words import NB, instances, moment, percent
from troubleshoot.diagnosis import facts, plain
from troubleshoot.diagnosis.facts import DeploymentFacts
from troubleshoot.models import Attempt


@dataclass(frozen=True, slots=True)
class Where:
    """The address of an attempt in the words of a URL."""

    workspace: str
    endpoint: str
    deployment: str
    number: int
    name: str  # the workspace as Azure calls it
    group: str
    subscription: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another attempt of the same deployment or endpoint."""

    number: int
    state: str
    tone: str
    current: bool
    late: bool  # ready after a reported failure


def head(row: Attempt, neighbours: Sequence[Mapping[str, Any]], now: datetime,
         ready_at: datetime | None) -> dict[str, Any]:
    """Name, state, traffic and the other attempts; `ready_at` is when a late success was first seen."""
    space, one = row.endpoint.workspace, row.deployment
    name = f"{row.endpoint.name} / {one.name}" if one else row.endpoint.name
    spec = plain.load(DeploymentFacts, row.spec) if one and row.spec else DeploymentFacts(facts.Place("", "", ""))
    rows = [(one["number"], one["state"]) for one in neighbours]
    newest = max((number for number, _ in rows), default=row.number)
    return {
        "where": Where(space.slug, row.endpoint.name, one.name if one else "", row.number, space.name, space.group,
                       space.subscription),
        "heading": f"{name} {_doing(row, newest > row.number)}", "title": _title(row, name),
        "state": row.state or "No state",
        "tone": tone(row), "since": moment(ready_at or stakes.since(row), now),
        "first_seen": ready_at is not None or stakes.told(row) is None,
        "traffic": _traffic(row), "others_serve": _others(row),
        "instances": instances(spec.instance_count, spec.instance_type),
        "count": spec.instance_count,
        "pollable": row.state != stakes.REFUSED and not stakes.is_gone(row) and newest <= row.number,
        "number": f"Attempt {row.number}", "caller": row.caller,
        "gone": moment((one or row.endpoint).gone_at, now), "newer": newest if newest > row.number else 0,
        "earlier_unseen": row.earlier_unseen or any_unseen(rows, row),
        "running": row.state not in stakes.SETTLED and newest <= row.number and not stakes.is_gone(row),
        "began": row.started or min(stakes.since(row), row.recorded_at),
        "ended": row.ended or (row.failed_at if row.state in stakes.BAD and row.failed_at != row.recorded_at else None),
        "others": tuple(_other(one, row) for one in neighbours),
        "ids": tuple(_ids(row)),
    }


def _doing(row: Attempt, overtaken: bool) -> str:
    """What it did, also where another attempt or a deletion came before its end was seen."""
    if row.state not in stakes.SETTLED and overtaken:
        return "was replaced by another attempt before an end was seen"
    if row.state not in stakes.SETTLED and stakes.is_gone(row):
        return "was deleted before an end was seen"
    if odd.is_being_deleted(row):
        settled = row.state in stakes.SETTLED
        return f"{doing(row)} and is being deleted" if settled else f"{doing(row)}; a deletion waits"
    return doing(row)


def _other(one: Mapping[str, Any], row: Attempt) -> Other:
    late = one["state"] == "Succeeded" and one["failed_at"] is not None
    return Other(one["number"], one["state"], _tone(one["state"]), one["number"] == row.number, late)


def any_unseen(rows: Sequence[tuple[int, str]], row: Attempt) -> bool:
    """True only for the first attempt that was recorded: before it there may have been others."""
    return row.earlier_unseen and row.number == min((number for number, _ in rows), default=row.number)


def _tone(state: str) -> str:
    return "bad" if state in ("Failed", stakes.REFUSED) else "ok" if state == "Succeeded" else "mut" \
        if state == "Canceled" else "run"


def _title(row: Attempt, name: str) -> str:
    """The answer in one line, for the browser's tab."""
    own = row.deployment.name if row.deployment else row.endpoint.name
    verdict = getattr(row, "verdict", None)
    if row.state in stakes.BAD and verdict and verdict.title:
        return f"{own} {'failed' if row.state == 'Failed' else doing(row)}: {verdict.title} · {row.endpoint.name}"
    return f"{name} {doing(row)}"


def _traffic(row: Attempt) -> str:
    one = row.deployment
    if one is None:
        return split(row.endpoint.traffic) if stakes.mapped(row.endpoint) else hurt.NO_MAP
    if one.refused:
        return "none"
    if one.weight is None:
        return "share not known"
    return percent(one.weight)


def _others(row: Attempt) -> str:
    """Who serves beside this deployment; without a traffic map that is not known."""
    one = row.deployment
    if one is None:
        return ""
    return serving(row.endpoint.traffic, one.name) if stakes.mapped(row.endpoint) else hurt.NO_MAP


def _ids(row: Attempt) -> Iterable[tuple[str, str]]:
    if row.operation_id:
        yield ("Activity" if row.operation_id.startswith("activity:") else "Operation",
               row.operation_id.removeprefix("activity:"))
    verdict = getattr(row, "verdict", None)
    if verdict and verdict.cause:
        yield f"Rule{NB}", verdict.cause.replace("_", "-")
