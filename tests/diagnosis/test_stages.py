"""The rail tells where an attempt stopped, and says no more than Azure did."""
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import stages
from troubleshoot.diagnosis.facts import STAGES, Case, Event, OperationFacts, Stage, Text

T0 = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NAMES = tuple(STAGES.values())
GOOD = ("SystemSetup", "UserContainerImagePull", "ModelDownload", "UserContainerStart")


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def block(*words: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(GOOD, words, strict=True))


EVENTS = (Event("Pulling", "Start pulling container image", at=at(4)), Event("Downloading", "Start", at=at(4.5)),
          Event("Pulled", "ok", at=at(6)), Event("Downloaded", "Models are downloaded", at=at(5)),
          Event("Created", "", at=at(6.1)), Event("Started", "", at=at(6.2), count=3, last=at(9)))


def case(state: str = "Failed", status: tuple[tuple[str, str], ...] = (), events: tuple[Event, ...] = (),
         **more: object) -> Case:
    return Case(state=state, status=status, events=events, operation=OperationFacts(
        status=state if state in ("Succeeded", "Failed") else "Updating", started=T0, ended=at(20)), **more)  # type: ignore[arg-type]


def states(rail: tuple[Stage, ...]) -> list[str]:
    return [stage.state for stage in rail]


def test_a_crash_stops_at_container_start_and_the_stages_before_have_durations() -> None:
    words = ("Succeeded", "Succeeded", "Succeeded", "InProgress")
    rail = stages.rail(case(status=block(*words), events=EVENTS), "container_start")
    assert [stage.name for stage in rail] == list(NAMES)
    assert states(rail) == ["passed"] * 4 + ["stopped"] + ["not reached"] * 2
    assert [stage.seconds for stage in rail] == [None, 240, 120, 30, pytest.approx(834), None, None]


def test_a_refusal_at_quota_leaves_all_others_not_reached() -> None:
    rail = stages.rail(case(), "quota")
    assert states(rail) == ["stopped"] + ["not reached"] * 6
    assert rail[0].seconds == 1200


def test_without_a_block_a_stage_whose_end_is_not_known_is_no_data() -> None:
    rail = stages.rail(case(), "container_start")
    assert states(rail) == ["passed", "no data", "no data", "no data", "stopped", "not reached", "not reached"]


def test_events_prove_what_a_missing_block_does_not_say() -> None:
    rail = stages.rail(case(events=EVENTS), "container_start")
    assert states(rail)[:5] == ["passed"] * 4 + ["stopped"]


@pytest.mark.parametrize(("words", "stopped"), [
    (("InProgress", "Waiting", "Waiting", "Waiting"), "provisioning"),
    (("InProgress", "Succeeded", "InProgress", "Waiting"), "model_and_code"),
    (("Succeeded", "InProgress", "Waiting", "Waiting"), "image_pull"),
    (("Succeeded", "Failed", "Waiting", "Waiting"), "image_pull"),
    (("Succeeded", "Succeeded", "Succeeded", "Waiting"), "container_start"),
    (("Succeeded", "Succeeded", "Succeeded", "Succeeded"), "probes"),
])
def test_the_most_specific_unfinished_stage_is_the_one_that_stopped(words: tuple[str, ...], stopped: str) -> None:
    rail = stages.rail(case(status=block(*words)))
    assert [stage.name for stage in rail if stage.state == "stopped"] == [STAGES[stopped]]


def test_a_failing_download_beside_a_running_pull_is_told_by_its_event() -> None:
    rail = stages.rail(case(status=block("InProgress", "InProgress", "InProgress", "Waiting"),
                            events=(Event("DownloadFailed", "Model download failed", "Warning", at(5)),)))
    assert states(rail)[2:4] == ["no data", "stopped"]


def test_a_download_that_had_finished_beside_a_failed_pull_is_noted() -> None:
    rail = stages.rail(case(status=block("Succeeded", "InProgress", "Succeeded", "Waiting")))
    assert (rail[3].state, rail[3].note) == ("not reached", "its own part had finished")


def test_failing_probes_are_told_when_the_container_runs() -> None:
    probe = Event("LivenessProbeFailed", "Liveness probe failed", "Warning", at(8))
    rail = stages.rail(case(status=block(*["Succeeded"] * 4), events=(*EVENTS, probe)))
    assert states(rail) == ["passed"] * 5 + ["stopped", "not reached"]
    assert rail[5].started == at(6.2)
    crash = stages.rail(case(events=(*EVENTS, probe)), "container_start")
    assert crash[5].note == "never passed"


