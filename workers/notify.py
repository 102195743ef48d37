"""Sends what waits in the outbox: claims, tells, marks; whatever goes wrong ends in the outbox and on the channel."""
import logging
import re
from urllib.parse import urlsplit

from troubleshoot import outbox, sealed
from troubleshoot.boards import notice
from workers.channels import CHANNELS
from workers.outgoing import Failed

log = logging.getLogger(__name__)


def one(channel: int) -> bool:
    """Send the next notice of a channel; False where nothing was to be sent, or it could not be."""
    held = outbox.claim(channel)
    return held is not None and tell(held)


def tell(held: outbox.Held) -> bool:
    """Send what is claimed, and mark it. No transaction is open while the other side is waited for."""
    to = held.notice.channel
    try:
        CHANNELS[to.kind](notice.message(held.notice), sealed.unseal(to.address), sealed.unseal(to.secret))
    except Failed as error:
        outbox.failed(held, _discreet(held, error.said), error.retry_after, error.unfit)
    except sealed.Unreadable as error:
        outbox.failed(held, str(error))
    except Exception as error:
        log.exception("notice could not be told", extra={"notice": held.notice.id})
        outbox.failed(held, f"{type(error).__name__}: this is our own fault; see the worker's log", unfit=True)
    else:
        outbox.sent(held)
        return True
    return False


def _discreet(held: outbox.Held, said: str) -> str:
    """What went wrong, without the secret parts of the address: some servers repeat what they were asked for."""
    to = held.notice.channel
    if to.kind == "email":
        return said
    parts = urlsplit(sealed.unseal(to.address))
    for part in re.split(r"[^\w.%-]+", f"{parts.path} {parts.query}"):
        said = said.replace(part, "…") if len(part) > 5 else said
    return said
