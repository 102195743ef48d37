"""The list of incidents: what was asked for, how many there are, and one page of them in the order of their rank."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from troubleshoot import inhand, ranks, stakes
from troubleshoot.boards.words import Moment, moment, percent
from troubleshoot.models import Incident, Workspace

STATES = {"open": "Open", "mine": "Mine", "snoozed": "Snoozed", "resolved": "Resolved"}
PAGE = 40  # entries on one page: incidents, and waves of one cause
LATELY = 12  # resolved ones below those that are open
WAVE = 3  # incidents of one cause in one rank from which on they are told together
UNKNOWN = "not-known"  # how an address names the cause that is not known


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    state: str = "open"
    ws: str = ""  # slug
    rank: int | None = None
    cause: str = ""
    q: str = ""
    page: int = 1
    wrong: bool = False  # it asked for something that no list has; this is the nearest

    @property
    def any(self) -> bool:
        """True when something is filtered beside the state."""
        return bool(self.ws or self.rank is not None or self.cause or self.q)

    def link(self, **turned: Any) -> str:
        """The query of this list, or of the one that differs from it so; what stands by itself is left out."""
        one = replace(self, **turned)
        values = {"state": one.state if one.state != "open" else "", "ws": one.ws,
                  "rank": "" if one.rank is None else one.rank, "cause": one.cause, "q": one.q,
                  "page": one.page if one.page > 1 else ""}
        return urlencode({name: value for name, value in values.items() if value != ""})


@dataclass(frozen=True, slots=True)
class Row:
    """One incident of the list, as ready strings."""

    id: int
    rank: int
    glyph: str
    tone: str
    name: str  # of the endpoint, else of the quota family or the workspace
    deployment: str
    workspace: str
    cause: str
    slug: str
    share: str
    since: Moment | None
    first_seen: bool
    owner: str
    snoozed: str
    acknowledged: bool
    regressed: bool
    times: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How many open incidents of one rank have one cause: in all, snoozed, and those that fit what is asked."""

    rank: int
    cause: str
    all: int
    asleep: int
    owned: int  # by the one who looks
    fits: Mapping[str, int]  # by state
    places: int  # workspaces, of those that the list shows
    first_at: datetime | None  # when the oldest of those began
    last_at: datetime | None  # the newest failure of those
    newest: int  # number of the newest that is not snoozed
    nobody: int  # of those that the list shows: in nobody's hands


@dataclass(frozen=True, slots=True)
class Slice:
    """What stands on one page: the waves, by rank and cause, and how many incidents that stand alone."""

    waves: tuple[Tally, ...]
    told: tuple[Tally, ...]  # the waves of all pages: their incidents stand in no list of single ones
    alone: tuple[int, int]  # from, to
    pages: int
    page: int
    entries: int  # of the whole list: waves, and incidents that stand alone
    total: int  # incidents of the whole list


@dataclass(frozen=True, slots=True)
class Stand:
    """What is open and not snoozed."""

    open: int
    affected: int  # those that hurt production traffic …
    newest: int  # … and the number of the newest of them, or 0


def within(visible: QuerySet[Workspace]) -> QuerySet[Incident]:
    """The incidents that a person may see, all for who sees every workspace; no query before it is used."""
    rows = Incident.objects.order_by()
    return rows.filter(workspace__in=visible.order_by().values("id")) if visible.query.has_filters() else rows


def still(visible: QuerySet[Workspace]) -> QuerySet[Incident]:
    """Those that are not over."""
    return within(visible).filter(resolved_at=None)


def lately(visible: QuerySet[Workspace], now: datetime) -> QuerySet[Incident]:
    """Those that ended in the last day; not those that go on: under another cause, or told by another incident."""
    goes_on = Incident.objects.filter(subject=OuterRef("subject"), resolved_at=None, silent=False)
    ended = within(visible).filter(resolved_at__gte=now - stakes.KEPT).exclude(silent=True, onward__isnull=False)
    return ended.exclude(Q(silent=False) & Exists(goes_on))


def stand(visible: QuerySet[Workspace]) -> Stand:
    """How many incidents are open and not snoozed, for the frame of every page; one query."""
    hurts = Q(rank=ranks.AFFECTED)
    return Stand(**still(visible).filter(snooze="").aggregate(
        open=Count("id"), affected=Count("id", filter=hurts), newest=Coalesce(Max("id", filter=hurts), 0)))


