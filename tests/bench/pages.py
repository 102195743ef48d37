"""The pages of an attempt beside an empty view, and beside themselves with a database a hundred times as large."""

import multiprocessing
import os
import statistics
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from tests.bench import filled
from tests.bench.table import Row, at_most

ROUNDS, GROWTH = 15, 100
FOLLOW, POLL = "follow", "poll"  # work of the worker, measured like pages
HOUSES = {"small": (1, 50), "large": (GROWTH, 50 * GROWTH), "calm": (GROWTH, 50)}  # times the fleet, open incidents
PAGES = {  # page: what the row calls it
    filled.OVER: "attempt page, 100 events, log of 200 lines", filled.RUNNING: "running attempt, verdict clock",
    filled.LOG: "log page, 4,000 lines",
}


def rows() -> Iterator[Row]:
    """Each page at most 9 times the empty view, and at most 1.3 times itself after the growth; and Triage."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        taken = _taken({name: stack.enter_context(_house(Path(folder) / name, *sizes))
                        for name, sizes in HOUSES.items()})
    empty = taken["small", filled.EMPTY]
    for path, name in PAGES.items():
        page, grown = taken["small", path], taken["large", path]
        if path != filled.LOG:
            yield at_most(f"{name}, beside an empty view", _ms(page), _ms(empty), page / empty, 9)
        yield at_most(f"{name}, database x {GROWTH}", _ms(grown), _ms(page), grown / page, 1.3)
    yield from _triage(taken)
    quiet, one = taken["large", FOLLOW], taken["large", POLL]
    yield at_most("following 5,000 quiet endpoints, beside one poll of 50", _ms(quiet), _ms(one), quiet / one, 0.5)


def _triage(taken: dict[tuple[str, str], float]) -> Iterator[Row]:
    """Triage at most 6 times an empty view, and with 5,000 incidents 1.3 times itself with 50 in the same fleet."""
    page, empty = taken["small", filled.TRIAGE], taken["small", filled.EMPTY]
    yield at_most("Triage, 50 open incidents, beside an empty view", _ms(page), _ms(empty), page / empty, 6)
    for path, name in ((filled.TRIAGE, "Triage"), (filled.EMPTY, "an empty view")):
        calm, busy = taken["calm", path], taken["large", path]
        yield at_most(f"{name}, 5,000 open incidents beside 50", _ms(busy), _ms(calm), busy / calm, 1.3)


def _house(folder: Path, scale: int, wrong: int) -> ProcessPoolExecutor:
    """A process of its own with a database of its own: settings are read once in a process."""
    folder.mkdir()
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, context, initializer=_start, initargs=(str(folder), scale, wrong))


def _start(folder: str, scale: int, wrong: int) -> None:
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    filled.start(scale, wrong)


def _taken(houses: dict[str, ProcessPoolExecutor]) -> dict[tuple[str, str], float]:
    """The median processor time of each page in each house; they take turns, after a round that does not count."""
    found: dict[tuple[str, str], list[float]] = {}
    for round_ in range(ROUNDS + 1):
        for path in (filled.EMPTY, filled.TRIAGE, *PAGES, FOLLOW, POLL):
            work = {FOLLOW: (filled.follow,), POLL: (filled.poll,)}.get(path, (filled.get, path))
            for name, house in houses.items():
                seconds = house.submit(*work).result()
                if round_:
                    found.setdefault((name, path), []).append(seconds)
    return {key: statistics.median(times) for key, times in found.items()}


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
