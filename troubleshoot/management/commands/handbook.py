"""Prints the handbook of causes from the shelf into docs/causes."""
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from troubleshoot.diagnosis import manual


class Command(BaseCommand):
    """Writes what changed, and removes the file of a group that is no more."""

    help = "Print the handbook of causes into docs/causes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=settings.BASE / "docs/causes")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        printed = manual.files()
        for old in set(folder.glob("*.md")) - {folder / name for name in printed}:
            old.unlink()
        for name, text in printed.items():
            (folder / name).write_text(text, encoding="utf-8")
        self.stdout.write(f"{len(printed)} files in {folder}")
