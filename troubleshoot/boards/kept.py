"""What a workspace keeps of log text, in words for its page."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from troubleshoot import retention
from troubleshoot.boards.words import NB, Moment, moment, plural
from troubleshoot.models import Workspace

NEAR = 0.9  # of the megabytes in use: from here the size decides what goes


@dataclass(frozen=True, slots=True)
class Kept:
    """The limits, what is used of them, and what a reader should know where the size decides before the age."""

    days: str
    most: str
    used: str
    oldest: Moment | None
    warning: str


def of(space: Workspace, now: datetime) -> Kept:
    """What one workspace keeps; one query."""
    limits, used = retention.limits(space), retention.used(space)
    return Kept(plural(limits.days, "day"), megabytes(limits.megabytes * retention.MEGABYTE), megabytes(used.octets),
                moment(used.oldest, now), _warning(limits, used, now))


def megabytes(octets: int) -> str:
    """`500 MB`, `12.3 MB`; less than a tenth is told as such."""
    size = octets / retention.MEGABYTE
    if 0 < size < 0.1:
        return f"less than 0.1{NB}MB"
    return f"{size:,.0f}{NB}MB" if size == int(size) else f"{size:,.1f}{NB}MB"


def _warning(limits: retention.Limits, used: retention.Used, now: datetime) -> str:
    most = limits.megabytes * retention.MEGABYTE
    if used.octets > most:
        return ("More is stored than the workspace keeps: the oldest lines go next, except those that a verdict quotes "
                "and those of attempts that run.")
    if used.oldest and used.octets >= NEAR * most and now - used.oldest < timedelta(days=limits.days):
        return f"The size is nearly used up, so old lines go before they are {plural(limits.days, 'day')} old."
    return ""
