"""Who served when: the split of the traffic over time, and the stretches in which a deployment was ready."""
from collections.abc import Sequence
from datetime import datetime

from troubleshoot.boards.happened import Event
from troubleshoot.models import Change, Endpoint


def ready(events: Sequence[Event], only: str, end: datetime) -> tuple[tuple[str, datetime, datetime], ...]:
    """The stretches from a success to the next thing that was asked of the deployment, or that became of it."""
    found, since = [], dict[str, datetime]()
    for one in events:
        if one.deployment and "state" in one.kinds and only in ("", one.deployment):
            start = since.pop(one.deployment, None)
            if start:
                found.append((one.deployment, start, one.moment))
            if one.tone == "ok":
                since[one.deployment] = one.moment
    return (*found, *((name, start, end) for name, start in since.items()))


def shares(rows: Sequence[Change], end: Endpoint, since: datetime,
           newest: bool) -> tuple[tuple[datetime, tuple[tuple[str, int], ...]], ...]:
    """The traffic split from the beginning of the page, or from our first look at it, and after each change of it.

    Where nothing changed it is the split of now, but only on the `newest` page: of an older one it is not known.
    """
    turns = [one for one in rows if one.field == "traffic"]
    now = tuple((name, share or 0) for name, share in end.traffic.items()) if newest else ()
    first = parsed(turns[0].before) if turns else now
    begin = min([max(since, end.first_seen_at), *(one.at for one in turns)]) if first else since
    return ((begin, first), *((one.at, parsed(one.after)) for one in turns))


def parsed(told: str) -> tuple[tuple[str, int], ...]:
    """`blue 90 %, green 10 %` as the recorder writes it, as pairs; parts that read otherwise are left out."""
    parts = (part.removesuffix(" %").rsplit(" ", 1) for part in told.split(", ") if part.endswith(" %"))
    return tuple((part[0], int(part[1])) for part in parts if len(part) == 2 and part[1].isdigit())
