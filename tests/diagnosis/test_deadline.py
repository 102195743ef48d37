"""The verdict clock rests on the probe and on what was seen; nothing usual is said of fewer than five attempts."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis.deadline import Before, moments, probe_seconds
from troubleshoot.diagnosis.facts import Probe

START = datetime(2026, 11, 23, 12, 31, 4, tzinfo=UTC)
SECONDS = st.lists(st.floats(1, 20_000), max_size=12)


def clock(before: Before | None = None, probe: Probe | None = None) -> dict:
    return {one.key: one for one in moments(START, probe, before or Before())}


def test_without_history_the_earliest_moment_counts_from_the_probe_alone():
    told = clock()
    assert set(told) == {"earliest", "latest"}
    assert told["earliest"].at == START + timedelta(seconds=310)
    assert "not known yet" in told["earliest"].rests_on


def test_a_probe_of_ones_own_moves_the_earliest_moment():
    assert probe_seconds(Probe(600, 5, 2, 1, 10)) == 650
    assert probe_seconds(Probe(initial_delay=0)) == 300
    assert clock(probe=Probe(600, 5, 2, 1, 10))["earliest"].at == START + timedelta(seconds=650)


def test_five_earlier_attempts_make_the_way_to_the_container_and_the_usual_time_known():
    told = clock(Before((398, 400, 402, 500, 700), (480, 500, 540, 600, 840), (2460, 300)))
    assert told["earliest"].at == START + timedelta(seconds=398 + 310)
    assert "6 min 38 s (5 earlier attempts here)" in told["earliest"].rests_on
    assert told["usual"].at == START + timedelta(seconds=540)
    assert told["longest"].at == START + timedelta(seconds=2460)
    assert "none known" not in told["latest"].rests_on


def test_a_failure_here_that_took_longer_than_any_reported_replaces_it():
    assert clock(Before(to_failure=(9000.0,)))["latest"].at == START + timedelta(seconds=9000)
    assert clock(Before(to_failure=(60.0,)))["latest"].at == START + timedelta(minutes=114)
    assert "longest" not in clock(Before(to_failure=(9000.0,)))


def test_a_container_that_is_known_to_run_moves_the_earliest_moment_to_its_own_start():
    at = START + timedelta(seconds=500)
    told = {one.key: one for one in moments(START, None, Before((398, 400, 402, 500, 700)), at)}
    assert told["earliest"].at == at + timedelta(seconds=310)
    before = {one.key: one for one in moments(START, None, Before(), START - timedelta(seconds=500))}
    assert before["earliest"].at == START + timedelta(seconds=310)


def test_each_moment_says_whose_attempts_it_rests_on():
    told = clock(Before((398,) * 5, (480,) * 6, (2460,), "earlier creations of this deployment"))
    assert "(5 earlier creations of this deployment)" in told["earliest"].rests_on
    assert "Median of 6 earlier creations of this deployment that became ready" in told["usual"].rests_on
    assert "the longest of 1 earlier creations of this deployment that failed" in told["longest"].rests_on
    assert "10 s delay, 30 failures, 10 s apart" in told["earliest"].rests_on


@given(SECONDS, SECONDS, SECONDS)
def test_the_moments_are_in_order_and_none_lies_before_the_start(one, two, three):
    told = moments(START, None, Before(one, two, three))
    assert [moment.at for moment in told] == sorted(moment.at for moment in told)
    assert all(moment.at > START and moment.rests_on for moment in told)
    assert ("usual" in {moment.key for moment in told}) == (len(two) >= 5)
