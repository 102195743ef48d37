"""Signs of life of the parts, in real time: a page must be able to say that nothing polls any more."""
from datetime import datetime

from troubleshoot import clock
from troubleshoot.models import Heartbeat


def beat(part: str) -> None:
    """Write down that a part lives."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": clock.real_now()})


def last(part: str) -> datetime | None:
    """When a part last gave a sign of life; None when it never did."""
    return Heartbeat.objects.filter(part=part).values_list("at", flat=True).first()
