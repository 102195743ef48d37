"""The world of one seed, with the book of its truth."""
from datetime import datetime

from workers.emulator import book
from workers.emulator.scene import Scene


class World(Scene):
    def book(self, at: datetime, logs: bool = True) -> dict:
        """The truth at a moment; with `logs`, every console line so far (some megabytes)."""
        return book.write(self, at, logs)
