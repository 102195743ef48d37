"""One cause that hits many at once, told once; and on which of the last 28 days a cause opened incidents."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast, Substr

from troubleshoot import ranks
from troubleshoot.boards import incidents, said
from troubleshoot.boards.incidents import Asked, Row, Slice, Tally, chosen, listed, of_state, still, within
from troubleshoot.boards.words import Moment, day, moment, plural
from troubleshoot.models import Workspace

DAYS = 28
OPEN = 3  # waves of a page with their first members and a strip; the others are a line with a link
MEMBERS = 4
HIGH, WIDE = 16, 4  # of a strip, and of one day in it


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a strip as it is drawn."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The openings of one cause on each of the last 28 days; days before the first look are left out."""

    bars: tuple[Bar, ...]
    since: int  # x of the first day that is known
    words: str


@dataclass(frozen=True, slots=True)
class Wave:
    """One cause in one rank that hits three subjects or more."""

    id: str
    rank: int
    cause: str
    title: str
    count: str
    places: str
    link: str  # the query of the list of its own
    since: Moment | None
    at: datetime | None
    last: Moment | None
    nobody: int  # of them that nobody has in hand
    rows: tuple[Row, ...]
    same: bool  # its rows say nothing of the cause that the head does not say
    more: int
    strip: Strip | None

    @property
    def tone(self) -> str:
        """The state colour of its rank."""
        return ranks.TONES[self.rank]

    @property
    def glyph(self) -> str:
        """The shape of its rank."""
        return ranks.GLYPHS[self.rank]


def rows(visible: QuerySet[Workspace], cut: Slice, asked: Asked, person: int, now: datetime) -> tuple[Row, ...]:
    """All incidents that stand on a page, worst and oldest first, those that are over last; one query."""
    wanted = listed(visible, asked, cut, person, now) | members(visible, cut, asked, person)
    found = incidents.rows(within(visible).filter(wanted), now)
    return tuple(sorted(found, key=_place))


def _place(row: Row) -> tuple[int, float, int]:
    """Its rank, then the oldest first; of those that are over the one that ended last."""
    over = row.rank == ranks.RESOLVED
    return row.rank, -row.at.timestamp() if over else row.at.timestamp(), -row.id if over else row.id


def members(visible: QuerySet[Workspace], cut: Slice, asked: Asked, person: int) -> Q:
    """The oldest incidents of the first waves of a page, as a condition; none where there is no wave."""
    base = still(visible).filter(chosen(asked), of_state(asked.state, person))
    found = Q(pk__in=())
    for one in cut.waves[:OPEN]:
        rows = base.filter(rank=one.rank, cause=one.cause).order_by("opened_at", "id")
        found |= Q(id__in=rows.values("id")[:MEMBERS])
    return found


def wave(one: Tally, rows: Iterable[Row], asked: Asked, strips: Mapping[str, Strip], now: datetime) -> Wave:
    """A wave with those of its incidents that stand on the page."""
    own = tuple(row for row in rows if (row.rank, row.slug) == (one.rank, one.cause))
    titles = {row.cause for row in own}
    many = one.fits[asked.state]
    return Wave(
        id=f"wave-{one.rank}-{one.cause}", rank=one.rank, cause=one.cause, title=_title(one.cause, titles),
        count=plural(many, "incident"), places=plural(one.places, "workspace"),
        link=asked.link(rank=one.rank, cause=one.cause, page=1), since=moment(one.first_at, now), at=one.first_at,
        last=moment(one.last_at, now), nobody=one.nobody, rows=own, same=len(titles) == 1, more=many - len(own),
        strip=strips.get(one.cause))


def _title(cause: str, titles: set[str]) -> str:
    """The cause in the words of its incidents where they are the same, else its kind."""
    if len(titles) == 1:
        return next(iter(titles))
    kind = said.kind_of(cause)
    return kind if kind != cause or not titles else min(titles)


def strips(visible: QuerySet[Workspace], causes: Iterable[str], first_look: datetime | None, now: datetime
           ) -> dict[str, Strip]:
    """A strip for each cause; one query, whatever their number."""
    today = now.astimezone(UTC).date()
    begin = datetime.combine(today - timedelta(days=DAYS - 1), datetime.min.time(), UTC)
    rows = within(visible).filter(cause__in=sorted(set(causes)), opened_at__gte=begin)
    counted = rows.annotate(day=Substr(Cast("opened_at", TextField()), 1, 10)).values("cause", "day").annotate(
        many=Count("id")).values_list("cause", "day", "many")
    found: dict[str, dict[date, int]] = {cause: {} for cause in causes}
    for cause, at, many in counted:
        found[cause][date.fromisoformat(at)] = many
    known = first_look.astimezone(UTC).date() if first_look else today
    return {cause: _strip(days, begin.date(), min([known, *days]), today) for cause, days in found.items()}


def _strip(days: Mapping[date, int], begin: date, known: date, today: date) -> Strip:
    most = max(days.values(), default=1)
    heights = {at: max(2, round(HIGH * many / most)) for at, many in days.items()}
    bars = tuple(Bar(WIDE * (at - begin).days, HIGH - high, high) for at, high in sorted(heights.items()))
    return Strip(bars, WIDE * max(0, (known - begin).days), _words(days, begin, known, today))


def _words(days: Mapping[date, int], begin: date, known: date, today: date) -> str:
    """What the strip shows, for those who do not see it."""
    total = sum(days.values())
    if known == today:
        return f"{plural(total, 'opening')} on {_day(today)}, not watched before"
    since = f"the last {DAYS} days" if known <= begin else f"{_day(known)} to {_day(today)}, not watched before"
    worst = max(days, key=lambda at: (days[at], at), default=None)
    most = f", most on {_day(worst)}: {days[worst]}" if worst and len(days) > 1 else ""
    return f"{plural(total, 'opening')} on {plural(len(days), 'day')} of {since}{most}"


def _day(at: date) -> str:
    return day(datetime(at.year, at.month, at.day, tzinfo=UTC))


def shown(cut: Slice, rows: Sequence[Row], asked: Asked, strips: Mapping[str, Strip], now: datetime
          ) -> tuple[Wave | Row, ...]:
    """The entries of a page in the order of its ranks, the oldest first inside."""
    told = {(one.rank, one.cause) for one in cut.waves}
    alone = [row for row in rows if (row.rank, row.slug) not in told]
    found: list[Wave | Row] = [wave(one, rows, asked, strips, now) for one in cut.waves]
    return tuple(sorted([*found, *alone], key=lambda each: (each.rank, each.at or now, str(each.id))))
