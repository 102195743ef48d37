"""Who asked for what, from the activity log: late, sometimes silent, never relied upon."""
from datetime import timedelta

from troubleshoot import clock, record
from troubleshoot.diagnosis.facts import ActivityFacts
from workers.poller import Asked, Azure, Claim, Listing, Poll

LOOK_BACK = timedelta(hours=6)  # rows come up to 20 minutes late (azure/WIRE 9); the rest covers our own pauses


def fetch(azure: Azure, asked: Asked) -> Listing[ActivityFacts]:
    """The newest rows of the subscription."""
    now = clock.now()
    return azure.activity(now - LOOK_BACK, now)


def save(held: Claim, seen: Listing[ActivityFacts], every: timedelta) -> set[int]:
    """Keep callers and refusals."""
    return record.activity(held, seen.items, seen.troubles, every)


poll = Poll("activity", timedelta(minutes=5), fetch, save)
