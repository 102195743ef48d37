"""Measures all rows, or those of the modules named: `python -m tests.bench [MODULE…]`."""

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests import bench
from tests.bench.table import Row, report

KEPT = Path(__file__).resolve().parents[2] / "var" / "bench.json"


def rows(names: Sequence[str]) -> Iterator[Row]:
    """The rows of every module of the bench that has some."""
    for found in pkgutil.iter_modules(bench.__path__):
        if found.name != "__main__" and (not names or found.name in names):
            module = importlib.import_module(f"{bench.__name__}.{found.name}")
            yield from getattr(module, "rows", tuple)()


if __name__ == "__main__":
    report(rows(sys.argv[1:]), KEPT)
