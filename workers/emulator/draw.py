"""Chance that is a pure function of the seed and of what it is asked for."""
import random
import uuid
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of drawn values for one key; `sub` opens another that does not disturb this one."""

    def __init__(self, *key: object) -> None:
        self.key = key
        self._random = random.Random("/".join(str(part) for part in key))  # noqa: S311 (repeatable on purpose)

    def sub(self, *key: object) -> "Draw":
        return Draw(*self.key, *key)

    def pick(self, values: Sequence[T]) -> T:
        return values[self._random.randrange(len(values))]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        return self._random.sample(list(values), len(values))

    def between(self, low: float, high: float) -> float:
        return self._random.uniform(low, high)

    def count(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def chance(self, share: float) -> bool:
        return self._random.random() < share

    def hex(self, digits: int) -> str:
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def data(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def guid(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))
