"""Rows of the bench: how they are measured, printed and kept."""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure beside its baseline; `ratio` says how they compare, in the direction in which `goal` reads it."""

    figure: str
    ours: str
    baseline: str
    ratio: float
    goal: str
    holds: bool


def at_least(figure: str, ours: str, baseline: str, ratio: float, goal: float) -> Row:
    """A row whose ratio should reach a goal."""
    return Row(figure, ours, baseline, round(ratio, 2), f">= {goal:g}", ratio >= goal)


def at_most(figure: str, ours: str, baseline: str, ratio: float, goal: float) -> Row:
    """A row whose ratio should not exceed a goal."""
    return Row(figure, ours, baseline, round(ratio, 2), f"<= {goal:g}", ratio <= goal)


def seconds(engines: Sequence[Callable[[], object]], rounds: int = 5) -> list[float]:
    """The median processor time of each engine; they take turns, after one round that is not counted."""
    taken: list[list[float]] = [[] for _ in engines]
    for round_ in range(rounds + 1):
        for engine, times in zip(engines, taken, strict=True):
            gc.collect()
            began = time.process_time()
            engine()
            if round_:
                times.append(time.process_time() - began)
    return [statistics.median(times) for times in taken]


def megabytes(text: str) -> float:
    """The size of a text as UTF-8."""
    return len(text.encode("utf-8", "surrogatepass")) / 1e6


def report(rows: Iterable[Row], kept: Path) -> bool:
    """Prints each row as it comes, keeps them all as JSON; true when all goals are reached."""
    found: list[Row] = []
    line = "{:58} {:>16} {:>16} {:>9} {:>8}  {}"
    print(line.format("figure", "ours", "baseline", "ratio", "goal", "holds"))
    for row in rows:
        found.append(row)
        told = "yes" if row.holds else "NO"
        print(line.format(row.figure, row.ours, row.baseline, f"{row.ratio:.2f}", row.goal, told), flush=True)
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps([asdict(row) for row in found], indent=1) + "\n", encoding="utf-8")
    return all(row.holds for row in found)
