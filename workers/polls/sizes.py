"""The VM sizes that a region offers."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import SizeFacts
from workers.poller import Asked, Azure, Claim, Listing, Poll


def fetch(azure: Azure, asked: Asked) -> Listing[SizeFacts]:
    """The sizes, with vCPUs and memory."""
    return azure.sizes(asked.region)


def save(held: Claim, seen: Listing[SizeFacts], every: timedelta) -> set[int]:
    """Keep them."""
    return record.sizes(held, seen.items, every)


poll = Poll("sizes", timedelta(hours=12), fetch, save)
