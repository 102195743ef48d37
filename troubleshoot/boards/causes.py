"""The list of causes with the counts of this installation."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from troubleshoot import stakes
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import handbook, shelf
from troubleshoot.diagnosis.handbook import GROUPS, SURFACES, Entry
from troubleshoot.models import Attempt, Verdict, Workspace

WINDOW = timedelta(days=90)
SEEN = "90d"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list was asked for; empty for all of a kind."""

    seen: str = ""
    surface: str = ""
    stage: str = ""
    q: str = ""

    def valid(self) -> "Asked":
        """The nearest question that has an answer: a value that does not exist asks for nothing."""
        return Asked(SEEN, self.surface if self.surface in SURFACES else "",
                     self.stage if self.stage in GROUPS else "", self.q)

    @property
    def link(self) -> str:
        """The query that asks for this."""
        asked = {"seen": SEEN, "surface": self.surface, "stage": self.stage, "q": self.q}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def strange(self) -> str:
        """The first value that does not exist."""
        pairs = ((self.seen, (SEEN,)), (self.surface, SURFACES), (self.stage, GROUPS))
        return next((value for value, known in pairs if value and value not in known), "")


@dataclass(frozen=True, slots=True)
class Row:
    """A cause in the list: its words, how many attempts it explained here in 90 days, and when last."""

    slug: str
    title: str
    look: tuple[tuple[str, bool], ...]  # what is seen first, in pieces, and which are exact words
    who: str
    count: int
    last: Moment | None


@dataclass(frozen=True, slots=True)
class Group:
    """The causes of one stage: those that were seen here, and the rest."""

    key: str
    name: str
    azure: str
    known: int
    seen: tuple[Row, ...]
    rest: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a row of filters."""

    link: str
    words: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Index:
    """All that the list of causes shows."""

    known: int
    seen: int
    explained: int
    unknown: int
    newest: tuple[str, str, str, int] | None  # the newest attempt whose cause is not known
    newest_at: Moment | None
    elsewhere: int  # attempts whose cause is no longer on the shelf
    rules: str
    asked: Asked
    strange: str
    surfaces: tuple[Choice, ...]
    stages: tuple[Choice, ...]
    groups: tuple[Group, ...]
    open: bool  # nothing is folded: the list was narrowed

    @property
    def title(self) -> str:
        """`130 causes are known, 3 were seen here in 90 days`."""
        some = "none was" if not self.seen else "1 was" if self.seen == 1 else f"{self.seen} were"
        return f"{self.known} causes are known, {some} seen here in 90 days"


def index(visible: QuerySet[Workspace], now: datetime, asked: Asked) -> Index:
    """The list of causes with what was seen of each; one query, and one for the newest that is not known."""
    valid, counts = asked.valid(), _counts(visible, now)
    rows = {slug: _row(one, *counts.get(slug, (0, None)), now) for slug, one in handbook.entries().items()}
    unknown, at = counts.get("", (0, None))
    newest = _newest_unknown(visible, now) if unknown else None
    here = {slug: row for slug, row in rows.items() if row.count}
    fitting = {one.slug for one in (handbook.find(valid.q) if valid.q else handbook.entries().values())}
    return Index(
        known=len(rows), seen=len(here), explained=sum(row.count for row in here.values()), unknown=unknown,
        newest=newest, newest_at=moment(at, now), rules=shelf.fingerprint(), asked=valid, strange=asked.strange,
        elsewhere=sum(count for slug, (count, _) in counts.items() if slug and slug not in rows),
        surfaces=_surfaces(here, valid), stages=_stages(here, valid),
        open=bool(valid.q or valid.surface or valid.stage), groups=tuple(_groups(rows, fitting, valid)))


def _newest_unknown(visible: QuerySet[Workspace], now: datetime) -> tuple[str, str, str, int] | None:
    """Where the newest attempt of the last 90 days stands that no cause explains; one query."""
    rows = failed(visible).annotate(at=when()).filter(verdict__cause="", at__gte=now - WINDOW)
    found = rows.order_by("-at", "-id").values_list(
        "endpoint__workspace__slug", "endpoint__name", "deployment__name", "number")
    return next(((space, end, one or "", number) for space, end, one, number in found[:1]), None)


def when(prefix: str = "") -> Coalesce:
    """When an attempt failed, as far as that is known."""
    return Coalesce(*(f"{prefix}{name}" for name in ("ended", "failed_at", "started", "recorded_at")))


def failed(visible: QuerySet[Workspace]) -> QuerySet[Attempt]:
    """The attempts that went wrong in these workspaces; no query before it is used."""
    return Attempt.objects.filter(state__in=stakes.BAD, endpoint__workspace__in=visible.order_by().values("id"))


def _counts(visible: QuerySet[Workspace], now: datetime) -> Mapping[str, tuple[int, datetime | None]]:
    """For each slug the attempts of the last 90 days, and the newest of all; empty for those not known."""
    rows = Verdict.objects.filter(
        attempt__state__in=stakes.BAD, attempt__endpoint__workspace__in=visible.order_by().values("id")).annotate(
        at=when("attempt__")).order_by().values("cause").annotate(
        recent=Count("id", filter=Q(at__gte=now - WINDOW)), last=Max("at"))
    found: dict[str, tuple[int, datetime | None]] = {}
    for row in rows:
        slug = row["cause"].replace("_", "-")
        count, last = found.get(slug, (0, None))
        found[slug] = (count + row["recent"], max(filter(None, (last, row["last"])), default=None))
    return found


def _row(one: Entry, count: int, last: datetime | None, now: datetime) -> Row:
    return Row(one.slug, one.title, one.look, one.who, count, moment(last, now))


def _surfaces(here: Mapping[str, Row], asked: Asked) -> tuple[Choice, ...]:
    """Seen here, and each kind of endpoint with the causes that are known of it."""
    every = handbook.entries().values()
    counts = {"": len(here)} | {key: sum(one.surface == key for one in every) for key in SURFACES}
    return tuple(Choice(replace(asked, surface=key).link, words, counts[key], asked.surface == key)
                 for key, words in ({"": "Seen here"} | SURFACES).items())


def _stages(here: Mapping[str, Row], asked: Asked) -> tuple[Choice, ...]:
    """Each group with the attempts that it explained; they add up to the sentence on top."""
    every, counts = handbook.entries(), dict.fromkeys(GROUPS, 0)
    for slug, row in here.items():
        counts[every[slug].group] += row.count
    names = {"": "All"} | {key: name for key, (name, _) in GROUPS.items()}
    return tuple(Choice(replace(asked, stage=key).link, words, counts.get(key, sum(counts.values())),
                        asked.stage == key) for key, words in names.items())


def _groups(rows: Mapping[str, Row], fitting: set[str], asked: Asked) -> Iterable[Group]:
    """The groups that hold something of what was asked for, the causes that were seen here first."""
    every = handbook.entries()
    for key, (name, azure) in GROUPS.items():
        inside = [row for slug, row in rows.items() if every[slug].group == key and slug in fitting
                  and asked.surface in ("", every[slug].surface)]
        seen = sorted((row for row in inside if row.count), key=lambda row: (-row.count, row.title))
        if inside and asked.stage in ("", key):
            rest = sorted((row for row in inside if not row.count), key=lambda row: row.title.lower())
            yield Group(key, name, azure, len(inside), tuple(seen), tuple(rest))
