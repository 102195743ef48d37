"""What one running emulator holds: the world, its clock, the faults switched on, the calls, the notices taken."""
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from workers.emulator.calls import Calls
from workers.emulator.clock import WorldClock
from workers.emulator.faults.board import Board
from workers.emulator.orders import Kept
from workers.emulator.world import World


@dataclass
class Stage:
    world: World
    clock: WorldClock
    board: Board
    calls: Calls
    orders: Kept
    hooked: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=200))  # oldest first
