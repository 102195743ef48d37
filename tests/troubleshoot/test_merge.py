"""What is stored is what the containers printed: a model of them, read in any way, against the log store."""
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from troubleshoot import logstore
from troubleshoot.diagnosis import plain, seams
from troubleshoot.diagnosis.recorded import Gap
from troubleshoot.models import Attempt, Log

pytestmark = pytest.mark.postgres

BANNER = ("Azure ML Inferencing HTTP server v1.5.1", "")


@dataclass
class Container:
    """One instance: what it printed in all its life, and from where on Azure still shows it."""

    name: int
    printed: list[str] = field(default_factory=list)
    shown: int = 0

    def prints(self, count):
        start = len(self.printed)
        self.printed += [f"2026-11-20 09:{at // 60:02d}:{at % 60:02d},{self.name:03d} I [1] root - line {at}"
                         for at in range(start, start + count)]

    def repeats(self, words):
        self.printed += list(words)

    def restarts(self, count):
        self.shown = len(self.printed)
        self.printed += [f"{line}{self.name}-{len(self.printed)}" for line in BANNER]
        self.prints(count)

    def rotates(self, back):
        self.shown = max(self.shown, len(self.printed) - back)

    def tail(self, lines):
        return self.printed[self.shown:][-lines:]


STEP = st.one_of(
    st.tuples(st.just("prints"), st.integers(1, 9)), st.tuples(st.just("restarts"), st.integers(0, 4)),
    st.tuples(st.just("rotates"), st.integers(0, 5)), st.tuples(st.just("read"), st.integers(1, 14)),
    st.tuples(st.just("read"), st.integers(1, 14)))


@pytest.fixture
def log(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    return Log.objects.get(attempt=Attempt.objects.get(deployment__isnull=False), container="inference-server")


def fresh(log):
    log.chunks.all().delete()
    log.lines, log.gaps = 0, []


def read(log, tail, before=()):
    """One read; lines that are stored before it keep their numbers and their text. Comes back with all of them."""
    joined = logstore.join(log, tail)
    after = logstore.read(log)
    assert after[:len(before)] == list(before) and len(after) == log.lines >= joined.added
    assert [n for n, _ in after] == list(range(1, log.lines + 1))
    return after


def before_each(log):
    """For each line but the first of a strand: the text stored before it, along its strand."""
    lines, gaps = dict(logstore.read(log)), {gap.before: gap for gap in plain.load_all(Gap, log.gaps)}
    for number, text in lines.items():
        at = gaps[number].after if number in gaps else number - 1
        if at:
            yield text, lines[at]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([(0, ("prints", 1)), (0, ("read", 1)), (0, ("prints", 1)), (0, ("read", 1)), (0, ("read", 2))])
@example([(0, ("prints", 1)), (0, ("read", 1)), (0, ("prints", 2)), (0, ("read", 1)), (0, ("read", 3))])
@given(st.lists(st.tuples(st.integers(0, 2), STEP), min_size=1, max_size=30))
def test_lines_with_times_are_stored_as_each_container_printed_them(log, steps):
    fresh(log)
    containers, seen, stored = [Container(n) for n in range(3)], set(), []
    for who, (what, count) in steps:
        if what != "read":
            getattr(containers[who], what)(count)
        elif tail := containers[who].tail(count):
            stored = read(log, tail, stored)
            seen.update(tail)
    printed = {line: one for one in containers for line in one.printed}
    stored = [text for _, text in logstore.read(log)]
    assert set(stored) == seen, "no line that was read is lost, none is invented"
    for text, above in before_each(log):
        mine = printed[text].printed
        assert mine.index(text) == mine.index(above) + 1, "where no seam stands, nothing is missing"
    reached_back = any(gap.reason == seams.REACHES for gap in plain.load_all(Gap, log.gaps))
    assert reached_back or len(stored) == len(set(stored)), "nothing is stored twice, but where a seam says so"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 5), st.integers(0, 3)), min_size=1, max_size=12))
def test_reads_that_reach_back_to_the_one_before_leave_no_seam(log, steps):
    fresh(log)
    one, before = Container(0), 0
    for grown, shared, rest in steps:
        one.prints(grown)
        one.rotates(grown + shared + rest)  # what is gone is stored
        read(log, one.tail(grown + min(shared, before) if before else grown))
        before = len(one.printed)
    assert [text for _, text in logstore.read(log)] == one.printed and log.gaps == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.lists(st.sampled_from(["", ".", "a", "b", "c", "d"]), max_size=6), st.integers(1, 12)),
                min_size=1, max_size=12))
def test_of_lines_that_repeat_every_read_stands_whole_in_the_store(log, steps):
    fresh(log)
    one, tails = Container(0), []
    for words, lines in steps:
        one.repeats(words)
        if tail := one.tail(lines):
            logstore.join(log, tail)
            tails.append(tail)
    lines = dict(logstore.read(log))
    strands = [strand(log, lines, end) for end in {gap["before"] - 1 for gap in log.gaps} | {log.lines}]
    assert all(any(seams.upto(lines, tail) for lines in strands) for tail in tails)
    stored = list(lines.values())
    if not log.gaps:
        printed = iter(one.printed)
        assert all(line in printed for line in stored), "without a seam: what was printed, in its order"


def strand(log, lines, end):
    """All lines of a strand, back over its seams."""
    gaps = {gap["before"]: gap.get("after", 0) for gap in log.gaps}
    found = []
    while end:
        found.append(lines[end])
        end = gaps.get(end, end - 1)
    return found[::-1]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_lines_that_came_between_two_reads_leave_a_seam(log, first, lost, data):
    fresh(log)
    one = Container(0)
    one.prints(first)
    read(log, one.tail(first))
    one.prints(lost)
    more = data.draw(st.integers(1, 9))
    one.prints(more)
    read(log, one.tail(more))
    (gap,) = plain.load_all(Gap, log.gaps)
    assert (gap.before, gap.after) == (first + 1, 0)
    assert one.printed[first - 1][:19] in gap.reason and one.printed[first + lost][:19] in gap.reason
