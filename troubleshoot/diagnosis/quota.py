"""What a deployment asks for, what is left, and which limit stands in the way.

Managed online endpoints draw on dedicated cores only; the family, the regional total and (where set) the workspace's
cap must all have room. Azure asks for ceil(1.2 × instances) × vCPUs, the fifth being its reserve for upgrades, except
for sizes on its exempt list (shared/domain/CATALOGUE.md section 7, shared/azure/WIRE.md section 7).
"""
import math
from collections.abc import Iterable
from dataclasses import dataclass

from troubleshoot.diagnosis.facts import SizeFacts, UsageFacts
from troubleshoot.diagnosis.sizes import SIZES

DEDICATED = "dedicated"
TOTAL = "TotalDedicatedCores"


def size_key(name: str) -> str:
    """A size's name as it is compared: Azure gives back the case that the user typed, people leave Standard_ out."""
    return name.strip().lower().removeprefix("standard_")


def family_key(name: str) -> str:
    """A family's name as it is compared: lower case, no blanks, no underscores ("standard NCASv3_T4 Family")."""
    return "".join(name.lower().replace("_", " ").split())


_SIZES = {size_key(name): name for name in SIZES}


@dataclass(frozen=True, slots=True)
class Gate:
    """One limit that must have room, in vCPUs. None is *not known*: a limit of -1 or none says nothing of room."""

    name: str  # Azure's name of the row
    label: str  # DSv2, all families
    workspace: str  # empty for a limit of the subscription
    needed: int | None
    used: int | None
    limit: int | None
    free: int | None
    short_by: int | None  # 0 where it fits


@dataclass(frozen=True, slots=True)
class Room:
    """Whether instances of a size fit: True, False, or None where a gate is not known and none refuses."""

    size: str
    instances: int
    vcpus: int | None
    exempt: bool | None
    needed: int | None
    gates: tuple[Gate, ...]
    smallest: Gate | None  # the gate with the least room over what is needed
    fits: bool | None
    short_by: int
    upgrade_reserve_only: bool  # without the reserve it would fit

    @property
    def counted(self) -> int | None:
        """How many instances Azure counts, its reserve among them; None for a size that is not known."""
        return self.needed // self.vcpus if self.needed is not None and self.vcpus else None


def size(name: str) -> SizeFacts | None:
    """The size of that name on Microsoft's list; None where it is not. Of a shared GPU, one is given."""
    known = _SIZES.get(size_key(name))
    if known is None:
        return None
    family, vcpus, memory, gpus, _ = SIZES[known]
    return SizeFacts(known, family, vcpus, memory, math.ceil(gpus), managed=True)


def exempt(name: str) -> bool | None:
    """Whether Azure asks for no reserve for this size; None for a size that is not on the list."""
    known = _SIZES.get(size_key(name))
    return None if known is None else SIZES[known][4]


def needed(size: str, instances: int) -> int | None:
    """The vCPUs that Azure asks for; None for a size that is not on the list. ValueError below 0 instances."""
    if instances < 0:
        raise ValueError(f"{instances} instances: there are no fewer than 0")
    known = _SIZES.get(size_key(size))
    if known is None:
        return None
    _, vcpus, _, _, no_reserve = SIZES[known]
    return vcpus * _counted(instances, no_reserve)


def held(size: str, instances: int) -> int | None:
    """The vCPUs that running instances hold at least: whether the reserve counts as used, Azure does not say."""
    if instances < 0:
        raise ValueError(f"{instances} instances: there are no fewer than 0")
    known = _SIZES.get(size_key(size))
    return None if known is None else SIZES[known][1] * instances


def most_instances(size: str, free: int) -> int | None:
    """How many instances fit into so many free vCPUs; None for a size that is not on the list."""
    known = _SIZES.get(size_key(size))
    if known is None:
        return None
    whole = max(free, 0) // SIZES[known][1]
    return whole if SIZES[known][4] else 5 * whole // 6


def family_label(name: str) -> str:
    """A family as pages name it: "standardDSv2Family" is DSv2; the regional total is all families."""
    if family_key(name) == family_key(TOTAL):
        return "all families"
    short = name.strip()
    if short.lower().startswith("standard"):
        short = short[len("standard"):]
    if short.lower().endswith("family"):
        short = short[:-len("family")]
    return short.strip(" _") or name


def fits(name: str, instances: int, usages: Iterable[UsageFacts], workspace: str = "",
         offered: SizeFacts | None = None) -> Room:
    """Whether so many instances fit, by the rows of one region.

    `workspace` chooses the caps that hold for it; `offered` speaks for a size that is not on the list.
    """
    known = size(name) or offered
    no_reserve = exempt(name)
    vcpus = known.vcpus if known else None
    wanted = None if vcpus is None else vcpus * _counted(instances, bool(no_reserve))
    rows = [row for row in usages if row.kind == DEDICATED]
    gates = tuple(_gates(known.family if known else "", rows, workspace, wanted))
    room = [gate for gate in gates if gate.short_by is not None]
    short = [gate for gate in room if gate.short_by]
    plain = None if vcpus is None else vcpus * instances
    return Room(
        known.name if known else name, instances, vcpus, no_reserve, wanted, gates,
        smallest=min(room, key=_left, default=None),
        fits=False if short else True if gates and len(room) == len(gates) else None,
        short_by=max((gate.short_by or 0 for gate in short), default=0),
        upgrade_reserve_only=bool(short) and plain is not None and all(plain <= (gate.free or 0) for gate in short),
    )


def _counted(instances: int, no_reserve: bool) -> int:
    """Instances with the reserve: ceil(1.2 × n) in whole numbers, as 1.2 × 5 is no whole number in floats."""
    return instances if no_reserve else (6 * instances + 4) // 5


def _gates(family: str, rows: list[UsageFacts], workspace: str, wanted: int | None) -> Iterable[Gate]:
    """The family's gate, the regional total, and the caps of the workspace that are set."""
    for name in (family, TOTAL):
        if name:
            own = [row for row in rows if family_key(row.family) == family_key(name)]
            plain = next((row for row in own if not row.workspace), UsageFacts("", DEDICATED, name))
            yield _gate(plain, wanted)
            yield from (_gate(row, wanted) for row in own if _caps(row, workspace))


def _caps(row: UsageFacts, workspace: str) -> bool:
    """True for a row that caps this workspace; without a limit of its own it caps nothing."""
    mine = bool(workspace) and workspace.lower() in (row.workspace.lower(), row.whose())
    return mine and row.limit is not None and row.limit >= 0


def _gate(row: UsageFacts, wanted: int | None) -> Gate:
    """One row as a gate; a limit of 0 leaves no room whatever is used."""
    limit = row.limit if row.limit is not None and row.limit >= 0 else None
    used = row.used if row.used is None or row.used >= 0 else None
    if limit is None or (used is None and limit > 0):
        free = short = None
    else:
        free = max(0, limit - (used or 0))
        short = None if wanted is None else max(0, (used or 0) + wanted - limit) if wanted else 0
    return Gate(row.family, family_label(row.family), row.workspace, wanted, used, limit, free, short)


def _left(gate: Gate) -> int:
    """What would be left at a gate; below 0 where it is short."""
    return (gate.limit or 0) - (gate.used or 0) - (gate.needed or 0)
