"""Classification of a server's log: the shelf's engine beside a loop of `re`, and 450 rules beside 150."""

import re
from collections.abc import Iterator

from tests.bench.engines import looped, of_the_shelf, padded, scanned
from tests.bench.table import Row, at_least, at_most, megabytes, seconds
from tests.bench.texts import server_log
from troubleshoot.diagnosis.patterns import Patterns

RULES, MORE_RULES = 150, 450
SIZE = 2_000_000


def rows() -> Iterator[Row]:
    """Rows of engines that give the same answers; where they do not, nothing is measured."""
    text = server_log(SIZE)
    patterns = padded(of_the_shelf(RULES), RULES)
    few, many = Patterns(patterns), Patterns(padded(patterns, MORE_RULES))
    loop = [re.compile(pattern) for pattern in patterns]
    if not scanned(few, text) == scanned(many, text) == looped(loop, text):
        raise SystemExit("the engines do not agree: no figure")
    ours, naive = seconds([lambda: scanned(few, text), lambda: looped(loop, text)], rounds=3)
    name = f"classification, {RULES} rules, log of {megabytes(text):.1f} MB"
    yield at_least(name, _speed(text, ours), _speed(text, naive), naive / ours, 150)
    three, one = seconds([lambda: scanned(many, text), lambda: scanned(few, text)], rounds=15)
    name = f"classification, {MORE_RULES} rules beside {RULES}"
    yield at_most(name, _speed(text, three), _speed(text, one), three / one, 1.2)


def _speed(text: str, taken: float) -> str:
    return f"{megabytes(text) / taken:.1f} MB/s"
