"""The starts of a container: numbered from 1, with the line and the time, and never a count that nobody saw."""
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import engine, starts
from troubleshoot.diagnosis.facts import Case, Log
from troubleshoot.diagnosis.recorded import Gap, Restart

BOOT = ("2026-11-23 01:58:52,902 I [61] gunicorn.error - Starting gunicorn 23.0.0",
        "2026-11-23 01:58:52,903 I [61] gunicorn.error - Listening at: http://0.0.0.0:31311 (61)",
        "KeyError: 'X'")


def told(lines, **fields):
    return starts.of(Case(logs=(Log("inference-server", tuple(lines), **fields),)))


def test_each_start_has_its_number_its_line_and_its_first_time():
    assert [(one.number, one.line, one.at and f"{one.at:%H:%M:%S}", one.at_least) for one in told(BOOT * 2)] == [
        (1, 1, "01:58:52", False), (2, 4, "01:58:52", False)]


def test_the_verdict_holds_the_starts_of_both_containers():
    logs = (Log("inference-server", BOOT * 3), Log("storage-initializer", ("Downloading",)))
    assert [one.number for one in engine.diagnose(Case(state="Failed", logs=logs)).restarts] == [1, 2, 3]


def test_a_log_that_begins_in_the_middle_tells_at_least():
    middle = ("2026-11-23 01:50:00,100 I [88] azmlinfsrv - POST /score 200 12.1ms", *BOOT)
    assert [(one.number, one.at_least) for one in told(middle)] == [(1, True)]
    assert [(one.number, one.at_least) for one in told(BOOT, first=900)] == [(1, True)]


def test_words_without_a_time_before_the_first_start_do_not_make_it_doubtful():
    assert [one.at_least for one in told(("Setting up", "", *BOOT))] == [False]


def test_behind_a_seam_nobody_knows_how_many_starts_are_missing():
    found = told(BOOT * 3, gaps=(Gap(4, "lines may be missing"),))
    assert [(one.number, one.at_least) for one in found] == [(1, False), (2, True), (3, True)]


def test_a_start_that_is_no_longer_among_the_lines_keeps_its_number_and_later_ones_count_on():
    known = (Restart("inference-server", 1, 1), Restart("inference-server", 2, 40))
    found = told(BOOT, first=700, starts=known)
    assert found[:2] == known and [(one.number, one.line, one.at_least) for one in found[2:]] == [(3, 700, True)]


def test_a_start_that_is_still_among_the_lines_is_told_once():
    assert told(BOOT * 2, starts=told(BOOT * 2)) == told(BOOT * 2)


def test_a_window_that_begins_inside_a_start_makes_no_start_of_its_rest():
    boot = ("2026-11-23T01:58:52,100000000+00:00 - gunicorn/run ", *BOOT)
    whole = told(boot * 2)
    assert [one.line for one in whole] == [1, 5]
    assert told((boot * 2)[5:], first=6, starts=whole) == whole
    again = told((*(boot * 2)[5:], *["a quiet line"] * 60, *boot), first=6, starts=whole)
    assert [(one.number, one.line) for one in again] == [(1, 1), (2, 5), (3, 70)]


def test_new_starts_of_a_fast_crash_loop_are_told_at_their_first_mark():
    boot = ("2026-11-23T01:58:52,100000000+00:00 - gunicorn/run ", *BOOT)
    found = told((boot * 5)[4:], first=5, starts=told(boot * 3))
    assert [(one.number, one.line) for one in found] == [(1, 1), (2, 5), (3, 9), (4, 13), (5, 17)]


@given(st.lists(st.sampled_from((*BOOT, "", "x", "2026-11-23 01:59:00,000 E [1] azmlinfsrv - no")), max_size=60),
       st.integers(0, 40))
def test_what_was_told_once_stays_as_it_was_however_the_window_moves(lines, cut):
    whole = told(lines)
    moved = told(lines[cut:], first=cut + 1, starts=whole)
    assert moved[:len(whole)] == whole
    for found in (whole, moved):
        assert [one.number for one in found] == list(range(1, len(found) + 1))
        assert [one.line for one in found] == sorted({one.line for one in found})
