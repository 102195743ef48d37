"""What the worst inputs cost, for the classification alone and for a whole diagnosis, in milliseconds a megabyte."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from tests.bench.table import Row, at_most, megabytes, seconds
from tests.bench.texts import hostile
from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.cause import INFERENCE
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.errors import readable
from troubleshoot.diagnosis.facts import Case, Log, Text
from troubleshoot.diagnosis.patterns import Patterns, Scan
from troubleshoot.diagnosis.weigh import MAX_HITS

LIMIT = 50.0  # ms a MB
AT = datetime(2026, 11, 20, 9, 14, tzinfo=UTC)


def rows() -> Iterator[Row]:
    """Three rows an input: the shelf's patterns on it, a diagnosis of it as pasted, and as a stored log."""
    patterns = shelf.patterns(INFERENCE)
    for name, text in hostile():
        yield _row(f"{name}: classification", text, partial(_classify, patterns, readable(text)))
        yield _row(f"{name}: diagnosis of a paste", text, partial(_diagnose_paste, text))
        yield _row(f"{name}: diagnosis of a log", text, partial(_diagnose_log, tuple(text.split("\n"))))


def _classify(patterns: Patterns, text: str) -> int:
    scan = Scan(patterns, text)
    return sum(1 for pattern in scan.possible for _ in islice(scan.found(pattern), MAX_HITS))


def _diagnose_paste(text: str) -> object:
    return diagnose(Case(texts=(Text("inference_log", text),)))


def _diagnose_log(lines: tuple[str, ...]) -> object:
    return diagnose(Case(state="Failed", started=AT, logs=(Log(INFERENCE, lines, 1, last_class="logs"),)))


def _row(name: str, text: str, engine: Callable[[], object]) -> Row:
    taken = seconds([engine], rounds=3)[0] * 1000 / megabytes(text)
    return at_most(name, f"{taken:.1f} ms/MB", f"{LIMIT:g} ms/MB", taken / LIMIT, 1)
