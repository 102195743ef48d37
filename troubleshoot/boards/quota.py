"""The quota pages: used and limit by family, caps of workspaces, who uses it, and whether something would fit."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from troubleshoot import stakes
from troubleshoot.boards import room
from troubleshoot.boards.room import Sum, figure
from troubleshoot.boards.spaces import Space, Spaces
from troubleshoot.boards.words import Moment, instances, moment, region
from troubleshoot.diagnosis import plain, quota
from troubleshoot.diagnosis.facts import ComputeFacts, SizeFacts, UsageFacts
from troubleshoot.models import Deployment, QuotaRow, Region, Watch, Workspace

KINDS = {"dedicated": "Dedicated", "low_priority": "Low priority", "clusters": "Clusters", "other": "Other"}
WARN, FULL = 80, 95  # percent of a limit


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for; a value that nothing has is left out."""

    sub: str = ""
    region: str = ""
    ws: str = ""
    fit: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """One counter of Azure's; without a limit of its own or without a number it has no share."""

    family: str
    label: str
    kind: str
    region: str
    subscription: str
    workspace: str
    used: str
    limit: str
    free: str
    share: int | None
    tone: str
    seen: Moment | None
    total: bool
    idle: bool  # nothing is used of it, and it has no limit of its own


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds cores: a deployment, a cluster or a compute instance."""

    kind: str
    name: str
    workspace: str
    endpoint: str  # of a deployment
    deployment: str
    family: str
    size: str
    vcpus: int | None
    reserve: int | None  # with what Azure keeps for upgrades
    owner: str
    state: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a filter offers."""

    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Fit:
    """The question whether instances of a size would fit, with its answer."""

    count: int
    size: str
    region: str
    region_key: str
    workspace: str
    known: bool  # the size is known, here or in the region
    sum: Sum | None
    title: str
    tone: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that a quota page shows."""

    title: str
    heading: str
    limits: tuple[Limit, ...]
    folded: tuple[Limit, ...]  # idle ones that hold nothing
    troubles: tuple[tuple[str, str, str], ...]  # (where, what, Azure's sentence)
    holders: tuple[Holder, ...]
    oldest: Moment | None
    fit: Fit | None
    filters: Filters
    subs: tuple[Choice, ...]
    regions: tuple[Choice, ...]
    workspaces: tuple[Choice, ...]
    sizes: tuple[str, ...]
    only: Space | None


def board(visible: QuerySet[Workspace], spaces: Spaces, now: datetime, asked: Filters, only: str = "") -> Board:
    """The page of all regions, or of one workspace; five queries, whatever the size of the fleet."""
    mine = [one for one in spaces.all if not only or one.slug == only]
    asked = _possible(asked, mine)
    chosen = [one for one in mine if _fits(one, asked)]
    regions = {(one.subscription.lower(), one.location.lower()) for one in chosen}
    rows = _rows(regions)
    offered = _offered(regions)
    slugs = {(one.subscription.lower(), one.location.lower(), room.whose(one.group, one.name)): one.slug
             for one in chosen}
    told = (row for row in rows if not row.workspace or _cap(row) in slugs)
    limits = tuple(_limit(row, slugs.get(_cap(row), ""), now) for row in _order(told))
    fit = _fit(asked, chosen, rows, offered)
    held = (*_deployments(visible, chosen, offered), *_computes(visible, chosen, offered))
    busy = {one.family for one in held if one.vcpus != 0}
    folded = tuple(one for one in limits if one.idle and one.label not in busy)
    heading = f"Quota of {mine[0].slug}" if only and mine else "Quota"
    return Board(
        title=fit.title if fit and fit.sum else heading, heading=heading,
        limits=tuple(one for one in limits if one not in folded), folded=folded, troubles=_troubles(chosen),
        holders=tuple(sorted(held, key=_weight)),
        oldest=min((one.seen for one in limits if one.seen), key=lambda at: at.iso, default=None),
        fit=fit, filters=asked,
        subs=_choices((one.subscription, one.subscription) for one in mine),
        regions=_choices((one.location, region(one.location)) for one in mine),
        workspaces=_choices((one.slug, one.slug) for one in mine),
        sizes=tuple(sorted(quota.SIZES)), only=mine[0] if only and mine else None)


def _rows(regions: set[tuple[str, str]]) -> list[QuotaRow]:
    """All rows of these regions; one query."""
    rows = QuotaRow.objects.filter(region__subscription__in={sub for sub, _ in regions})
    return [row for row in rows.select_related("region").defer("region__sizes")
            if (row.region.subscription, row.region.name) in regions]


def _possible(asked: Filters, mine: Sequence[Space]) -> Filters:
    """The nearest valid view: values that no visible workspace has fall away."""
    return Filters(
        asked.sub if any(one.subscription == asked.sub for one in mine) else "",
        asked.region if any(one.location == asked.region for one in mine) else "",
        asked.ws if any(one.slug == asked.ws for one in mine) else "", asked.fit)


def _fits(one: Space, asked: Filters) -> bool:
    return (not asked.sub or one.subscription == asked.sub) and (not asked.region or one.location == asked.region) \
        and (not asked.ws or one.slug == asked.ws)


def _cap(row: QuotaRow) -> tuple[str, str, str]:
    """Where the cap of a workspace stands, and whose it is: that of one that may not be seen is not told."""
    return row.region.subscription, row.region.name, row.workspace


def _troubles(chosen: Sequence[Space]) -> tuple[tuple[str, str, str], ...]:
    """What could not be read of quota or of what holds it, and what was said to it; one query."""
    names = {"usages": "usage and limits", "sizes": "VM sizes", "computes": "clusters and compute instances"}
    slugs = {one.id: one.slug for one in chosen}
    at = {(one.subscription.lower(), one.location.lower()): region(one.location) for one in chosen}
    rows = Watch.objects.filter(
        Q(region__subscription__in={sub for sub, _ in at}) | Q(workspace__in=list(slugs)), poll__in=names).exclude(
        trouble="").order_by("poll", "key").values_list(
        "poll", "workspace_id", "region__subscription", "region__name", "trouble", "said")
    found = ((slugs.get(space) if space else at.get((sub, name)), poll, trouble, said)
             for poll, space, sub, name, trouble, said in rows)
    return tuple((f"{names[poll]}, {where}", trouble, said) for where, poll, trouble, said in found if where)


def _choices(pairs: Iterable[tuple[str, str]]) -> tuple[Choice, ...]:
    return tuple(Choice(value, name) for value, name in sorted(set(pairs)) if value)


def _share(row: QuotaRow) -> int | None:
    if row.limit is None or row.limit <= 0 or row.used is None or row.used < 0:
        return None
    return round(100 * row.used / row.limit)


def _order(rows: Iterable[QuotaRow]) -> list[QuotaRow]:
    """Fullest first; totals before families, dedicated cores before the rest, what has no share last."""
    kinds = list(KINDS)
    return sorted(rows, key=lambda row: (
        kinds.index(row.kind) if row.kind in kinds else 9, _share(row) is None, -(_share(row) or 0), row.family,
        row.workspace))


def _limit(row: QuotaRow, slug: str, now: datetime) -> Limit:
    facts = plain.load(UsageFacts, row.data)
    share = _share(row)
    free = "" if share is None else f"{max(0, (row.limit or 0) - (row.used or 0)):,}"
    tone = "" if share is None else "bad" if share >= FULL else "warn" if share >= WARN else ""
    return Limit(
        facts.family, _label(row, facts), KINDS.get(row.kind, row.kind), region(row.region.name),
        row.region.subscription, slug, figure(row.used), figure(row.limit), free, share, tone,
        moment(row.seen_at, now),
        facts.family.lower().startswith("total"),
        row.limit == -1 and not row.used and not facts.family.lower().startswith("total"))


def _label(row: QuotaRow, facts: UsageFacts) -> str:
    label = quota.family_label(facts.family)
    if row.kind in ("dedicated", "low_priority"):
        return "All families together" if facts.family.lower().startswith("total") else label
    return facts.label or facts.family


def _offered(regions: set[tuple[str, str]]) -> dict[tuple[str, str], dict[str, SizeFacts]]:
    """Sizes by region, for those that are not on Microsoft's list; one query."""
    found = {}
    for sub, name, sizes in Region.objects.filter(subscription__in={sub for sub, _ in regions}).values_list(
            "subscription", "name", "sizes"):
        if (sub, name) in regions:
            found[sub, name] = {quota.size_key(one.name): one for one in plain.load_all(SizeFacts, sizes)}
    return found


