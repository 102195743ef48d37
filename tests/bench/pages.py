"""The pages of an attempt beside an empty view, and beside themselves with a database a hundred times as large."""

import multiprocessing
import os
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.bench import filled
from tests.bench.table import Row, at_most

ROUNDS, GROWTH = 15, 100
PAGES = {  # page: what the row calls it
    filled.OVER: "attempt page, 100 events, log of 200 lines", filled.RUNNING: "running attempt, verdict clock",
    filled.LOG: "log page, 4,000 lines",
}


def rows() -> Iterator[Row]:
    """Each page at most 9 times the empty view, and at most 1.3 times itself after the growth."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (_house(Path(folder) / str(scale), scale) for scale in (1, GROWTH))
        with small, large:
            taken = _taken({"small": small, "large": large})
    empty = taken["small", filled.EMPTY]
    for path, name in PAGES.items():
        page, grown = taken["small", path], taken["large", path]
        if path != filled.LOG:
            yield at_most(f"{name}, beside an empty view", _ms(page), _ms(empty), page / empty, 9)
        yield at_most(f"{name}, database x {GROWTH}", _ms(grown), _ms(page), grown / page, 1.3)


def _house(folder: Path, scale: int) -> ProcessPoolExecutor:
    """A process of its own with a database of its own: settings are read once in a process."""
    folder.mkdir()
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, initializer=_start, initargs=(str(folder), scale))


def _start(folder: str, scale: int) -> None:
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    filled.start(scale)


def _taken(houses: dict[str, ProcessPoolExecutor]) -> dict[tuple[str, str], float]:
    """The median processor time of each page in each house; they take turns, after a round that does not count."""
    found: dict[tuple[str, str], list[float]] = {}
    for round_ in range(ROUNDS + 1):
        for path in (filled.EMPTY, *PAGES):
            for name, house in houses.items():
                seconds = house.submit(filled.get, path).result()
                if round_:
                    found.setdefault((name, path), []).append(seconds)
    return {key: statistics.median(times) for key, times in found.items()}


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
