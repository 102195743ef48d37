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
    whose: str = "earlier attempts here"


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment of the clock, with what it rests on."""

    key: str  # earliest, usual, longest, latest
    name: str
    at: datetime
    rests_on: str


def probe_seconds(probe: Probe | None) -> float:
    """How long the liveness probe lets a container be silent before Azure ends it; 310 s by default."""
    delay, failures, period = _probe(probe)
    return delay + failures * period


def _between(seconds: Sequence[float]) -> str:
    """`8 min to 14 min`, or `9 min` where all took as long."""
    least, most = minutes(min(seconds)), minutes(max(seconds))
    return least if least == most else f"{least} to {most}"


def moments(started: datetime, probe: Probe | None, before: Before, container: datetime | None = None
            ) -> tuple[Moment, ...]:
    """The moments of an attempt that began at `started`, earliest first; what is not known is left out.

    `container` is when its own container was first started, where that is told already.
    """
    found = [_earliest(started, probe, before, container), _latest(started, before)]
    if len(before.to_ready) >= ENOUGH:
        found.append(Moment("usual", "Usually ready", started + timedelta(seconds=median(before.to_ready)),
                            f"Median of {len(before.to_ready)} {before.whose} that became ready; they took "
                            f"{_between(before.to_ready)}"))
    longest = max(before.to_failure, default=0)
    if 0 < longest <= LONGEST_REPORTED.total_seconds():
        found.append(Moment("longest", "Longest failure here", started + timedelta(seconds=longest),
                            f"{minutes(longest)}, the longest of {len(before.to_failure)} {before.whose} that failed"))
    return tuple(sorted(found, key=lambda one: one.at))


def _earliest(started: datetime, probe: Probe | None, before: Before, container: datetime | None) -> Moment:
    allowed = timedelta(seconds=probe_seconds(probe))
    delay, failures, period = _probe(probe)
    rests = (f"{allowed.total_seconds():g} s that the liveness probe allows: {delay:g} s delay, {failures:g} failures, "
             f"{period:g} s apart")
    name = "Earliest for a crash"
    if container and container >= started:
        return Moment("earliest", name, container + allowed, f"The start of its container, which is told, and {rests}")
    if len(before.to_container) < ENOUGH:
        return Moment("earliest", name, started + allowed,
                      f"The start of the attempt, and {rests}. How fast a container starts here is not known yet")
    fastest = min(before.to_container)
    return Moment("earliest", name, started + timedelta(seconds=fastest) + allowed,
                  f"Fastest way to container start here, {minutes(fastest)} ({len(before.to_container)} "
                  f"{before.whose}), and {rests}")


def _latest(started: datetime, before: Before) -> Moment:
    longest = timedelta(seconds=max(before.to_failure, default=0))
    if longest > LONGEST_REPORTED:
        return Moment("latest", "Latest", started + longest,
                      f"{minutes(longest.total_seconds())}, the longest failure that is known, from here. "
                      "Azure states no limit")
    return Moment("latest", "Latest", started + LONGEST_REPORTED,
                  f"{minutes(LONGEST_REPORTED.total_seconds())}, the longest that was ever reported anywhere. "
                  "Azure states no limit")


def _probe(probe: Probe | None) -> tuple[float, float, float]:
    """Delay, failures and period of the liveness probe; what a deployment does not set is Azure's own."""
    seen = probe or DEFAULT
    delay = DEFAULT.initial_delay if seen.initial_delay is None else seen.initial_delay
    failures = DEFAULT.failure_threshold if seen.failure_threshold is None else seen.failure_threshold
    period = DEFAULT.period if seen.period is None else seen.period
    return delay or 0, failures or 0, period or 0


def minutes(seconds: float) -> str:
    """`6 min 38 s`, without the part that is nothing."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole} min {rest:02} s" if whole and rest else f"{whole} min" if whole else f"{rest} s"
