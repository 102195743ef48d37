"""What a world is made of: workspaces, endpoints, deployments, attempts, and what a story says of them."""
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from workers.emulator.draw import Draw
from workers.emulator.sizes import Size, cores_held

Line = tuple[datetime, str]
WORDINGS = ("2022", "2025", "nested")
PROVIDER = "Microsoft.MachineLearningServices"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Workspace:
    subscription: str
    group: str
    name: str
    location: str
    guid: str
    tenant: str
    storage: str
    registry: str
    principal: str
    created: datetime
    creator: str | None
    tags: dict[str, str]
    caps: dict[str, int]

    @property
    def group_id(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    @property
    def id(self) -> str:
        return f"{self.group_id}/providers/{PROVIDER}/workspaces/{self.name}"

    @property
    def place(self) -> str:
        return f"/subscriptions/{self.subscription}/providers/{PROVIDER}/locations/{self.location}"


@dataclass(frozen=True)
class Cast:
    """Everything that has a name around one deployment; the acts speak of these."""

    workspace: Workspace
    endpoint: str
    deployment: str
    identity: str
    principal: str
    client: str
    wording: str
    size: Size
    typed_size: str
    instances: int
    model: str
    model_version: str
    model_file: str
    environment: str
    environment_version: str
    repository: str
    tag: str
    code: str
    blob_container: str
    blob_folder: str
    curated: bool
    draw: Draw

    @property
    def image(self) -> str:
        return f"{self.workspace.registry}.azurecr.io/{self.repository}:{self.tag}"

    @property
    def blob(self) -> str:
        return f"{self.blob_folder}/{self.model_file}"

    @property
    def blob_url(self) -> str:
        return f"https://{self.workspace.storage}.blob.core.windows.net/{self.blob_container}/{self.blob}"

    @property
    def identity_id(self) -> str:
        return (f"{self.workspace.group_id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/"
                f"id-{self.endpoint}")


@dataclass(frozen=True)
class Expected:
    """The verdict a reader with all the evidence would give."""

    causes: tuple[str, ...] = ()
    certainty: tuple[str, ...] = ("certain", "likely")
    stage: str | None = None
    decisive: str = ""
    names: tuple[str, ...] = ()


ConsoleOf = Callable[[Cast, datetime, Draw], list[Line]]
Event = tuple[float, str, str, str]


@dataclass(frozen=True)
class Act:
    """How one attempt goes. `stop` is where it stops: quota, build, node, pull, download, start, crash, probe."""

    story: str
    stop: str | None = None
    outcome: str = "Succeeded"
    code: str = ""
    old: str = ""
    text: str = ""
    expected: Expected = Expected()
    boot: ConsoleOf | None = None
    again: float | None = None
    starts: int = 0  # of its container; 0: as many as there is time for
    kept: int = 0  # console lines that the node keeps; 0: all
    events: tuple[Event, ...] = ()
    fetch_errors: tuple[str, ...] = ()
    storage_errors: tuple[str, ...] = ()
    mutter: ConsoleOf | None = None
    quiet: float = 0.0
    mute: bool = False
    secrets: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    sync_style: bool = False
    missing: tuple[str, ...] = ()
    probes: dict[str, object] = field(default_factory=dict)
    own_container: tuple[str, int] | None = None
    no_code: bool = False


@dataclass(frozen=True)
class Marks:
    """When each stage of an attempt was over."""

    setup: datetime
    pulled: datetime
    downloaded: datetime
    created: datetime


@dataclass(frozen=True)
class Attempt:
    kind: str
    operation: str
    started: datetime
    ended: datetime
    cast: Cast
    act: Act
    marks: Marks | None = None
    turns: tuple[datetime, str] | None = None

    def state(self, at: datetime) -> str:
        if at < self.ended:
            return {"create": "Creating", "update": "Updating", "delete": "Deleting"}[self.kind]
        if self.turns and at >= self.turns[0]:
            return self.turns[1]
        return self.act.outcome

    def running(self, at: datetime) -> bool:
        return at < self.ended

    def serves(self, at: datetime) -> bool:
        return not self.running(at) and self.state(at) == "Succeeded" and self.kind != "delete"

    @property
    def staged(self) -> Marks:
        """The marks of an attempt that got as far as a node."""
        if self.marks is None:
            raise LookupError(f"{self.operation} never got a node")
        return self.marks


Rhythm = Callable[[int], Attempt]


@dataclass
class Deployment:
    workspace: Workspace
    endpoint: str
    name: str
    cast: Cast
    attempts: list[Attempt]
    tags: dict[str, str]
    creator: str | None
    kubernetes: bool = False
    rhythm: Rhythm | None = None
    played: int = 0

    def history(self, at: datetime) -> list[Attempt]:
        """Attempts begun up to a moment, deletions included."""
        return [attempt for attempt in self.attempts if attempt.started <= at]

    def current(self, at: datetime) -> Attempt | None:
        """The attempt that decides the present state; None where nothing exists."""
        past = self.history(at)
        if not past or (past[-1].kind == "delete" and not past[-1].running(at)):
            return None
        return past[-1]

    def present(self, at: datetime) -> Attempt:
        """The attempt that decides the state of a deployment known to exist."""
        return self.life(at)[-1]

    def life(self, at: datetime) -> list[Attempt]:
        """The attempts since the resource was last created."""
        past = self.history(at)
        ends = [n for n, attempt in enumerate(past) if attempt.kind == "delete" and not attempt.running(at)]
        return past[ends[-1] + 1:] if ends else past

    def cores(self, at: datetime) -> tuple[str, int]:
        """Family and cores held now."""
        holding = [a for a in self.life(at) if a.kind != "delete" and _holds(a, at)]
        if self.kubernetes or not holding or self.current(at) is None:
            return self.cast.size.family, 0
        return self.cast.size.family, cores_held(self.cast.size, self.cast.instances)


def _holds(attempt: Attempt, at: datetime) -> bool:
    if attempt.act.stop in ("quota", "build"):
        return False
    return attempt.act.stop not in ("node", "canceled") or attempt.running(at)


@dataclass
class Endpoint:
    workspace: Workspace
    name: str
    identity: str
    principal: str
    client: str
    kubernetes: bool
    auth: str
    traffic: dict[str, int]
    tags: dict[str, str]
    creator: str | None
    attempts: list[Attempt]
    deployments: list[Deployment]
    story: str = ""
    shifts: list[tuple[datetime, dict[str, int]]] = field(default_factory=list)

    def current(self, at: datetime) -> Attempt | None:
        past = [attempt for attempt in self.attempts if attempt.started <= at]
        if not past or (past[-1].kind == "delete" and not past[-1].running(at)):
            return None
        return past[-1]

    def split(self, at: datetime) -> dict[str, int]:
        """The traffic after the last shift up to a moment."""
        return [self.traffic, *(shares for moment, shares in self.shifts if moment <= at)][-1]

    def present(self, at: datetime) -> Attempt:
        """The attempt that decides the state of an endpoint known to exist."""
        return [attempt for attempt in self.attempts if attempt.started <= at][-1]


@dataclass(frozen=True)
class Compute:
    """A cluster or notebook that holds cores; low priority ones count elsewhere."""

    workspace: Workspace
    name: str
    kind: str
    size: Size
    nodes: int
    low_priority: bool
    created: datetime

    @property
    def cores(self) -> int:
        return self.size.vcpus * self.nodes


@dataclass(frozen=True)
class Refusal:
    """A request that was refused at submit, and so left no resource."""

    workspace: Workspace
    endpoint: str
    deployment: str
    at: datetime
    error: dict
    row: bool
    wording: str
    story: str
    expected: Expected


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)
