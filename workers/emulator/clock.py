"""The world's clock: it runs at its own speed beside the real one, and can be moved."""
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass
class WorldClock:
    """World time = base + (real now - real) * speed, plus what the control API has added."""

    base: datetime
    real: float
    speed: float
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def now(self) -> datetime:
        with self._lock:
            return self._at(time.time())

    def _at(self, real: float) -> datetime:
        return self.base + timedelta(seconds=(real - self.real) * self.speed)

    def move(self, to: datetime) -> None:
        with self._lock:
            self.base, self.real = to, time.time()

    def advance(self, seconds: float) -> None:
        with self._lock:
            real = time.time()
            self.base, self.real = self._at(real) + timedelta(seconds=seconds), real

    def run_at(self, speed: float) -> None:
        with self._lock:
            real = time.time()
            self.base, self.real, self.speed = self._at(real), real, speed


def parse_moment(text: str) -> datetime:
    """An ISO moment as an aware UTC datetime; one without a zone is taken as UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
