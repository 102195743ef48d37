"""Endpoints with their deployments: state, traffic, size, image."""
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

from troubleshoot import record
from troubleshoot.diagnosis.facts import EndpointFacts
from workers.poller import Asked, Azure, Poll, Trouble

LONGEST = 45.0  # seconds for the deployments of all endpoints; a lease is longer than this and one list


def _turned(items: Sequence[EndpointFacts]) -> Sequence[EndpointFacts]:
    start = int(monotonic()) % len(items) if items else 0
    return (*items[start:], *items[:start])


def fetch(azure: Azure, asked: Asked) -> record.FleetSeen:
    """One list of endpoints, and one list of deployments for each of them, as far as the time reaches.

    Where Azure is too slow for all, the next look begins at another endpoint.
    """
    listed = azure.endpoints(asked.place)
    ends = monotonic() + LONGEST
    found, troubles, unread = [], list(listed.troubles), []
    for endpoint in _turned(listed.items):
        if monotonic() > ends:
            unread.append(endpoint.place.endpoint)
            continue
        try:
            below = azure.deployments(endpoint.place)
        except Trouble as error:
            if error.status in (401, 429) or error.status is None:
                raise  # true for the whole workspace: the watch rests
            troubles.append(f"deployments of {endpoint.place.endpoint}: {error.message}")
            unread.append(endpoint.place.endpoint)
            continue
        found.append((endpoint.place.endpoint, tuple(below.items)))
        troubles.extend(f"{endpoint.place.endpoint}: {trouble}" for trouble in below.troubles)
        unread.extend([endpoint.place.endpoint] if below.troubles else [])
    if monotonic() > ends and unread:
        troubles.append(f"Azure is slow: the deployments of {len(unread)} endpoints were not read this time")
    return record.FleetSeen(tuple(listed.items), tuple(found), tuple(troubles), not listed.troubles, tuple(unread))


poll = Poll("endpoints", timedelta(seconds=60), fetch, record.endpoints)
