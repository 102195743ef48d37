"""The account of an attempt, told briefly."""
from troubleshoot.boards.story import LANES, SHORT, Entry, short


def entry(lane, text, tone="warn"):
    return Entry(None, None, LANES[lane], text, "", tone, "warn")


def test_a_container_that_starts_again_and_again_pushes_nothing_out_of_the_short_account():
    starts = [entry("restart", f"start {n}") for n in range(30)]
    quotes = [entry("evidence", f"the same {n}") for n in range(30)]
    told = [entry("operation", "began"), *starts, *quotes, entry("operation", "failed", "bad")]
    assert [one.text for one in short(told)] == ["began", "start 0", "the same 0", "failed"]


def test_the_short_account_holds_the_beginning_and_the_end():
    told = [entry("event", f"event {n}") for n in range(40)]
    assert [one.text for one in short(told)] == [f"event {n}" for n in (0, 1, 2, 35, 36, 37, 38, 39)]
    assert len(short(told)) == SHORT