def standing(counted: Sequence[Tally]) -> Stand:
    """The same, of what is counted already."""
    hurts = [one for one in counted if one.rank == ranks.AFFECTED]
    return Stand(sum(one.all - one.asleep for one in counted), sum(one.all - one.asleep for one in hurts),
                 max((one.newest for one in hurts), default=0))


def of_state(state: str, person: int) -> Q:
    """Which of the incidents that are not over a state holds."""
    return {"mine": Q(owner=person), "snoozed": ~Q(snooze="")}.get(state, Q(snooze=""))


def sought(asked: Asked) -> Q:
    """Which incidents the workspace and the words of what was asked leave."""
    found = Q(workspace__slug=asked.ws) if asked.ws else Q()
    if asked.q:
        words = Q(endpoint__name__icontains=asked.q) | Q(deployment__name__icontains=asked.q) | Q(
            title__icontains=asked.q) | Q(cause__icontains=asked.q) | Q(workspace__slug__icontains=asked.q)
        number = asked.q.removeprefix("#")
        found &= words | Q(id=int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else words
    return found


def chosen(asked: Asked) -> Q:
    """Which incidents all that was asked leaves, but for the state."""
    found = sought(asked)
    if asked.rank is not None and asked.rank != ranks.RESOLVED:
        found &= Q(rank=asked.rank)
    return found & Q(cause="" if asked.cause == UNKNOWN else asked.cause) if asked.cause else found


def tallies(visible: QuerySet[Workspace], asked: Asked, person: int) -> tuple[Tally, ...]:
    """Every rank and cause that is open, counted by the database; one query."""
    fits, own = sought(asked), of_state(asked.state, person)
    rows = still(visible).values("rank", "cause").annotate(
        all=Count("id"), asleep=Count("id", filter=~Q(snooze="")), owned=Count("id", filter=Q(owner=person)),
        open=Count("id", filter=fits & of_state("open", person)),
        mine=Count("id", filter=fits & of_state("mine", person)),
        snoozed=Count("id", filter=fits & of_state("snoozed", person)),
        places=Count("workspace", filter=fits & own, distinct=True), first_at=Min("opened_at", filter=fits & own),
        last_at=Max("last_at", filter=fits & own), newest=Coalesce(Max("id", filter=Q(snooze="")), 0),
        nobody=Count("id", filter=fits & own & Q(owner=None)))
    return tuple(Tally(row["rank"], row["cause"], row["all"], row["asleep"], row["owned"],
                       {name: row[name] for name in ("open", "mine", "snoozed")}, row["places"], row["first_at"],
                       row["last_at"], row["newest"], row["nobody"])
                 for row in rows)


def fitting(found: Iterable[Tally], asked: Asked) -> list[Tally]:
    """Those of the rank and cause that are asked for, in the order of the list."""
    kept = [one for one in found if asked.rank in (None, one.rank)
            and asked.cause in ("", one.cause or UNKNOWN)]
    return sorted(kept, key=lambda one: (one.rank, one.first_at is None, one.first_at))


def cut(found: Sequence[Tally], asked: Asked) -> Slice:
    """What the page shows of a list: in each rank the waves come first, as far as they do not fit on one page."""
    order: list[tuple[int, Tally | None, int]] = []  # (incidents that stand alone before it, wave or none, how many)
    alone = 0
    for rank in sorted({one.rank for one in found}):
        waves = [one for one in found if one.rank == rank and is_wave(one, asked)]
        order += [(alone, one, 1) for one in waves]
        single = sum(one.fits[asked.state] for one in found if one.rank == rank and not is_wave(one, asked))
        order.append((alone, None, single))
        alone += single
    entries = sum(many for _, _, many in order)
    pages = max(1, -(-entries // PAGE))
    page = min(asked.page, pages)
    shown, first, last = [], None, 0
    at, begin, end = 0, (page - 1) * PAGE, page * PAGE
    for before, wave, many in order:
        low, high = max(begin, at), min(end, at + many)
        if low < high and wave:
            shown.append(wave)
        elif low < high:
            first = before + low - at if first is None else first
            last = before + high - at
        at += many
    told = tuple(wave for _, wave, _ in order if wave)
    return Slice(tuple(shown), told, (first or 0, last), pages, page, entries,
                 sum(one.fits[asked.state] for one in found))


def ended(many: int, asked: Asked) -> Slice:
    """What the page shows of those that are over."""
    pages = max(1, -(-many // PAGE))
    page = min(asked.page, pages)
    return Slice((), (), ((page - 1) * PAGE, page * PAGE), pages, page, many, many)


def is_wave(one: Tally, asked: Asked) -> bool:
    """True where one cause hits so many in a rank that it is told once; never for what is not known."""
    return bool(one.cause) and not asked.cause and one.fits[asked.state] >= WAVE


_ROW = ("id", "rank", "title", "cause", "opened_at", "first_seen", "times", "snooze", "snooze_until",
        "snooze_times", "acknowledged_at", "regressed_at", "resolved_at", "family", "workspace__slug", "endpoint__name",
        "deployment__name", "deployment__weight", "deployment__refused", "owner_id", "owner__first_name",
        "owner__last_name", "owner__username")


def rows(found: QuerySet[Incident], now: datetime) -> tuple[Row, ...]:
    """The incidents of a query as rows; one query."""
    return tuple(_row(one, now) for one in found.values_list(*_ROW, named=True))


def _row(one: Any, now: datetime) -> Row:
    rank = ranks.RESOLVED if one.resolved_at else one.rank
    at = one.resolved_at or one.opened_at
    owner = f"{one.owner__first_name} {one.owner__last_name}".strip() or one.owner__username if one.owner_id else ""
    return Row(
        id=one.id, rank=rank, glyph=ranks.GLYPHS[rank], tone=ranks.TONES[rank],
        name=one.endpoint__name or one.family or one.workspace__slug, deployment=one.deployment__name or "",
        workspace=one.workspace__slug, cause=one.title, slug=one.cause, share=_share(one),
        since=moment(one.resolved_at or one.regressed_at or one.opened_at, now),
        first_seen=one.first_seen and not (one.resolved_at or one.regressed_at), owner=owner,
        snoozed=inhand.asleep(one.snooze, one.snooze_until, (one.snooze_times or 0) - one.times),
        acknowledged=one.acknowledged_at is not None, regressed=one.regressed_at is not None, times=one.times, at=at)


def _share(one: Any) -> str:
    """How much traffic is at stake, in a few words; empty where it is no matter of one deployment."""
    if one.deployment__name is None:
        return "endpoint" if one.endpoint__name else "quota" if one.family else "workspace"
    if one.deployment__refused:
        return "refused at submit"
    return f"{percent(one.deployment__weight)} of traffic" if one.deployment__weight is not None \
        else "share of traffic unknown"


def listed(visible: QuerySet[Workspace], asked: Asked, cut: Slice, person: int, now: datetime) -> Q:
    """The incidents that stand alone on a page, and on the last one those that ended lately, as a condition."""
    if asked.state == "resolved":
        ended = lately(visible, now).filter(chosen(asked)).order_by("-resolved_at", "-id")
        return Q(id__in=ended.values("id")[cut.alone[0]:cut.alone[1]])
    found = _alone(still(visible).filter(chosen(asked), of_state(asked.state, person)), cut)
    if asked.state != "open" or asked.rank is not None or cut.page < cut.pages:
        return found
    ended = lately(visible, now).filter(chosen(asked)).order_by("-resolved_at", "-id")
    return found | Q(id__in=ended.values("id")[:LATELY])


def _alone(rows: QuerySet[Incident], cut: Slice) -> Q:
    """Those of them that stand alone on the page: not in a wave, in the order of the list."""
    if cut.alone[0] == cut.alone[1]:
        return Q(pk__in=())
    told = Q(pk__in=())
    for one in cut.told:
        told |= Q(rank=one.rank, cause=one.cause)
    found = rows.exclude(told) if cut.told else rows
    return Q(id__in=found.order_by("rank", "opened_at", "id").values("id")[cut.alone[0]:cut.alone[1]])


def named(visible: QuerySet[Workspace], sel: str) -> int:
    """The incident that an address of earlier days means, by its subject: the open one, else the newest; 0 for none.

    One query.
    """
    slug, end, name = (*sel.split("/", 2), "")[:3]
    rows = within(visible).filter(workspace__slug__iexact=slug, endpoint__name__iexact=end)
    rows = rows.filter(deployment__name__iexact=name) if name else rows.filter(deployment=None)
    return rows.order_by(F("resolved_at").desc(nulls_first=True), "-id").values_list("id", flat=True).first() or 0
