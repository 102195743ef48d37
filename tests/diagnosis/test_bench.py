"""The bench compares engines that give the same answers, and every pattern of the shelf is one of RE2."""

import re

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.engines import looped, of_the_shelf, padded, scanned
from tests.bench.texts import server_log
from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.cause import PLACES
from troubleshoot.diagnosis.patterns import Patterns, Scan

SIGNS = [(rule, sign) for rule in shelf.rules() for sign in rule.cause.signs if sign.pattern]


def test_the_engines_of_the_bench_give_the_same_answers():
    text = server_log(60_000)
    patterns = padded(of_the_shelf(150), 150)
    found = scanned(Patterns(patterns), text)
    assert len(set(patterns)) == 150
    assert found == looped([re.compile(pattern) for pattern in patterns], text)
    assert found == scanned(Patterns(padded(patterns, 450)), text)
    assert len({pattern for pattern, _ in found}) > 2


@pytest.mark.parametrize(("rule", "sign"), SIGNS, ids=[f"{rule.slug}-{at}" for at, (rule, _) in enumerate(SIGNS)])
def test_every_pattern_of_the_shelf_is_one_of_re2(rule, sign):
    for pattern in (sign.pattern, *sign.needs, *sign.unless):
        assert re2.compile(pattern)


PIECES = st.sampled_from(["key", "Key", "vault", "\n", " ", "x" * 50, "é", "\\", "error: 7", "z" * 40_000])
FEW = (r"(?i)key ?vault", r"(?m)^key", r"error:\s+\d", r"key$", r"x{3}(?P<rest>[^\n]*)", r"(?s)key.*vault", "é")


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_scan_finds_what_each_pattern_finds_by_itself(text):
    scan = Scan(Patterns(FEW), text)
    for pattern in FEW:
        alone = [match.span() for match in re2.finditer(pattern, text)]
        assert [(found.start, found.end) for found in scan.found(pattern)] == alone


@pytest.mark.parametrize("place", PLACES)
def test_each_place_has_its_patterns(place):
    assert set(shelf.patterns(place).patterns) >= {sign.pattern for _, sign in SIGNS if place in sign.where}
