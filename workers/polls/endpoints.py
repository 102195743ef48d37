"""Endpoints with their deployments: state, traffic, size, image."""
from datetime import timedelta

from troubleshoot import record
from workers.poller import Asked, Azure, Poll, Trouble


def fetch(azure: Azure, asked: Asked) -> record.FleetSeen:
    """One list of endpoints, and one list of deployments for each of them."""
    listed = azure.endpoints(asked.place)
    found, troubles, unread = [], list(listed.troubles), []
    for endpoint in listed.items:
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
    return record.FleetSeen(tuple(listed.items), tuple(found), tuple(troubles), not listed.troubles, tuple(unread))


poll = Poll("endpoints", timedelta(seconds=60), fetch, record.endpoints)
