"""Keeps the stories that were asked for through the control API: a killed emulator plays them again."""
import json
from pathlib import Path


class Kept:
    """A file with one order a line; without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / "stories.jsonl" if folder else None

    def keep(self, order: dict) -> None:
        """Add one order."""
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(order) + "\n")

    def all(self) -> list[dict]:
        """Every order, oldest first; a line that a kill cut off is left out."""
        if not self._file or not self._file.exists():
            return []
        found = []
        for line in self._file.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                continue
        return found