def _size(name: str, space: Space, offered: Mapping[tuple[str, str], Mapping[str, SizeFacts]]) -> SizeFacts | None:
    there = offered.get((space.subscription.lower(), space.location.lower()), {})
    return quota.size(name) or there.get(quota.size_key(name))


def _deployments(visible: QuerySet[Workspace], chosen: Sequence[Space],
                 offered: Mapping[tuple[str, str], Mapping[str, SizeFacts]]) -> Iterable[Holder]:
    """Deployments that hold cores; what was refused or failed at quota holds nothing. One query."""
    at = {one.id: one for one in chosen}
    rows = Deployment.objects.filter(
        endpoint__workspace__in=visible.order_by().values("id"), gone_at=None, refused=False).exclude(
        latest__verdict__stage="quota", latest__state__in=stakes.BAD, ready_once=False)
    for name, end, space, size, count, owner, state in rows.values_list(
            "name", "endpoint__name", "endpoint__workspace_id", "instance_type", "instance_count", "owner", "state"):
        if space in at and size and count is not None and count >= 0:
            known = _size(size, at[space], offered)
            cores = known.vcpus * count if known and known.vcpus is not None else None
            with_reserve = quota.needed(size, count)
            family = quota.family_label(known.family) if known and known.family else ""
            yield Holder("Deployment", f"{end} / {name}", at[space].slug, end, name, family, instances(count, size),
                         cores, with_reserve if with_reserve is not None else cores, owner, state)


