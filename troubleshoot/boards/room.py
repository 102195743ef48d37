"""The sum of an attempt that stopped for want of quota: what it needed, and what each limit had left."""
from collections.abc import Iterable
from dataclasses import dataclass, replace

from troubleshoot.boards.words import NB
from troubleshoot.diagnosis import plain, quota
from troubleshoot.diagnosis.facts import DeploymentFacts, Finding, SizeFacts, UsageFacts
from troubleshoot.models import Attempt, QuotaRow


@dataclass(frozen=True, slots=True)
class Gate:
    """One limit with what is used of it; shares are percent of a bar that holds both limit and request."""

    name: str
    used: int | None
    limit: int | None
    free: int | None
    short_by: int | None
    used_share: float
    ask_share: float
    limit_share: float


@dataclass(frozen=True, slots=True)
class Sum:
    """Instances with the reserve, times vCPU of the size, against the limit that has the least room."""

    size: str
    instances: int
    counted: int | None
    vcpus: int | None
    exempt: bool | None
    needed: int | None
    gates: tuple[Gate, ...]
    worst: Gate | None
    fits: bool | None
    short_by: int
    ask: str  # the question for the quota page


def of(row: Attempt, best: Finding | None) -> Sum | None:
    """The sum for an attempt whose cause lies in quota; one query, none for other causes."""
    if best is None or best.stage != "quota" or not row.deployment_id or not row.spec:
        return None
    spec = plain.load(DeploymentFacts, row.spec)
    if not spec.instance_type or not spec.instance_count or spec.instance_count < 1:
        return None
    space = row.endpoint.workspace
    rows = QuotaRow.objects.filter(region__subscription=space.subscription.lower(), region__name=space.location.lower())
    usages = bounds(rows, whose(space.group, space.name), space.slug)
    return reckon(spec.instance_type, spec.instance_count, usages, space.slug)


def whose(group: str, name: str) -> str:
    """The workspace as the rows of its caps name it: names repeat among groups."""
    return f"{group}/{name}".lower()


def bounds(rows: Iterable[QuotaRow], own: str, slug: str) -> tuple[UsageFacts, ...]:
    """The rows that bound a workspace: those of the subscription, and its own caps under its slug."""
    return tuple(replace(plain.load(UsageFacts, row.data), workspace=slug if row.workspace else "", group="")
                 for row in rows if row.workspace in ("", own))


def reckon(size: str, count: int, usages: tuple[UsageFacts, ...], workspace: str,
           offered: SizeFacts | None = None) -> Sum:
    """The sum of so many instances of a size, by the usage rows of a region."""
    found = quota.fits(size, count, usages, workspace, offered)
    gates = tuple(_gate(gate, found.needed or 0) for gate in found.gates)
    order = [gate for gate in found.gates if gate is found.smallest]
    worst = gates[found.gates.index(order[0])] if order else None
    return Sum(found.size, found.instances, found.counted, found.vcpus, found.exempt, found.needed, gates, worst,
               found.fits, found.short_by, f"{count}x{size}")


def _gate(gate: quota.Gate, needed: int) -> Gate:
    name = f"{gate.label}, {gate.workspace} only" if gate.workspace else gate.label
    whole = max(gate.limit or 0, (gate.used or 0) + needed, 1)
    return Gate(name, gate.used, gate.limit, gate.free, gate.short_by, _share(gate.used, whole),
                _share(needed, whole), _share(gate.limit, whole))


def _share(part: int | None, whole: int) -> float:
    return round(100 * (part or 0) / whole, 2)


def figure(value: int | None) -> str:
    """A number with thousands; what Azure did not tell is unknown, and -1 is no limit of its own."""
    if value is None:
        return "unknown"
    return f"no{NB}limit of its own" if value < 0 else f"{value:,}"
