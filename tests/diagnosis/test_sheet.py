"""What is read from a long text at once is what reading it line by line gives."""

from datetime import UTC, datetime

import re2
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import escapes, loglines
from troubleshoot.diagnosis.scan import last_lines_with, lines_with
from troubleshoot.diagnosis.sheet import Sheet, Starts, blanked
from troubleshoot.diagnosis.tracebacks import are_heads_alone, chains

SAID = st.sampled_from([
    "", " ", "x", "é→", "y" * 5_000, "2026-11-20 09:14:03,910 E [58] azmlinfsrv - gone", "ERROR: x",
    "2026-11-20 09:13:59,999 I [1] root - DEPRECATION of x", "DEPRECATION", "Traceback (most recent call last):",
    '  File "/a.py", line 3, in f', "ValueError: x", "2026-11-20T09:14:00Z x", "[20/Nov/2026:09:14:00 +0000]",
    "no version information available", "2026-13-20 09:14:03 x", "WARNING: x", '{"level": "error"}',
    "During handling of the above exception, another exception occurred:",
])
LINES = st.lists(SAID, min_size=1, max_size=25)
SINCE = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)


def starts_of(lines):
    return [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]


@given(LINES, st.integers(0, 10**6))
def test_a_sheet_finds_the_lines_that_a_list_would_hold(lines, offset):
    sheet = Sheet("\n".join(lines))
    offset %= len(sheet.text) + 1
    assert len(sheet) == len(lines)
    assert [sheet.line(at) for at in range(len(lines))] == lines == sheet.lines()
    assert [sheet.start(at) for at in range(len(lines))] == starts_of(lines) == list(Starts(sheet))
    assert sheet.at(offset) == sheet.text.count("\n", 0, offset)
    assert sheet.some(1, len(lines)) == lines[1:]


@given(LINES, st.sampled_from(["x", "DEPR", "(?m)^$", "é", r"\d\d:\d\d"]))
def test_searching_from_either_end_finds_the_same_lines(lines, pattern):
    text, compiled = "\n".join(lines), re2.compile(pattern)
    found = [start for start, line in zip(starts_of(lines), lines, strict=True) if compiled.search(line)]
    assert list(lines_with(compiled, text)) == found
    assert list(last_lines_with(compiled, text)) == found[::-1]


@given(LINES)
def test_error_lines_are_those_of_their_severities(lines):
    at = starts_of(lines)
    found = [at[one] for one, level in enumerate(loglines.severities(lines)) if level == "error"]
    text = "\n".join(lines)
    assert list(loglines.error_lines(text)) == found
    for start in at:
        assert list(loglines.error_lines(text, start)) == [one for one in found if one >= start]


@given(LINES)
def test_what_is_older_than_the_attempt_goes_by_the_last_time_above(lines):
    old, kept = False, []
    for line in lines:
        when = loglines.moment(line)
        old = when < SINCE if when else old
        kept.append("" if old else line)
    text = "\n".join(lines)
    assert blanked(text, loglines.older(text, SINCE)) == "\n".join(kept)


BREAK = re2.compile(r"\\+[nr](?:\\+n)?")
MARK = re2.compile(r"""\\+(?:u00(?P<hex>[0-9a-fA-F]{2})|(?P<char>["'/]))""")


@given(st.text(alphabet="\\nrux0a\"' é", max_size=40).filter(lambda text: "u000a" not in text))
def test_escapes_are_undone_as_re2_would(text):
    assert escapes.split(text) == BREAK.split(text)
    assert escapes.marks(text) == MARK.sub(lambda m: chr(int(m["hex"], 16)) if m["hex"] else m["char"], text)


@given(LINES)
def test_tracebacks_come_in_order_and_end_within_the_text(lines):
    sheet = Sheet("\n".join(lines))
    found = chains(sheet)
    for chain in found:
        assert 0 <= chain.start < chain.end <= len(lines)
        assert sheet.start(chain.start) == chain.begin
        assert sheet.end(chain.end - 1) == chain.stop
        assert all(lines[at].strip() for at in chain.raised if at > chain.start)
    assert [chain.end for chain in found] == sorted(chain.end for chain in found)


def test_lines_that_a_search_for_tracebacks_prints_are_no_tracebacks():
    whole = 'Traceback (most recent call last):\n  File "/var/azureml-app/score.py", line 9, in init\n    x = load()\n'
    whole += '  File "/var/azureml-app/score.py", line 3, in load\n    raise ValueError(text)\nValueError: no model\n'
    assert are_heads_alone("score.log: Traceback (most recent call last):\n" * 300)
    assert not are_heads_alone("score.log: Traceback (most recent call last):\n" * 100)
    assert not are_heads_alone(whole * 5_000)
