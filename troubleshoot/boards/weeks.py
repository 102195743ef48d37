"""ISO weeks in UTC: Monday to Sunday, numbered as calendars number them."""
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from troubleshoot.boards.words import day

_NAMED = re.compile(r"(\d{4})-?[Ww](\d{1,2})")
LONG = timedelta(days=7)
FIRST_YEAR = 2015  # there was no such Azure before
LAST_YEAR = 9000  # where a calendar of Python still has room behind it


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One week; `year` is the year that the calendar counts it in, which its first or last days need not be in."""

    year: int
    number: int

    @property
    def begin(self) -> datetime:
        """Monday, 00:00 UTC."""
        return datetime.combine(date.fromisocalendar(self.year, self.number, 1), datetime.min.time(), UTC)

    @property
    def end(self) -> datetime:
        """The Monday after it, 00:00 UTC: the first moment that is not in it."""
        return self.begin + LONG

    @property
    def name(self) -> str:
        """`2026-W47`, as addresses have it."""
        return f"{self.year:04d}-W{self.number:02d}"

    @property
    def short(self) -> str:
        """`W47`."""
        return f"W{self.number:02d}"

    @property
    def title(self) -> str:
        """`Week 47`."""
        return f"Week {self.number}"

    @property
    def days(self) -> str:
        """`16 to 22 Nov 2026`, `28 Dec 2026 to 3 Jan 2027`."""
        first, last = self.begin, self.end - timedelta(days=1)
        if first.year != last.year:
            return f"{day(first)} {first.year} to {day(last)} {last.year}"
        start = f"{first.day}" if first.month == last.month else day(first)
        return f"{start} to {day(last)} {last.year}"

    def on(self, weeks: int) -> "Week":
        """The week so many weeks later, or earlier."""
        return of(self.begin + weeks * LONG)


def of(at: datetime) -> Week:
    """The week that holds a moment."""
    year, number, _ = at.astimezone(UTC).date().isocalendar()
    return Week(year, number)


def nearest(said: str, first: Week, last: Week) -> tuple[Week, bool]:
    """The week that an address names, held between the first and the last; and whether it is that very week."""
    named = _NAMED.fullmatch(said)
    if named is None:
        return last, False
    year = min(max(int(named[1]), 1), LAST_YEAR)
    longest = date(year, 12, 28).isocalendar()[1]  # the 28th of December is always in the last week of its year
    wanted = Week(year, min(max(int(named[2]), 1), longest))
    found = min(max(wanted, first), last)
    return found, found.name == said
