"""Weeks are ISO weeks in UTC, and a wrong one in an address is the nearest."""
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.boards import weeks
from troubleshoot.boards.weeks import Week

FIRST, LAST = Week(2015, 1), Week(2026, 48)


@given(st.integers(0, 45 * 366 * 24 * 60))
def test_every_moment_is_in_its_week_and_the_address_of_a_week_is_that_week(minutes):
    at = FIRST.begin + timedelta(minutes=minutes)
    one = weeks.of(at)
    assert one.begin <= at < one.end and one.begin.weekday() == 0
    assert weeks.nearest(one.name, FIRST, one) == (one, True)
    assert one.on(1).begin == one.end and one.on(1).on(-1) == one
    assert (one.year, one.number) == date.fromisocalendar(one.year, one.number, 4).isocalendar()[:2]


def test_a_week_belongs_to_utc_and_not_to_the_readers_zone():
    late = datetime.fromisoformat("2026-11-22T23:30:00-05:00")  # Monday 04:30 in UTC
    assert weeks.of(late).name == "2026-W48"


def test_at_the_turn_of_the_year_the_week_is_counted_in_its_own_year():
    assert weeks.of(datetime(2027, 1, 3, 23, 59, tzinfo=UTC)).name == "2026-W53"
    assert weeks.of(datetime(2027, 1, 4, tzinfo=UTC)).name == "2027-W01"
    assert Week(2026, 53).days == "28\u00a0Dec 2026 to 3\u00a0Jan 2027"
    assert Week(2026, 53).on(1) == Week(2027, 1)


def test_the_days_of_a_week_are_told_as_short_as_they_can_be():
    assert Week(2026, 47).days == "16 to 22\u00a0Nov 2026"
    assert Week(2026, 44).days == "26\u00a0Oct to 1\u00a0Nov 2026"


@pytest.mark.parametrize(("said", "found"), [
    ("2027-W01", "2026-W48"), ("1999-W03", "2015-W01"), ("2025-W53", "2025-W52"), ("2026-W00", "2026-W01"),
    ("2026-W99", "2026-W48"), ("0000-W00", "2015-W01"), ("9999-W99", "2026-W48"), ("yesterday", "2026-W48"),
    ("2026W7", "2026-W07"), ("", "2026-W48"), ("٢٠٢٦-W47", "2026-W47")])
def test_a_week_that_is_not_there_is_the_nearest_one_and_that_is_said(said, found):
    assert weeks.nearest(said, FIRST, LAST) == (Week(int(found[:4]), int(found[6:])), False)


def test_two_weeks_are_ordered_by_time():
    assert Week(2026, 53) < Week(2027, 1) and Week(2026, 9).begin + timedelta(days=7) == Week(2026, 10).begin
