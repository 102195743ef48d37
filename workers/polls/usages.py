"""Quota used and granted in one region of a subscription, by VM family, and the caps of workspaces."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import UsageFacts
from workers.poller import Asked, Azure, Claim, Denied, Listing, Poll


def fetch(azure: Azure, asked: Asked) -> Listing[UsageFacts]:
    """Usages and quotas as one list; quotas that may not be read are told beside the usages."""
    usages = azure.usages(asked.region)
    try:
        quotas = azure.quotas(asked.region)
    except Denied as error:
        return Listing(usages.items, (*usages.troubles, f"workspace limits: {error.message}"))
    return Listing(usages.items + quotas.items, usages.troubles + quotas.troubles)


def save(held: Claim, seen: Listing[UsageFacts], every: timedelta) -> set[int]:
    """Keep them."""
    return record.usages(held, seen.items, seen.troubles, every)


poll = Poll("usages", timedelta(minutes=15), fetch, save)
