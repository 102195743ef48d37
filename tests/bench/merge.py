"""The merge of two tails beside difflib: lines that all differ, and lines that repeat."""
import difflib
from collections.abc import Iterator, Sequence

from tests.bench.table import Row, at_least, seconds
from troubleshoot.diagnosis.logs import overlap

LINES = 2_000
Tails = tuple[list[str], list[str]]


def rows() -> Iterator[Row]:
    """Rows of pairs of tails on which both give the same answer."""
    for name, tails, rounds, goal in (("5 % new", _moved, 15, 8), ("one line again and again", _repeating, 1, 500)):
        if overlap(*tails()) != _by_difflib(*tails()):
            raise SystemExit("the two do not agree: no figure")
        # each round has strings of its own, as tails from Azure and from the store do
        ours, theirs = (iter([tails() for _ in range(rounds + 1)]) for _ in range(2))
        taken = seconds([lambda it=ours: overlap(*next(it)), lambda it=theirs: _by_difflib(*next(it))], rounds)
        yield at_least(f"merge of {LINES:,} lines, {name}", *(f"{one * 1000:.3f} ms" for one in taken),
                       taken[1] / taken[0], goal)


def _moved() -> Tails:
    lines = [f"2026-11-20 09:14:{at % 60:02d},{at:06d} I [58] azmlinfsrv - POST /score 200" for at in range(LINES * 2)]
    new = LINES // 20
    return lines[:LINES], "\n".join(lines[new:LINES + new]).split("\n")


def _repeating() -> Tails:
    return ["waiting"] * LINES, [*["waiting"] * (LINES - 1), "ready"]


def _by_difflib(old: Sequence[str], new: Sequence[str]) -> int:
    return difflib.SequenceMatcher(None, old, new, autojunk=False).find_longest_match().size
