"""The verdict clock: from when, and until when, Azure can report that a running attempt failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from troubleshoot.diagnosis.facts import Probe

ENOUGH = 5  # earlier attempts without which nothing is called usual (design/DESIGN 12)
LONGEST_REPORTED = timedelta(minutes=114)  # the longest failure that was ever reported in public; Azure states no limit
DEFAULT = Probe(10, 10, 2, 1, 30)  # Azure's own where a deployment sets none


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier attempts took, in seconds: to the start of the container, to become ready, to fail."""

    to_container: Sequence[float] = ()
    to_ready: Sequence[float] = ()
    to_failure: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the clock, with what it rests on."""

    key: str  # earliest, usual, longest, latest
    name: str
    at: datetime
    rests_on: str


def probe_seconds(probe: Probe | None) -> float:
    """How long the liveness probe lets a container be silent before Azure ends it; 310 s by default."""
    seen = probe or DEFAULT
    delay = DEFAULT.initial_delay if seen.initial_delay is None else seen.initial_delay
    period = DEFAULT.period if seen.period is None else seen.period
    failures = DEFAULT.failure_threshold if seen.failure_threshold is None else seen.failure_threshold
    return (delay or 0) + (period or 0) * (failures or 0)


def moments(started: datetime, probe: Probe | None, before: Before) -> tuple[Moment, ...]:
    """The moments of an attempt that began at `started`, earliest first; what is not known is left out."""
    allowed = probe_seconds(probe)
    found = [_earliest(started, allowed, before), _latest(started, before)]
    if len(before.to_ready) >= ENOUGH:
        found.append(Moment("usual", "Usually ready", started + timedelta(seconds=median(before.to_ready)),
                            f"Median of {len(before.to_ready)} earlier attempts that became ready; they took "
                            f"{_minutes(min(before.to_ready))} to {_minutes(max(before.to_ready))}"))
    if before.to_failure:
        longest = max(before.to_failure)
        found.append(Moment("longest", "Longest failure here", started + timedelta(seconds=longest),
                            f"{_minutes(longest)}, the longest of {len(before.to_failure)} failed attempts here"))
    return tuple(sorted(found, key=lambda one: one.at))


def _earliest(started: datetime, allowed: float, before: Before) -> Moment:
    rests = f"{allowed:g} s that the liveness probe allows"
    if len(before.to_container) < ENOUGH:
        return Moment("earliest", "Earliest for a crash", started + timedelta(seconds=allowed),
                      f"{rests}, from the start of the attempt: how fast a container starts here is not known yet")
    fastest = min(before.to_container)
    return Moment("earliest", "Earliest for a crash", started + timedelta(seconds=fastest + allowed),
                  f"Fastest way to container start here, {_minutes(fastest)} ({len(before.to_container)} attempts), "
                  f"and {rests}")


def _latest(started: datetime, before: Before) -> Moment:
    longest = timedelta(seconds=max(before.to_failure, default=0))
    if longest > LONGEST_REPORTED:
        return Moment("latest", "Latest", started + longest,
                      f"{_minutes(longest.total_seconds())}, the longest known, from here. Azure states no limit")
    return Moment("latest", "Latest", started + LONGEST_REPORTED,
                  f"{_minutes(LONGEST_REPORTED.total_seconds())}, the longest that was reported anywhere. "
                  "Azure states no limit")


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes and rest else f"{minutes} min" if minutes else f"{rest} s"
