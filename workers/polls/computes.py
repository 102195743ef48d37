"""Clusters and compute instances that hold cores in a workspace."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import ComputeFacts
from workers.poller import Asked, Azure, Claim, Listing, Poll


def fetch(azure: Azure, asked: Asked) -> Listing[ComputeFacts]:
    """The workspace's computes."""
    return azure.computes(asked.place)


def save(held: Claim, seen: Listing[ComputeFacts], every: timedelta) -> set[int]:
    """Keep them."""
    return record.computes(held, seen.items, seen.troubles, every)


poll = Poll("computes", timedelta(minutes=15), fetch, save)