def _computes(visible: QuerySet[Workspace], chosen: Sequence[Space],
              offered: Mapping[tuple[str, str], Mapping[str, SizeFacts]]) -> Iterable[Holder]:
    """Clusters and compute instances; one query."""
    at = {one.id: one for one in chosen}
    for space, computes in visible.order_by().values_list("id", "computes"):
        for one in plain.load_all(ComputeFacts, computes if space in at else ()):
            known = _size(one.size, at[space], offered)
            cores = known.vcpus * one.nodes if known and known.vcpus is not None and one.nodes is not None else None
            kind = {"AmlCompute": "Cluster", "ComputeInstance": "Compute instance"}.get(one.kind, one.kind or "Compute")
            yield Holder(kind, one.name, at[space].slug, "", "",
                         quota.family_label(known.family) if known and known.family else "",
                         instances(one.nodes, one.size), cores, cores, one.created_by, one.state)


def _weight(one: Holder) -> tuple[bool, int, str]:
    return one.vcpus is None, -(one.reserve or one.vcpus or 0), one.name


def parse(asked: str) -> tuple[int, str] | None:
    """`2xStandard_DS3_v2` as count and size; None for anything else."""
    count, _, size = asked.partition("x")
    if not count.isascii() or not count.isdigit() or len(count) > 4 or not size or len(size) > 80:
        return None
    return min(max(1, int(count)), 1000), size


def _fit(asked: Filters, chosen: Sequence[Space], rows: Sequence[QuotaRow],
         offered: Mapping[tuple[str, str], Mapping[str, SizeFacts]]) -> Fit | None:
    """The answer for the workspace that was chosen, or the first of the region."""
    wanted = parse(asked.fit)
    if wanted is None or not chosen:
        return None
    count, size = wanted
    space = chosen[0]
    key = (space.subscription.lower(), space.location.lower())
    here = (row for row in rows if (row.region.subscription, row.region.name) == key)
    usages = room.bounds(here, room.whose(space.group, space.name), space.slug)
    known = _size(size, space, offered)
    where = region(space.location)
    if known is None:
        said = f"{size} is not a size that is known here"
        return Fit(count, size, where, space.location, space.slug, False, None, said, "warn")
    found = room.reckon(known.name, count, usages, space.slug, None if quota.size(size) else known)
    return Fit(count, known.name, where, space.location, space.slug, True, found, _answer(found, where),
               {True: "ok", False: "bad", None: "warn"}[found.fits])


def _answer(found: Sum, where: str) -> str:
    """The answer in one line: fits or not, by how much, which family, which region."""
    name = found.worst.name if found.worst else ""
    if found.fits is False:
        return f"{found.short_by:,} vCPU short in {name}, {where}"
    if found.fits is None:
        return f"Not known whether it fits in {where}: a limit or what is used of it is not told"
    left = (found.worst.free or 0) - (found.needed or 0) if found.worst else 0
    return f"Fits in {where}, {left:,} vCPU left over in {name}"
