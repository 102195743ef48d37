"""Quiet hours: what may wait is held until they end, by the clock on the wall, and told in one message then."""
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.troubleshoot.test_notices import NOW, channel, growth, incident, plan, resolve
from troubleshoot import clock, notices, outbox
from troubleshoot.boards import notice
from troubleshoot.models import Notice, Rule
from troubleshoot.ranks import NOT_AFFECTED

pytestmark = pytest.mark.postgres
__all__ = ["growth"]
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
QUIET = {"quiet_from": time(22), "quiet_until": time(7), "zone": "Europe/Berlin", "break_quiet": False}


def test_quiet_hours_hold_a_notice_until_they_end(growth):
    channel(tells=(QUIET,))
    plan(incident(growth))
    assert Notice.objects.get().due_at == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    assert outbox.channels_due() == []


def test_production_traffic_breaks_through_quiet_hours_where_the_rule_says_so(growth):
    channel(tells=(QUIET | {"break_quiet": True},))
    plan(incident(growth))
    plan(incident(growth, cause="quota", rank=NOT_AFFECTED))
    assert [row.due_at <= NOW for row in Notice.objects.order_by("id")] == [True, False]


def test_a_rule_without_quiet_hours_tells_at_once_whatever_another_of_the_channel_says(growth):
    channel(tells=(QUIET, {"endpoint": "churn-scorer"}))
    plan(incident(growth))
    assert Notice.objects.get().due_at == NOW


def test_what_recovered_in_quiet_hours_is_told_as_recovered_in_their_one_message(growth):
    sink = channel(tells=(QUIET,))
    ended, lasting = incident(growth), incident(growth, "fraud", title="Not enough quota", cause="quota")
    plan(ended)
    plan(lasting)
    resolve(ended, NOW + timedelta(minutes=10))
    plan(ended, "recovered", NOW + timedelta(minutes=10))
    clock.hold(datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert outbox.channels_due() == [sink.id]
    held = outbox.claim(sink.id)
    said = notice.message(held.notice)
    assert said.subject == "2 incidents: 1 open, 1 over"
    assert said.rows[0].text.startswith("Production traffic affected · fraud / green")
    assert said.rows[1].text.startswith("Over after 10 min 00 s · churn-scorer / green")
    assert ("Why in one message", "Held back in quiet hours") in said.facts
    outbox.sent(held)
    assert outbox.claim(sink.id) is None


@given(zone=st.sampled_from(ZONES), begin=st.times(), end=st.times(),
       now=st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes)))
def test_quiet_hours_end_within_a_day_and_only_hold_inside(zone, begin, end, now):
    rule = Rule(quiet_from=begin, quiet_until=end, zone=zone)
    until = notices.quiet_until(rule, now)
    here = now.astimezone(ZoneInfo(zone)).time()
    inside = begin <= here < end if begin < end else (here >= begin or here < end) and begin != end
    if until is None:
        assert not inside
    else:
        assert inside
        assert now < until <= now + timedelta(hours=26)


@pytest.mark.parametrize(("now", "until"), [
    ("2026-03-29T00:30:00+00:00", "2026-03-29T01:30:00+00:00"),  # spring: 02:30 is left out, and stands for 03:30
    ("2026-10-25T00:10:00+00:00", "2026-10-25T00:30:00+00:00"),  # autumn: the first 02:30
    ("2026-10-25T01:10:00+00:00", "2026-10-25T01:30:00+00:00"),  # the second
    ("2026-10-24T21:00:00+00:00", "2026-10-25T00:30:00+00:00")])
def test_quiet_hours_follow_the_clock_on_the_wall_when_it_is_changed(now, until):
    rule = Rule(quiet_from=time(22), quiet_until=time(2, 30), zone="Europe/Berlin")
    assert notices.quiet_until(rule, datetime.fromisoformat(now)) == datetime.fromisoformat(until)


def test_a_zone_that_nobody_knows_holds_nothing_back():
    assert notices.quiet_until(Rule(quiet_from=time(0), quiet_until=time(23), zone="Mars/Base"), NOW) is None
