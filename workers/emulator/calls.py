"""Counts what was asked; forbidden calls and counts outlive a killed process where there is a folder."""
import json
import os
import threading
from collections import Counter
from pathlib import Path

COMPACT_AFTER = 20_000


class Calls:
    def __init__(self, folder: Path | None) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._forbidden: list[dict] = []
        self._file = folder / "calls.jsonl" if folder else None
        self._handle = -1
        self._written = 0
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._read(self._file)
            self._rewrite(self._file)

    def count(self, method: str, route: str) -> None:
        with self._lock:
            self._counts[f"{method} {route}"] += 1
            self._append({"c": f"{method} {route}", "n": 1})

    def forbid(self, call: dict) -> None:
        with self._lock:
            self._forbidden.append(call)
            self._append({"f": call})

    def shown(self) -> dict:
        with self._lock:
            return {"counts": dict(sorted(self._counts.items())), "total": self._counts.total(),
                    "forbidden": list(self._forbidden)}

    def reset(self) -> None:
        with self._lock:
            self._counts.clear()
            self._forbidden.clear()
            if self._file:
                self._rewrite(self._file)

    def _append(self, entry: dict) -> None:
        if self._file is None:
            return
        os.write(self._handle, json.dumps(entry).encode() + b"\n")
        self._written += 1
        if self._written >= COMPACT_AFTER:
            self._rewrite(self._file)

    def _read(self, file: Path) -> None:
        if not file.exists():
            return
        for line in file.read_text(encoding="utf-8").splitlines():
            self._take(line)

    def _take(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except ValueError:
            return  # the last line of a killed process may be cut
        if "f" in entry:
            self._forbidden.append(entry["f"])
        else:
            self._counts[entry["c"]] += entry["n"]

    def _rewrite(self, file: Path) -> None:
        """Writes the sums beside the old file and puts them in its place in one step."""
        entries = [{"c": name, "n": count} for name, count in self._counts.items()]
        entries += [{"f": call} for call in self._forbidden]
        beside = file.with_suffix(".new")
        beside.write_text("".join(json.dumps(entry) + "\n" for entry in entries), encoding="utf-8")
        os.replace(beside, file)
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = os.open(file, os.O_WRONLY | os.O_APPEND)
        self._written = 0
