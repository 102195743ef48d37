"""The one clock of the house: real time, unless a demo lets it run fast together with its Azure."""
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings

_held: datetime | None = None


def now() -> datetime:
    """The moment it is, in UTC, on the house clock."""
    if _held is not None:
        return _held
    if not settings.CLOCK_BASE:
        return real_now()
    passed = (time.time() - settings.CLOCK_REAL) * settings.CLOCK_SPEED
    return datetime.fromisoformat(settings.CLOCK_BASE) + timedelta(seconds=passed)


def real_now() -> datetime:
    """The moment it really is, in UTC: for leases and heartbeats, which measure machines and not Azure."""
    return datetime.now(UTC)


def speed() -> float:
    """How many seconds of the house clock pass in a real second."""
    return settings.CLOCK_SPEED if settings.CLOCK_BASE else 1.0


def hold(moment: datetime | None) -> None:
    """Stop the clock at a moment, or let it run again: for tests."""
    global _held
    _held = moment
