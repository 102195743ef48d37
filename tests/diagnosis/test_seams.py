"""Where a tail goes on, and what a seam claims: no more than the lines prove."""
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import seams
from troubleshoot.diagnosis.seams import Joint, Strand

LINES = st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=9)


@given(LINES, LINES)
def test_the_last_place_of_lines_among_others_is_found_however_they_repeat(lines, part):
    places = [at + len(part) for at in range(len(lines) - len(part) + 1) if lines[at:at + len(part)] == part]
    assert seams.upto(lines, part) == (max(places, default=0) if part else 0)


@given(LINES, LINES)
def test_what_is_called_known_is_the_end_of_what_is_stored(stored, tail):
    found = seams.joint(tail, [Strand(len(stored), stored)])
    assert 0 <= found.known <= len(tail) and bool(found.reason) >= (not found.known and bool(tail))
    if found.known and found.reason != seams.UNFINISHED:
        assert stored[-found.known:] == tail[:found.known]


def test_a_sure_place_in_an_earlier_strand_beats_a_doubtful_one_at_the_end():
    own, earlier = Strand(9, ["x", "y", "z", "a"]), Strand(5, ["k", "a", "b", "c"])
    assert seams.joint(["a", "b", "c", "d"], [own, earlier]) == Joint(3, 5)
    assert seams.joint(["a", "n", "o", "p"], [own, earlier]) == Joint(1, 9, seams.WEAK)


def test_an_older_answer_once_more_adds_nothing_where_times_prove_it():
    lines = [f"2026-11-20 09:14:{n:02d},000 one" for n in range(20)]
    assert seams.joint(lines[5:9], [Strand(20, lines)]) == Joint(4, 20)
    plain = ["start", "load", "ready", "GET", "GET 2"]
    assert seams.joint(plain[:3], [Strand(5, plain)]).known == 0, "a new start may print the same"


def test_what_is_left_of_a_log_whose_beginning_was_removed_is_gone_on_from():
    lines = [f"line {n}" for n in range(20)]
    assert seams.joint(lines, [Strand(15, lines[10:15], cut=True)]) == Joint(15, 15)
    assert seams.joint(lines, [Strand(15, lines[10:15])]) == Joint(0, 0, seams.REACHES)
