"""The log store and its word index beside a row a line: bytes, ingest, search. BENCH_LARGE=1 goes on to 4 M lines."""

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.bench import stored
from tests.bench.table import Row


def rows() -> Iterator[Row]:
    """Each question in a process of its own with a database of its own: settings are read once in a process."""
    context = multiprocessing.get_context("spawn")
    for question in (stored.weight, stored.ingest, stored.search):
        with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(
                1, context, initializer=_start, initargs=(folder,)) as house:
            yield from house.submit(question).result()


def _start(folder: str) -> None:
    os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    stored.start()
