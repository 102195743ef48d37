"""What a Poll is, and one run of it: claim, fetch, record, next time; every failure ends in the watch."""
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.conf import settings

from troubleshoot import watches
from troubleshoot.watches import Asked, Claim
from workers.azure import credentials, errors
from workers.azure.client import Azure
from workers.azure.errors import Denied, Gone, Throttled, Trouble
from workers.azure.listing import Listing

__all__ = ["Asked", "Azure", "Claim", "Denied", "Gone", "Listing", "Poll", "Throttled", "Trouble", "azure_for", "run"]

log = logging.getLogger(__name__)
WORKER = socket.gethostname()
WORDS = {
    Throttled: "throttled", Denied: "denied", Gone: "gone",
    errors.Unreachable: "unreachable", errors.Malformed: "malformed", errors.NotSignedIn: "not signed in",
}


@dataclass(frozen=True, slots=True)
class Poll:
    """One kind of look: what it asks Azure, and which door its facts go in by.

    `save(held, facts, every)` returns the ids of attempts that changed. `spare(held, error)` may keep an error of
    Azure's as a fact (then it returns true and has ended the watch).
    """

    name: str
    every: timedelta
    fetch: Callable[[Azure, Asked], Any]
    save: Callable[[Claim, Any, timedelta], set[int]]
    spare: Callable[[Claim, Trouble], bool] | None = None


@cache
def azure_for(subscription: str) -> Azure:
    """The client that speaks for a subscription; made at the first question, kept for the process."""
    return Azure(settings.ARM_ENDPOINT, subscription, credentials.of(settings.ARM_ENDPOINT),
                 key=settings.SECRET_KEY.encode())


def run(poll: Poll, held: Claim, azure: Azure) -> set[int]:
    """Fetch and record once; returns ids of the attempts that changed. Never raises but for a broken database."""
    try:
        return poll.save(held, poll.fetch(azure, held.asked), poll.every)
    except watches.Overtaken:
        log.info("poll overtaken", extra={"watch": held.watch})
    except Trouble as error:
        if poll.spare is None or not poll.spare(held, error):
            watches.failed(held, WORDS[type(error)], error.message, poll.every, error.retry_after)
    except Exception as error:
        log.exception("poll broke", extra={"watch": held.watch})
        watches.failed(held, "broken", f"{type(error).__name__}: this is our own fault; see the worker's log",
                       poll.every, None)
    return set()
