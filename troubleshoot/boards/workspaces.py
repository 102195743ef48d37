"""The page of workspaces: which are watched, what can be read there, who may see them, and where news goes."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Lower

from troubleshoot import people
from troubleshoot.boards import missing
from troubleshoot.boards.missing import REFUSED, SOURCES, Missing, Refusal, Source
from troubleshoot.boards.spaces import Space, Spaces
from troubleshoot.boards.words import plural
from troubleshoot.models import Access, Channel, Person, Rule, Watch, Workspace

COLUMNS = tuple(one for one in SOURCES.values() if one.column)
LIVING = Q(due_at__isnull=False)
_REFUSED = Q(trouble="denied") | Q(said__contains=REFUSED)
BELOW = ("attempts", "logs")  # the polls of attempts
NAMES = 3  # people named in a row; the rest is counted


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether one source can be read in one workspace."""

    column: str
    glyph: str
    said: str
    quiet: bool  # nothing that a reader must know


@dataclass(frozen=True, slots=True)
class Row:
    """One workspace."""

    space: Space
    glyph: str
    tone: str
    said: str  # what its state is, where that is more than an age
    cells: tuple[Cell, ...]
    people: tuple[str, ...]
    more: int  # people beyond those that are named
    news: tuple[tuple[int, str], ...]  # (id, name) of channels of its own
    wide: int  # channels of the installation that are told of it


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows."""

    title: str
    rows: tuple[Row, ...]
    columns: tuple[str, ...]
    missing: tuple[Missing, ...]
    everywhere: tuple[str, ...]  # people who see all workspaces


@dataclass(frozen=True, slots=True)
class _Look:
    """What one watch, or the watches of one kind in a workspace, last heard."""

    poll: str
    trouble: str
    said: str
    ok_at: datetime | None
    tried_at: datetime | None

    @property
    def lacks(self) -> Source | None:
        """What Azure refused."""
        return missing.source(self.poll, self.trouble, self.said)

    @property
    def tells(self) -> bool:
        """Whether `ok_at` is when the thing was last read: a refused log or part ends a look that went well."""
        return self.trouble == "denied" and self.poll not in BELOW


_Key = tuple[str, ...]


def board(visible: QuerySet[Workspace], spaces: Spaces, now: datetime) -> Board:
    """The page for what a person may see; six queries, whatever the size."""
    looks = _looks(visible)
    people, everywhere = _people(visible)
    told, wide = _news(visible)
    refusals, rows = [], []
    for one in spaces.all:
        heard = [look for key in _keys(one) for look in looks.get(key, ())]
        lacks = [Refusal(one, look.lacks, look.said, look.tried_at, look.ok_at if look.tells else None, look.tells)
                 for look in heard if look.lacks]
        names, cells = people.get(one.id, []), _cells(heard)
        rows.append(Row(one, *_state(one, len(lacks), cells), cells, tuple(names[:NAMES]), len(names[NAMES:]),
                        tuple(told.get(one.id, ())), wide.get(one.id, 0) + wide.get(None, 0)))
        refusals += lacks
    rows.sort(key=lambda row: row.glyph != "lock")  # whoever comes was sent by a lock on another page
    return Board(_title(rows), tuple(rows), tuple(one.column for one in COLUMNS), missing.every(refusals, now),
                 everywhere)


def refused(visible: QuerySet[Workspace]) -> QuerySet[Watch]:
    """The watches that Azure refused something to, in and around these workspaces; no query before it is used."""
    own = visible.order_by()
    around = Q(attempt=None, workspace=None, above__in=own.values(above=Lower("subscription")))
    return Watch.objects.annotate(above=Lower("subscription")).filter(
        Q(workspace__in=own) | around, _REFUSED, LIVING)


def _looks(visible: QuerySet[Workspace]) -> dict[_Key, list[_Look]]:
    """What every watch last heard, by what it looks at; those of attempts counted together. Two queries."""
    found: dict[_Key, list[_Look]] = {}
    own = visible.order_by()
    for one in Watch.objects.filter(LIVING, Q(workspace__in=own) | Q(workspace=None), attempt=None).select_related(
            "region"):
        key: _Key = (f"{one.workspace_id}",) if one.workspace_id else (one.subscription.lower(),)
        key += (one.region.name.lower(),) if one.region else ()
        found.setdefault(key, []).append(_Look(one.poll, one.trouble, one.said, one.ok_at, one.tried_at))
    lacks = _REFUSED & LIVING
    asked = Watch.objects.filter(workspace__in=own, poll__in=BELOW).order_by()
    for ws, poll, *heard in asked.values_list("workspace_id", "poll").annotate(
            word=Max("trouble", filter=lacks, default=""), heard=Max("said", filter=lacks, default=""),
            ok=Max("ok_at", filter=Q(trouble="")), tried=Max("tried_at", filter=lacks)):
        found.setdefault((f"{ws}",), []).append(_Look(poll, *heard))
    return found


def _keys(space: Space) -> tuple[_Key, ...]:
    """What is looked at for a workspace: itself, its region, its subscription."""
    above = space.subscription.lower()
    return (f"{space.id}",), (above, space.location.lower()), (above,)


def _cells(heard: Sequence[_Look]) -> tuple[Cell, ...]:
    return tuple(_cell(one, [look for look in heard if look.poll == one.poll]) for one in COLUMNS)


def _cell(source: Source, looks: Sequence[_Look]) -> Cell:
    if any(look.lacks for look in looks):
        return Cell(source.column, "lock", "not permitted", False)
    trouble = next((look.trouble for look in looks if look.trouble), "")
    if trouble:
        return Cell(source.column, "warn", trouble, False)
    if any(look.ok_at for look in looks):
        return Cell(source.column, "ok", "readable", True)
    return Cell(source.column, "idle", "not read yet", True)


def _state(space: Space, lacks: int, cells: Sequence[Cell]) -> tuple[str, str, str]:
    """Glyph, tone and words; no words where the age says it."""
    if lacks:
        return "lock", "warn", f"{lacks} missing"
    if space.polled is None:
        return "idle", "mut", "not polled yet"
    if space.stale:
        return "stale", "warn", "not polled lately"
    if any(one.glyph == "warn" for one in cells):
        return "warn", "warn", "read in part"
    return "ok", "ok", ""


def _title(rows: Sequence[Row]) -> str:
    if not rows:
        return "No workspace is watched"
    ok, lack, part = (sum(one.glyph == glyph for one in rows) for glyph in ("ok", "lock", "warn"))
    old = len(rows) - ok - lack - part
    parts = [f"{ok} complete"]
    parts += [f"{lack} lack{'s' if lack == 1 else ''} a permission"] if lack else []
    parts += [f"{part} {'is' if part == 1 else 'are'} read in part"] if part else []
    parts += [f"{old} {'is' if old == 1 else 'are'} not polled lately"] if old else []
    return f"{plural(len(rows), 'workspace')}: {', '.join(parts)}"


def _people(visible: QuerySet[Workspace]) -> tuple[dict[int, list[str]], tuple[str, ...]]:
    """Names by workspace, and of those who see all; two queries."""
    found: dict[int, list[str]] = {}
    for one in Access.objects.filter(workspace__in=visible.order_by(), person__is_active=True).select_related(
            "person").order_by("person__username"):
        found.setdefault(one.workspace_id, []).append(people.name(one.person))
    everywhere = Person.objects.filter(Q(sees_all=True) | Q(is_superuser=True), is_active=True).order_by("username")
    return found, tuple(people.name(one) for one in everywhere)


def _news(visible: QuerySet[Workspace]) -> tuple[dict[int, list[tuple[int, str]]], dict[int | None, int]]:
    """Channels of each workspace, and how many of the installation are told of it (None: of all); two queries."""
    told: dict[int, list[tuple[int, str]]] = {}
    for one in Channel.objects.filter(workspace__in=visible.order_by(), on=True, rules__isnull=False).distinct():
        told.setdefault(one.workspace_id or 0, []).append((one.id, one.name))
    wide: dict[int | None, set[int]] = {}
    for rule in Rule.objects.filter(channel__workspace=None, channel__on=True).only("channel_id", "workspace_id"):
        wide.setdefault(rule.workspace_id, set()).add(rule.channel_id)
    return told, {key: len(held - wide.get(None, set()) if key else held) for key, held in wide.items()}
