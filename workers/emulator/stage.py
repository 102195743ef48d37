"""What one running emulator holds: the world, its clock, the faults switched on, and the calls counted."""
from dataclasses import dataclass

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
