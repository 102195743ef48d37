"""Who asked for what, from the activity log: late, sometimes silent, never relied upon."""
from datetime import timedelta

from troubleshoot import clock, record
from troubleshoot.diagnosis.facts import ActivityFacts
from workers.poller import Asked, Azure, Claim, Listing, Poll

FIRST_LOOK = timedelta(hours=24)
LATE = timedelta(minutes=45)  # rows come 3 to 20 minutes late (azure/WIRE 9)


def fetch(azure: Azure, asked: Asked) -> Listing[ActivityFacts]:
    """The rows of the subscription since the last look, and those that may have come late."""
    now = clock.now()
    return azure.activity((asked.since or now - FIRST_LOOK) - LATE, now)


def save(held: Claim, seen: Listing[ActivityFacts], every: timedelta) -> set[int]:
    """Keep callers and refusals."""
    return record.activity(held, seen.items, seen.troubles, every)


poll = Poll("activity", timedelta(minutes=5), fetch, save)
