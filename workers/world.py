"""The demo's world: its seed, its start, and a clock that never shows a moment twice over restarts."""
import json
import os
import random
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

MARGIN = 10.0  # real seconds that the kept moment runs ahead, so that a kill loses none


class Unreadable(Exception):
    """The file that keeps the world is damaged."""


@dataclass
class World:
    """What a resumed demo needs to go on where it stopped."""

    seed: int
    start: str  # ISO, UTC: when the stories begin
    shown: str  # ISO, UTC: no clock of this world has shown a later moment
    speed: float
    port: int = 0  # of the emulator, kept because stored links name it

    def begin(self) -> tuple[str, float]:
        """(the moment shown, the real time it belongs to) of a clock that starts now."""
        real = time.time()
        moment = max(datetime.fromisoformat(self.shown), datetime.fromtimestamp(real, UTC))
        return moment.isoformat(), real

    def keep(self, path: Path, moment: datetime, ahead: float = MARGIN) -> None:
        """Write the world down with the moment its clock may have reached by the next time."""
        self.shown = (moment + timedelta(seconds=ahead * self.speed)).isoformat()
        path.with_suffix(".new").write_text(json.dumps(asdict(self)), encoding="utf-8")
        os.replace(path.with_suffix(".new"), path)


def load(path: Path) -> World | None:
    """The world that was kept; None before the first start."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        world = World(**json.loads(text))
        datetime.fromisoformat(world.shown), datetime.fromisoformat(world.start)
    except (ValueError, TypeError) as error:
        raise Unreadable(f"{path} cannot be read; `make demo-reset` starts over.") from error
    return world


def new(seed: int | None, speed: float) -> World:
    """A world that begins now; its seed is drawn where none is given."""
    now = datetime.now(UTC).isoformat()
    chosen = random.SystemRandom().randrange(1, 1_000_000) if seed is None else seed
    return World(seed=chosen, start=now, shown=now, speed=speed)
