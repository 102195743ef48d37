"""The workspaces that a person may see, and how old what we know of each is."""
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from troubleshoot import clock
from troubleshoot.boards.words import Moment, moment, region
from troubleshoot.models import Endpoint, Heartbeat, Watch, Workspace

POLLED = timedelta(seconds=60)  # how often the endpoints of a workspace are polled
STOPPED = timedelta(seconds=90)  # real time without a sign of life after which nothing polls any more


@dataclass(frozen=True, slots=True)
class Space:
    """A workspace with its newest poll; `stale` when that is older than three polls."""

    id: int
    slug: str
    name: str
    group: str
    subscription: str
    location: str
    region: str  # the location in words
    endpoints: int  # living ones
    polled: Moment | None
    polled_at: datetime | None
    stale: bool
    trouble: str
    said: str


@dataclass(frozen=True, slots=True)
class Spaces:
    """All workspaces that a person may see, and whether anything polls at all."""

    all: tuple[Space, ...]
    stopped: Moment | None  # the last sign of life, when it is too old
    beating: bool  # a worker gave a sign of life at some time

    @property
    def worst(self) -> Space | None:
        """The workspace with the oldest poll; one that was never polled is the worst."""
        return min(self.all, key=lambda one: (one.polled is not None, one.polled_at), default=None)

    @property
    def stale(self) -> tuple[Space, ...]:
        """The workspaces whose numbers are old."""
        return tuple(one for one in self.all if one.stale)

    @property
    def endpoints(self) -> int:
        """How many endpoints live in all of them."""
        return sum(one.endpoints for one in self.all)


def stale_after() -> timedelta:
    """Three polls; more where the house clock runs fast, since a worker ticks in real time."""
    return max(3 * POLLED, timedelta(seconds=45 * clock.speed()))


def read(visible: QuerySet[Workspace], now: datetime) -> Spaces:
    """Every visible workspace that still exists, by name; one query."""
    looks = Watch.objects.filter(workspace=OuterRef("pk"), poll="endpoints")
    living = Endpoint.objects.filter(workspace=OuterRef("pk"), gone_at=None).order_by().values("workspace")
    beat = Heartbeat.objects.order_by("-at").values("at")[:1]
    rows = list(visible.filter(gone_at=None).order_by("slug").annotate(
        living=Coalesce(Subquery(living.annotate(count=Count("id")).values("count")), 0),
        ok=Subquery(looks.values("ok_at")[:1]), trouble=Subquery(looks.values("trouble")[:1]),
        said=Subquery(looks.values("said")[:1]), beat=Subquery(beat),
    ).values_list("id", "slug", "name", "group", "subscription", "location", "living", "ok", "trouble", "said",
                  "beat"))
    last = rows[0][-1] if rows else None
    real = clock.real_now()
    gone = last is not None and real - last > STOPPED
    return Spaces(tuple(_space(row, now) for row in rows), moment(last, real) if gone else None,
                  not rows or last is not None)


def _space(row: tuple, now: datetime) -> Space:
    pk, slug, name, group, subscription, location, living, ok, trouble, said, _ = row
    return Space(pk, slug, name, group, subscription, location, region(location), living, moment(ok, now), ok,
                 ok is None or now - ok > stale_after(), trouble or "", said or "")
