"""What the usage rows of a case show of each limit; read at another moment than Azure counted, so never proof."""

from collections.abc import Callable, Iterator

import re2

from troubleshoot.diagnosis import quota
from troubleshoot.diagnosis.cause import CODE
from troubleshoot.diagnosis.facts import Case, ErrorNode, Evidence

USAGE = "quota usage"
KINDS = FAMILY, REGION, WORKSPACE = "family", "region", "workspace"
CLUSTERS = "TotalClusters"
_LIMIT = re2.compile(r"(?i)\bquota\b|OutOfQuota")
_NAMED = re2.compile(r"(?i)not enough (?:quota available|subscription CPU quota)|exceeding approved|quota reached")

Look = Callable[[Case], Iterator[Evidence]]


def full(kind: str) -> Look:
    """A look for rows of one kind of limit that have no room for the deployment."""

    def look(case: Case) -> Iterator[Evidence]:
        short = [gate for gate in _of(case, kind) if gate.short_by]
        yield from (Evidence(USAGE, gate.name, note=_numbers(gate)) for gate in short)
        if short:
            yield from _code(case)

    return look


def has_room(kind: str) -> Look:
    """A look for rows with room, where another limit has none and Azure named neither: they speak against this one."""

    def look(case: Case) -> Iterator[Evidence]:
        gates = _of(case, kind)
        another = any(gate.short_by for other in KINDS if other != kind for gate in _of(case, other))
        if another and not any(gate.short_by for gate in gates) and not _says(case, _NAMED):
            yield from (Evidence(USAGE, gate.name, note=_numbers(gate)) for gate in gates)

    return look


def none_granted(case: Case) -> Iterator[Evidence]:
    """The row of the family, where its limit is zero."""
    for gate in _of(case, FAMILY):
        if gate.limit == 0:
            yield Evidence(USAGE, gate.name, note=_numbers(gate))
            yield from _code(case)


def clusters_full(case: Case) -> Iterator[Evidence]:
    """The row that counts compute resources, where its limit is reached."""
    for row in case.usages if may_be_quota(case) else ():
        if row.family == CLUSTERS and row.limit and row.limit > 0 and (row.used or 0) >= row.limit:
            yield Evidence(USAGE, row.family, note=f"{row.used} of {row.limit} are used.")
            yield from _code(case)


def numbers(case: Case, kind: str) -> dict[str, str]:
    """The numbers of the fullest limit of a kind, as names for templates: need, used, limit, free."""
    for gate in sorted(_of(case, kind), key=lambda gate: -(gate.short_by or 0)):
        if gate.short_by:
            told = {"need": gate.needed, "used": gate.used, "limit": gate.limit, "free": gate.free}
            return {name: str(number) for name, number in told.items() if number is not None}
    return {}


def may_be_quota(case: Case) -> bool:
    """True where Azure speaks of a quota and nothing shows that a machine was ever there."""
    started = case.events or any(log.lines for log in case.logs)
    return not started and _says(case, _LIMIT)


def _says(case: Case, pattern: object) -> bool:
    return any(pattern.search(f"{node.code} {node.message}") for node in _nodes(case))  # type: ignore[attr-defined]


def _code(case: Case) -> Iterator[Evidence]:
    """Azure's own code, where it speaks of a quota: the rows stand beside it."""
    named = next((node.code for node in _nodes(case) if _LIMIT.search(node.code)), "")
    if named:
        yield Evidence(CODE, named)


def _nodes(case: Case) -> Iterator[ErrorNode]:
    error = case.operation.error if case.operation else None
    return error.walk() if error else iter(())


def _of(case: Case, kind: str) -> list[quota.Gate]:
    """The limits of a kind whose room is known."""
    facts = case.deployment
    if not (facts and facts.instance_type and facts.instance_count and case.usages and may_be_quota(case)):
        return []
    room = quota.fits(facts.instance_type, facts.instance_count, case.usages, _whose(case), case.size)
    return [gate for gate in room.gates if gate.short_by is not None and _kind(gate) == kind]


def _kind(gate: quota.Gate) -> str:
    if gate.workspace:
        return WORKSPACE
    return REGION if quota.family_key(gate.name) == quota.family_key(quota.TOTAL) else FAMILY


def _whose(case: Case) -> str:
    """The workspace as its rows name it: with its group, unless no row tells a group."""
    grouped = any(row.workspace and row.group for row in case.usages)
    return f"{case.place.group}/{case.place.workspace}" if grouped else case.place.workspace


def _numbers(gate: quota.Gate) -> str:
    return f"{gate.used or 0} of {gate.limit} vCPUs are used, and {gate.needed} more are needed."
