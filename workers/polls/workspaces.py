"""Which workspaces a subscription lists."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import WorkspaceFacts
from workers.poller import Asked, Azure, Claim, Listing, Poll


def fetch(azure: Azure, asked: Asked) -> Listing[WorkspaceFacts]:
    """The subscription's workspaces, with what was wrong with single ones."""
    return azure.workspaces()


def save(held: Claim, seen: Listing[WorkspaceFacts], every: timedelta) -> set[int]:
    """Keep them."""
    return record.workspaces(held, seen.items, seen.troubles, every)


poll = Poll("workspaces", timedelta(minutes=5), fetch, save)
