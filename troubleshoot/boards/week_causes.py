"""Causes of a week with their weeks before: which return, since when, and where."""
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.boards.week_rows import Tried
from troubleshoot.boards.weeks import Week
from troubleshoot.boards.words import NB, day, plural
from troubleshoot.diagnosis import handbook

UNKNOWN = "Cause not known"
NEW = "new this week"
_TIMES = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause with its failed attempts in each week; None where the workspace was not polled."""

    slug: str  # of the handbook; empty where the cause is not known, or no longer on the shelf
    title: str
    counts: tuple[int | None, ...]  # oldest week first, this one last
    since: str
    where: str
    returned: str  # `returned for the fourth week`; empty where it did not, or is not known
    weeks: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """It was never seen here before this week."""
        return self.since == NEW

    @property
    def cells(self) -> tuple[tuple[str, int | None], ...]:
        """Each week with its count: (W47, 4)."""
        return tuple(zip(self.weeks, self.counts, strict=True))


def of(weeks: Sequence[Week], seen: Sequence[bool], past: Mapping[str, tuple[datetime, list[int]]],
       before: Sequence[Tried], mine: Sequence[Tried]) -> tuple[Cause, ...]:
    """The causes of the failed attempts of a week: those that return first, the most frequent first; no query."""
    now, last = _counted(mine), _counted(before)
    rows = []
    for slug, count in now.items():
        first, counts = past.get(slug, (min(one.began for one in mine if one.cause == slug), [0] * len(weeks)))
        told = [*counts[:-2], last[slug], count]
        shown = tuple(one if one or was else None for one, was in zip(told, seen, strict=True))
        rows.append(_cause(slug, shown, first, weeks, [one for one in mine if one.failed and one.cause == slug]))
    return tuple(sorted(rows, key=lambda one: (one.is_new, -(one.counts[-1] or 0), one.title)))


def _counted(tried: Iterable[Tried]) -> Counter[str]:
    return Counter(one.cause for one in tried if one.failed)


def _cause(slug: str, counts: tuple[int | None, ...], first: datetime, weeks: Sequence[Week],
           mine: Sequence[Tried]) -> Cause:
    entry = handbook.entries().get(slug)
    title = entry.title if entry else mine[-1].title if slug else UNKNOWN
    return Cause(entry.slug if entry else "", title or slug, counts, _since(first, weeks[-1]),
                 _where(mine) if slug else _tested(mine), _returned(counts, first, weeks[-1]) if slug else "",
                 tuple(one.short for one in weeks))


def _since(first: datetime, week: Week) -> str:
    """The day, or the month where another year is meant; a cause of this week alone is new."""
    if first >= week.begin:
        return NEW
    return day(first) if first.year == week.begin.year else f"{first:%b}{NB}{first.year}"


def _returned(counts: Sequence[int | None], first: datetime, week: Week) -> str:
    """For how many weeks without a break it has been there; empty where it was never there before."""
    if first >= week.begin:
        return ""
    weeks = next((at for at, count in enumerate(reversed(counts)) if not count), len(counts))
    if weeks == 1:
        return "returned"
    return f"returned for the {_TIMES[weeks]} week" if weeks in _TIMES else f"returned for at least {weeks} weeks"


def _where(mine: Sequence[Tried]) -> str:
    """The one deployment that it hit, or how many endpoints."""
    places = {(one.endpoint, one.deployment) for one in mine}
    if len(places) == 1:
        return " / ".join(filter(None, next(iter(places))))
    return plural(len({one.endpoint_id for one in mine}), "endpoint")


def _tested(mine: Sequence[Tried]) -> str:
    """Whether the next test was run, as far as that is recorded: the same was submitted again, or a copy beside it."""
    ran, named = sum(one.tested for one in mine), sum(one.named for one in mine)
    said = [f"next test was run for {ran} of {len(mine)}" if ran else "no run of the next test is recorded",
            f"a person named the cause of {named}" if named else ""]
    return f"Not known; {'; '.join(filter(None, said))}"
