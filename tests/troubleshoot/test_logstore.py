"""The log store: tails are joined exactly, numbers never change, a gap is a fact."""
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubleshoot import logstore
from troubleshoot.models import Attempt, Log

pytestmark = pytest.mark.postgres


@pytest.fixture
def log(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    return Log.objects.get(attempt=Attempt.objects.get(deployment__isnull=False), container="inference-server")


def texts(log):
    return [text for _, text in logstore.read(log)]


def add(log, lines):
    joined = logstore.join(log, lines)
    log.save()
    return joined


def test_a_tail_that_overlaps_adds_only_its_new_lines(log):
    add(log, ["a", "b", "c"])
    assert add(log, ["b", "c", "d"]) == logstore.Joined(1, False)
    assert logstore.read(log) == [(1, "a"), (2, "b"), (3, "c"), (4, "d")]


def test_a_tail_that_does_not_overlap_is_kept_whole_behind_a_gap(log):
    add(log, ["a", "b"])
    assert add(log, ["x", "y"]) == logstore.Joined(2, True)
    assert texts(log) == ["a", "b", "x", "y"]


def test_the_same_tail_again_adds_nothing_even_where_lines_repeat(log):
    add(log, ["a", "a", "a"])
    assert add(log, ["a", "a", "a"]) == logstore.Joined(0, False)


def test_an_empty_tail_is_no_gap(log):
    add(log, ["a"])
    assert add(log, []) == logstore.Joined(0, False)


def test_empty_lines_are_lines(log):
    add(log, ["", "", "a", ""])
    assert texts(log) == ["", "", "a", ""] and log.lines == 4


def test_chunks_are_sealed_at_64_kib_and_read_back_in_any_window(log):
    lines = [f"{n} " + "x" * 1000 for n in range(500)]
    for start in range(0, 500, 50):
        add(log, lines[max(0, start - 20):start + 50])
    assert texts(log) == lines
    assert log.chunks.count() >= 7
    assert logstore.read(log, 100, 102) == [(n, lines[n - 1]) for n in (100, 101, 102)]
    assert logstore.last(log, 3) == lines[-3:]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 6)), min_size=1, max_size=8))
def test_tails_of_a_growing_log_without_repeats_give_that_log_back(log, steps):
    log.chunks.all().delete()
    log.lines = 0
    written = []
    for grown, back in steps:
        before = len(written)
        written += [f"line {before + n}" for n in range(grown)]
        tail = written[max(0, before - back):] if back or not before else written[:]
        add(log, tail)
    assert texts(log) == written


def test_instances_that_answer_in_turn_are_each_joined_to_their_own_lines(log):
    one = [f"one {n}" for n in range(30)]
    two = [f"two {n}" for n in range(30)]
    for end in (10, 16, 22, 30):
        add(log, one[max(0, end - 12):end])
        add(log, two[max(0, end - 12):end])
    stored = texts(log)
    assert sorted(stored) == sorted(one + two)
    assert [line for line in stored if line in one] == one and [line for line in stored if line in two] == two
    assert all(gap["before"] for gap in log.gaps) and any("Another instance" in gap["reason"] for gap in log.gaps)


def test_a_tail_of_another_instance_that_holds_nothing_new_adds_no_seam(log):
    add(log, ["a", "b", "c"])
    add(log, ["x", "y", "z"])
    assert add(log, ["a", "b", "c"]) == logstore.Joined(0, False)
    assert len(log.gaps) == 1


def test_one_line_in_common_with_an_earlier_instance_is_no_proof(log):
    add(log, ["a", "b", "ready"])
    add(log, ["x", "y", "z"])
    assert add(log, ["ready", "n1", "n2", "n3"]) == logstore.Joined(4, True)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=14))
def test_three_instances_in_any_turn_lose_and_double_nothing(log, reads):
    log.chunks.all().delete()
    log.lines, log.gaps = 0, []
    written = {0: [], 1: [], 2: []}
    for instance, grown in reads:
        whole = written[instance]
        whole += [f"{instance}: line {len(whole) + n}" for n in range(grown)]
        add(log, whole[max(0, len(whole) - grown - 4):])
    stored = texts(log)
    assert len(stored) == len(set(stored))
    for instance, whole in written.items():
        assert [line for line in stored if line.startswith(f"{instance}:")] == whole
