"""A story: an act, the plot it is played in, and what the scene needs."""
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from workers.emulator import staging, voices
from workers.emulator.draw import Draw
from workers.emulator.plan import NEVER, Act, Attempt, Cast, Line, minutes

Plot = Callable[[Cast, Act, datetime], list[Attempt]]


def ready_boot(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
    """A server that comes up."""
    swaps = {"sklearn.pkl": cast.model_file, "onlinescoring": "code"}
    return voices.server(cast, start, draw, "ready", swaps)


HEALTHY = Act("healthy", boot=ready_boot)


def created(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """One creation that ends as the act says."""
    return [staging.ending_at(cast, act, end)]


def updated(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """A good creation days ago, then an update that ends as the act says while the old instances serve."""
    days = cast.draw.sub("age").between(3, 40)
    release = str(int(cast.environment_version) + 1)
    old = replace(cast, code=cast.draw.sub("old code").guid())
    cast = replace(cast, environment_version=release, repository=f"azureml/azureml_{cast.draw.sub('old').hex(32)}")
    good = staging.ending_at(old, HEALTHY, end - minutes(days * 1440))
    return [good, staging.ending_at(cast, act, end, kind="update")]


def then_recreated(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """Fails, is deleted, and comes up when it is made again."""
    failed = staging.ending_at(cast, act, end)
    gone = staging.deletion(cast, end + minutes(5))
    again = staging.starting_at(cast, HEALTHY, gone.ended + minutes(1))
    return [failed, gone, again]


def late_success(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """Reported as failed; the node arrives after all, and the state turns without a new operation."""
    failed = staging.ending_at(cast, act, end)
    return [Attempt(failed.kind, failed.operation, failed.started, failed.ended, cast, act, failed.marks,
                    turns=(end + minutes(6), "Succeeded"))]


def deleted_after(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """Fails, can be read for a while, and is then deleted with its endpoint."""
    return [staging.ending_at(cast, act, end), staging.deletion(cast, end + minutes(9))]


def never_ends(cast: Cast, act: Act, end: datetime) -> list[Attempt]:
    """Creating for hours, with no end in sight."""
    begun = staging.ending_at(cast, act, end)
    return [Attempt("create", begun.operation, begun.started, NEVER, cast, act)]


@dataclass(frozen=True)
class Outage:
    """What Azure refuses in the workspace of a story, in minutes after the start of the world."""

    fault: str
    route: str  # empty: whatever is asked there
    since: float
    until: float


@dataclass(frozen=True)
class Story:
    name: str
    act: Callable[[Cast], Act]
    plot: Plot = created
    about: str = "deployment"
    identity: str = "SystemAssigned"
    traffic: int = 0
    companion: bool = False
    color: str = "blue"
    size: str | None = None
    instances: int | None = None
    early: bool = False
    past_only: bool = False
    own_image: bool = False
    grants: dict[str, int] = field(default_factory=dict)
    clusters: tuple[tuple[str, int], ...] = ()
    row: bool = False
    shift: float = 0  # minutes after a late success at which it gets all traffic
    moves: tuple[tuple[float, int], ...] = ()  # minutes after the start at which its share turns, and to what
    live: bool = False  # ends well, and yet not days ago
    home: int | None = None  # number of the workspace in which it stands alone
    outage: Outage | None = None


