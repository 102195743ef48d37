"""One account in one order, with nothing doubled and nothing dropped for want of a time."""
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import timeline
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
        ("operation", "Create of blue began"), ("stage", "Quota began"), ("stage", "Provisioning began"),
        ("stage", "Provisioning passed after 4 min"), ("stage", "Container start began"), ("event", "Pulling"),
        ("evidence", PROOF.text), ("event", "BackOff: Back-off (4 times, last 12:12:00)"),
        ("operation", "blue: Failed"), ("stage", "Container start stopped after 16 min"),
        ("log", "storage-initializer: gone; 2 lines read before are kept (Not found)"), ("event", "Odd")]


def test_evidence_leads_to_its_line_and_stands_once() -> None:
    (proof,) = [entry for entry in timeline.of(CASE, VERDICT) if entry.lane == "evidence"]
    assert (proof.source, proof.line, proof.state) == ("inference-server", 219, "failed")


def test_a_withheld_log_is_an_answer_and_no_log() -> None:
    case = Case(place=PLACE, state="Creating", started=T0, as_of=at(3), logs=(
        Log("inference-server", last_class="withheld", said="Deployment is in creating state", read_at=at(2)),))
    assert [entry.text for entry in timeline.of(case, Verdict())] == [
        "Operation of blue began",
        "inference-server: withheld (Deployment is in creating state)", "blue: Creating"]


def test_an_empty_case_has_no_entries() -> None:
    assert timeline.of(Case(), Verdict()) == ()


EVENTS = st.lists(st.builds(Event, st.text(max_size=5), at=st.one_of(st.none(), st.integers(0, 9).map(at))), max_size=8)


@given(EVENTS)
def test_entries_without_a_time_come_last_and_no_event_is_lost(events: list[Event]) -> None:
    found = timeline.of(Case(events=tuple(events)), Verdict())
    assert len(found) == len(events)
    times = [entry.at for entry in found]
    known = [moment for moment in times if moment]
    assert times == sorted(known) + [None] * (len(times) - len(known))
