"""Faults that can be switched on while the emulator runs."""
from workers.emulator.faults.board import Board
from workers.emulator.faults.bodies import BODIES
from workers.emulator.faults.refusals import REFUSALS

NAMES = sorted({*BODIES, *REFUSALS})
__all__ = ["BODIES", "NAMES", "REFUSALS", "Board"]