def test_ready_is_succeeded_and_nothing_else() -> None:
    rail = stages.rail(case("Succeeded", block(*["Succeeded"] * 4), EVENTS))
    assert states(rail) == ["passed"] * 7
    assert rail[5].seconds == pytest.approx(828)
    assert states(stages.rail(case("Succeeded"))) == ["passed"] + ["no data"] * 5 + ["passed"]


def test_while_azure_withholds_the_logs_the_rail_is_short() -> None:
    rail = stages.rail(case("Creating"))
    assert [(stage.name, stage.state) for stage in rail] == [
        ("Quota", "passed"), ("In progress", "running"), ("Ready", "not reached")]


def test_a_running_attempt_with_a_block_shows_its_running_stage() -> None:
    status = block("Succeeded", "InProgress", "Waiting", "Waiting")
    rail = stages.rail(case("Creating", status, EVENTS[:1]), "image_pull")
    assert states(rail) == ["passed", "passed", "running"] + ["not reached"] * 4


def test_a_failure_of_which_nothing_is_told_invents_no_stage() -> None:
    rail = stages.rail(case())
    assert [(stage.name, stage.state) for stage in rail] == [
        ("Quota", "no data"), ("Stopped", "stopped"), ("Ready", "not reached")]
    assert rail[1].seconds == 1200


def test_events_and_block_of_an_older_attempt_do_not_count() -> None:
    old = tuple(Event(event.name, event.message, at=at(-60)) for event in EVENTS)
    assert len(stages.rail(case(status=block(*["Succeeded"] * 4), events=old))) == 3
    again = Event("Pulling", "Start pulling container image", at=at(-60), count=2, last=at(4))
    assert stages.rail(case(events=(again,)))[2].started == at(4)


def test_the_names_of_2022_are_read_as_todays() -> None:
    events = (Event("Pulling", "Start pulling container image", at=at(4)),
              Event("Pulling", "Start downloading models", at=at(4.5)))
    rail = stages.rail(case(status=block("InProgress", "Succeeded", "InProgress", "Waiting"), events=events))
    assert (rail[3].state, rail[3].started) == ("stopped", at(4.5))


def test_an_endpoint_has_no_stages() -> None:
    assert stages.rail(Case(subject="endpoint", state="Failed")) == ()


def test_a_pasted_text_without_a_verdict_is_not_called_stopped() -> None:
    rail = stages.rail(Case(status=block(*["Succeeded"] * 4), texts=(Text("inference_log", "x"),)))
    assert "stopped" not in states(rail)


WORDS = st.sampled_from(["Succeeded", "InProgress", "Waiting", "Failed", "Dancing"])
NAME = st.sampled_from(["Pulling", "Pulled", "Downloading", "Downloaded", "Created", "Started", "BackOff",
                        "ImagePullFailed", "DownloadFailed", "LivenessProbeFailed", "Odd"])
ANY_EVENT = st.builds(Event, NAME, at=st.one_of(st.none(), st.integers(-5, 30).map(at)))


@given(st.sampled_from(["Failed", "Canceled", "Creating", "Updating", "Succeeded", "Dancing", ""]),
       st.one_of(st.just(()), st.tuples(WORDS, WORDS, WORDS, WORDS).map(lambda words: block(*words))),
       st.lists(ANY_EVENT, max_size=6).map(tuple), st.sampled_from(["", *STAGES]))
def test_every_rail_is_in_order_and_stops_at_most_once(
        state: str, status: tuple[tuple[str, str], ...], events: tuple[Event, ...], stopped: str) -> None:
    rail = stages.rail(case(state, status, events), stopped)
    found = states(rail)
    assert found.count("stopped") + found.count("running") <= 1
    assert (found[-1] == "passed") == (state == "Succeeded")
    if state in ("Failed", "Canceled"):
        assert found.count("stopped") == 1
        assert set(found[found.index("stopped") + 1:]) <= {"not reached"}
        if stopped:
            assert rail[found.index("stopped")].name == STAGES[stopped]
    assert all(stage.seconds is None or stage.seconds >= 0 for stage in rail)
