"""One account in one order, with nothing doubled and nothing dropped for want of a time."""
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import stages, timeline
from troubleshoot.diagnosis.facts import (
    Case,
    Event,
    Evidence,
    Finding,
    Log,
    OperationFacts,
    Place,
    Stage,
    Verdict,
)
from troubleshoot.diagnosis.recorded import Restart

T0 = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PLACE = Place("s", "g", "w", "e", "blue")


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


PROOF = Evidence("inference-server", "2026-11-23 12:08:00,000 E [31] azmlinfsrv - User's init function failed", 219)
BARE = Evidence("inference-server", "KeyError: 'X'", 231)
CASE = Case(place=PLACE, kind="create", state="Failed", operation=OperationFacts("o", "Failed", T0, at(20)),
            events=(Event("BackOff", "Back-off", "Warning", at(9), 4, at(12)),
                    Event("Pulling", at=at(4)), Event("Odd")),
            logs=(Log("inference-server", ("x",), last_class="logs"),
                  Log("storage-initializer", ("a", "b"), last_class="gone", said="Not found", read_at=at(25))))
VERDICT = Verdict(
    findings=(Finding("init", "t", "k", "certain", "container_start", (PROOF, PROOF, BARE)),),
    stages=(Stage("Quota", "passed", T0), Stage("Provisioning", "passed", T0, at(4)),
            Stage("Container start", "stopped", at(4), at(20)), Stage("Ready", "not reached")))


def test_all_that_happened_stands_in_one_order() -> None:
    assert [(entry.lane, entry.text) for entry in timeline.of(CASE, VERDICT)] == [
        ("operation", "Creation of blue began"), ("stage", "Quota began"), ("stage", "Provisioning began"),
        ("stage", "Provisioning passed after 4 min"), ("stage", "Container start began"), ("event", "Pulling"),
        ("evidence", PROOF.text), ("event", "BackOff: Back-off (4 times, last 12:12:00)"),
        ("operation", "blue: Failed"), ("stage", "Container start stopped after 16 min"), ("event", "Odd")]


def test_evidence_leads_to_its_line_and_stands_once() -> None:
    (proof,) = [entry for entry in timeline.of(CASE, VERDICT) if entry.lane == "evidence"]
    assert (proof.source, proof.line, proof.state) == ("inference-server", 219, "failed")


def test_starts_of_the_container_are_counted_and_what_is_not_known_is_said() -> None:
    told = (Restart("inference-server", 1, 1, at(8)), Restart("inference-server", 2, 30, at(9)),
            Restart("inference-server", 3, 60, at(10), at_least=True), Restart("inference-server", 11, 90),
            Restart("user-container", 1, 5, at(11), at_least=True),
            Restart("storage-initializer", 22, 9, at(7)))
    found = [one for one in timeline.of(CASE, Verdict(restarts=told)) if one.lane == "restart"]
    assert [(one.text, one.line) for one in found] == [
        ("storage-initializer started, 22nd time", 9), ("inference-server started", 1),
        ("inference-server started, 2nd time", 30), ("inference-server started, at least the 3rd time", 60),
        ("user-container started; earlier starts may be missing", 5), ("inference-server started, 11th time", 90)]


def test_events_of_the_instances_before_an_update_are_not_of_it() -> None:
    events = (Event("Old", at=at(-9)), Event("Older", at=at(-9), count=2, last=at(-8)),
              Event("Both", at=at(-9), count=3, last=at(4)), Event("New", at=at(5), count=2, last=at(6)))
    found = [one for one in timeline.of(replace(CASE, events=events), Verdict()) if one.lane == "event"]
    assert [(one.text, one.at, one.small) for one in found] == [
        ("Both", at(4), "3 times since before this attempt began"), ("New (2 times, last 12:06:00)", at(5), "")]


def test_a_quotation_without_a_time_stands_at_the_start_that_printed_it() -> None:
    starts = (Restart("inference-server", 1, 1, at(3)), Restart("inference-server", 2, 200, at(7)))
    found = timeline.of(CASE, Verdict(findings=VERDICT.findings, restarts=starts))
    (bare,) = [one for one in found if one.text == BARE.text]
    assert bare.at == at(7) and "no time of its own" in bare.small


def test_a_late_success_keeps_the_report_of_the_failure_and_is_no_failure_at_the_end() -> None:
    case = replace(CASE, state="Succeeded", failed_at=at(20))
    told = [(one.text, one.state) for one in timeline.of(case, Verdict()) if one.lane == "operation"]
    assert told == [("Creation of blue began", ""), ("Azure reported that blue failed", "failed")]
    assert [stage.state for stage in stages.rail(case)][-1] == "passed"
    assert [stage.state for stage in stages.rail(replace(case, failed_at=None))][-1] == "not reached"


def test_of_a_long_lane_the_first_and_the_newest_are_kept_and_the_rest_is_counted() -> None:
    events = tuple(Event(f"E{n}", at=at(n / 60)) for n in range(3000))
    found = timeline.bounded(timeline.of(replace(CASE, events=events), VERDICT))
    mine = [one for one in found if one.lane == "event"]
    assert len(mine) == timeline.FIRST + timeline.NEWEST + 1 and mine[0].text == "E0" and mine[-1].text == "E2999"
    cut = mine[timeline.FIRST]
    assert cut.text.startswith("2,920 more entries") and cut.at == at(20 / 60) and cut.until == at(2939 / 60)
    assert [one for one in found if one.lane != "event"] == [
        one for one in timeline.of(CASE, VERDICT) if one.lane != "event"]


def test_stretches_that_overlap_for_one_reason_are_one() -> None:
    told = [timeline.Entry(at(0), "blind", "", "denied", small="states", until=at(10)),
            timeline.Entry(at(2), "blind", "", "denied", small="the log", until=at(12)),
            timeline.Entry(at(5), "blind", "", "", small="states", until=at(6)),
            timeline.Entry(at(20), "blind", "", "denied", small="states", until=at(30))]
    assert [(one.at, one.until, one.small) for one in timeline.joined(told)] == [
        (at(0), at(12), "states, the log"), (at(5), at(6), "states"), (at(20), at(30), "states")]


def test_an_empty_case_has_no_entries() -> None:
    assert timeline.of(Case(), Verdict()) == ()


EVENTS = st.lists(st.builds(Event, st.text(max_size=5), at=st.one_of(st.none(), st.integers(0, 9).map(at))), max_size=8)
STRETCHES = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9), st.sampled_from(("", "denied"))), max_size=12)


@given(STRETCHES)
def test_joined_stretches_of_one_reason_cover_the_same_moments_once(told: list[tuple[int, int, str]]) -> None:
    def covered(entries: Iterable[timeline.Entry], why: str) -> list[int]:
        return [n for one in entries if one.state == why and one.at and one.until
                for n in range(round((one.at - T0).seconds / 60), round((one.until - T0).seconds / 60))]
    entries = [timeline.Entry(at(start), "blind", "", why, until=at(start + long)) for start, long, why in told]
    for why in ("", "denied"):
        found = covered(timeline.joined(entries), why)
        assert sorted(found) == sorted(set(covered(entries, why)))


@given(EVENTS)
def test_entries_without_a_time_come_last_and_no_event_is_lost(events: list[Event]) -> None:
    found = timeline.of(Case(events=tuple(events)), Verdict())
    assert len(found) == len(events)
    times = [entry.at for entry in found]
    known = [moment for moment in times if moment]
    assert times == sorted(known) + [None] * (len(times) - len(known))
