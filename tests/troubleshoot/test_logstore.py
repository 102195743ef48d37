"""The log store: tails are joined exactly, numbers never change, a gap is a fact."""
import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubleshoot import logstore, wordindex
from troubleshoot.diagnosis import plain, seams
from troubleshoot.diagnosis.recorded import Gap, Removed
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


def told(log):
    return list(plain.load_all(Gap, log.gaps))


def fresh(log):
    """The log as if nothing was ever read."""
    log.chunks.all().delete()
    log.lines, log.gaps, log.removed = 0, [], []
    log.save()


def test_a_tail_that_overlaps_adds_only_its_new_lines(log):
    add(log, ["a", "b", "c"])
    assert add(log, ["a", "b", "c", "d"]) == logstore.Joined(1, False)
    assert add(log, ["b", "c", "d", "e"]) == logstore.Joined(1, False)
    assert logstore.read(log) == [(1, "a"), (2, "b"), (3, "c"), (4, "d"), (5, "e")]


def test_a_tail_that_does_not_overlap_is_kept_whole_behind_a_gap(log):
    add(log, ["a", "b"])
    assert add(log, ["x", "y"]) == logstore.Joined(2, True)
    assert texts(log) == ["a", "b", "x", "y"]
    assert told(log) == [Gap(3, seams.MISSING)]


def test_lines_that_may_agree_by_chance_are_joined_behind_a_seam_that_says_so(log):
    add(log, ["start", "one", "two", "."])
    assert add(log, [".", "x", "y", "z"]) == logstore.Joined(3, True)
    assert told(log) == [Gap(5, seams.WEAK, 4)]


def test_one_line_with_a_time_is_proof_enough(log):
    add(log, ["start", "2026-11-20 09:14:03,910 I [58] root - one"])
    assert add(log, ["2026-11-20 09:14:03,910 I [58] root - one", "x", "y"]) == logstore.Joined(2, False)


def test_a_line_that_was_read_half_is_told_again_whole(log):
    add(log, ["a", "b", "c", "Loading mod"])
    assert add(log, ["a", "b", "c", "Loading model done", "d"]) == logstore.Joined(2, True)
    assert texts(log) == ["a", "b", "c", "Loading mod", "Loading model done", "d"]
    assert told(log) == [Gap(5, seams.UNFINISHED, 4)]


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
    fresh(log)
    written = []
    for grown, back in steps:
        before = len(written)
        written += [f"line {before + n}" for n in range(grown)]
        tail = written[max(0, before - back):] if back > 2 or not before else written[:]
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
    assert log.gaps[-1]["reason"] == seams.MISSING


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), min_size=1, max_size=14))
def test_three_instances_in_any_turn_lose_and_double_nothing(log, reads):
    fresh(log)
    written = {0: [], 1: [], 2: []}
    for instance, grown in reads:
        whole = written[instance]
        whole += [f"{instance}: line {len(whole) + n}" for n in range(grown)]
        add(log, whole[max(0, len(whole) - grown - 4):])
    stored = texts(log)
    assert len(stored) == len(set(stored))
    for instance, whole in written.items():
        assert [line for line in stored if line.startswith(f"{instance}:")] == whole


def numbered(log):
    return dict(logstore.read(log))


def test_removed_lines_are_told_and_those_that_stay_keep_their_numbers(log):
    lines = [f"{n} " + "x" * 1000 for n in range(1, 301)]
    add(log, lines)
    at = set(log.chunks.values_list("at", flat=True))
    before = sum(log.chunks.values_list("stored", flat=True))
    freed = logstore.remove(log, 250, [(10, 12), (12, 14), (100, 100)], "older than 90 days")
    stay = {*range(10, 15), 100, *range(251, 301)}
    assert numbered(log) == {n: lines[n - 1] for n in stay}
    assert freed == before - sum(log.chunks.values_list("stored", flat=True)) > 0
    told = plain.load_all(Removed, Log.objects.get(id=log.id).removed)
    assert [(one.first, one.last, one.why) for one in told] == [
        (1, 9, "older than 90 days"), (15, 99, "older than 90 days"), (101, 250, "older than 90 days")]
    assert set(log.chunks.values_list("at", flat=True)) == at


def test_seams_in_removed_lines_do_not_pile_up_where_every_read_made_one(log):
    for n in range(logstore.SEAMS + 20):
        add(log, [f"2026-11-20 10:{n // 60:02}:{n % 60:02} read {n}"])
    logstore.remove(log, log.lines - 5, [(8, 9)], "older than 30 days")
    log.refresh_from_db()
    found = [gap.before for gap in told(log)]
    assert len(found) == logstore.SEAMS + 8 and {8, 9, 10, log.lines} <= set(found) and found == sorted(found)


def test_a_second_removal_joins_the_first_where_they_touch_for_one_reason(log):
    add(log, [f"line {n}" for n in range(1, 101)])
    logstore.remove(log, 20, [], "old")
    logstore.remove(log, 40, [(30, 30)], "old")
    assert logstore.remove(log, 40, [(30, 30)], "old") == 0
    logstore.remove(log, 50, [(30, 30)], "large")
    assert [(one["first"], one["last"], one["why"]) for one in log.removed] == [
        (1, 29, "old"), (31, 40, "old"), (41, 50, "large")]
    assert min(numbered(log)) == 30 and len(numbered(log)) == 51


def test_a_log_goes_on_from_an_end_that_stayed(log):
    lines = [f"line {n}" for n in range(1, 101)]
    add(log, lines)
    logstore.remove(log, 90, [(3, 4)], "old")
    assert add(log, [*lines[60:], "next"]) == logstore.Joined(1, False)
    assert numbered(log)[101] == "next" and logstore.last(log, 100) == [*lines[90:], "next"]


def test_where_the_end_was_removed_the_next_read_stands_behind_a_seam_that_says_so(log):
    lines = [f"line {n}" for n in range(1, 101)]
    add(log, lines)
    logstore.remove(log, 100, [(50, 51)], "old")
    assert logstore.last(log, 10) == []
    assert add(log, lines[60:]) == logstore.Joined(40, True)
    assert told(log) == [Gap(101, seams.REMOVED)]
    assert numbered(log) == {50: "line 50", 51: "line 51", **{n: f"line {n - 40}" for n in range(101, 141)}}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 130), st.lists(st.tuples(st.integers(1, 130), st.integers(0, 9)), max_size=3)),
                min_size=1, max_size=4))
def test_what_removals_leave_is_what_they_spared_and_what_they_told_is_what_they_took(log, removals):
    fresh(log)
    lines = {n: f"word{n} " + "x" * 3000 for n in range(1, 121)}
    add(log, list(lines.values()))
    left = dict(lines)
    for until, spans in removals:
        keep = [(first, first + more) for first, more in spans]
        logstore.remove(log, until, keep, "old")
        left = {n: text for n, text in left.items() if n > until or any(a <= n <= b for a, b in keep)}
        assert numbered(log) == left
    gone = {n for one in log.removed for n in range(one["first"], one["last"] + 1)}
    assert gone == lines.keys() - left.keys()
    for n in lines:
        found = set(wordindex.newest([f"word{n}"], None, 100))
        assert found == set(log.chunks.filter(first__lte=n, first__gt=n - F("lines")).values_list("id", flat=True))
