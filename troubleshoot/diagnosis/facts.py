"""What Azure said, as frozen plain values; every room speaks in these words."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.diagnosis.offered import SizeFacts, UsageFacts
from troubleshoot.diagnosis.recorded import Event, Log, Restart

# The two containers of a deployment, as the command line and the pages write them (azure/WIRE 6.1).
INFERENCE_SERVER = "inference-server"
STORAGE_INITIALIZER = "storage-initializer"
CONTAINERS = (INFERENCE_SERVER, STORAGE_INITIALIZER)

# Provisioning states after which an operation will not go on by itself: Azure's own words, and ours for a request
# that Azure refused at submit, which leaves no resource.
REFUSED = "Refused"
TERMINAL_STATES = ("Succeeded", "Failed", "Canceled", REFUSED)

# Classes of a log answer.
LOGS, WITHHELD, NONE_YET, GONE, DENIED, THROTTLED, BAD_REQUEST = (
    "logs", "withheld", "none yet", "gone", "denied", "throttled", "bad request")

# Certainties of a finding.
CERTAIN, LIKELY, RULED_OUT = "certain", "likely", "ruled out"

# Stages of an attempt, in order, with the words of the stage rail.
STAGES = {
    "quota": "Quota",
    "provisioning": "Provisioning",
    "image_pull": "Image pull",
    "model_and_code": "Model and code",
    "container_start": "Container start",
    "probes": "Probes",
    "ready": "Ready",
}


@dataclass(frozen=True, slots=True)
class Place:
    """The address of a workspace, endpoint or deployment; the last two are empty above their level."""

    subscription: str
    group: str
    workspace: str
    endpoint: str = ""
    deployment: str = ""

    def above(self) -> "Place":
        """The place one level up: the endpoint of a deployment, the workspace of an endpoint."""
        if self.deployment:
            return Place(self.subscription, self.group, self.workspace, self.endpoint)
        return Place(self.subscription, self.group, self.workspace)

    def key(self) -> str:
        """A text that is equal for equal places: ARM names ignore case (azure/WIRE 4.1)."""
        return "/".join((self.subscription, self.group, self.workspace, self.endpoint, self.deployment)).lower()


@dataclass(frozen=True, slots=True)
class ErrorNode:
    """One error of an operation, with the errors inside it (ARM's code, message, target, details)."""

    code: str = ""
    message: str = ""
    target: str = ""
    details: tuple["ErrorNode", ...] = ()
    info: tuple[tuple[str, str], ...] = ()

    def walk(self) -> Iterator["ErrorNode"]:
        """This error, then all inside it, outermost first."""
        yield self
        for inner in self.details:
            yield from inner.walk()


@dataclass(frozen=True, slots=True)
class Probe:
    """A liveness or readiness probe; durations in seconds. Azure's defaults: 10, 10, 2, 1, 30."""

    initial_delay: float | None = None
    period: float | None = None
    timeout: float | None = None
    success_threshold: int | None = None
    failure_threshold: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an endpoint or workspace is: `kind` is SystemAssigned, UserAssigned, both joined, None or empty.

    `principal_id` is the object id that roles are given to: of the system-assigned, else of the only user-assigned.
    """

    kind: str = ""
    principal_id: str = ""
    user_assigned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkspaceFacts:
    """One workspace. `registry` and `storage` are the plain names at the end of the ids in its own body."""

    place: Place
    location: str = ""
    azure_id: str = ""
    registry: str = ""
    storage: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    created_by: str = ""
    created_at: datetime | None = None
    tenant: str = ""
    identity: Identity = Identity()
    public_network: str = ""
    image_build_compute: str = ""


@dataclass(frozen=True, slots=True)
class EndpointFacts:
    """One online endpoint; `traffic` is (deployment, percent), None where Azure sent no traffic map."""

    place: Place
    state: str = ""
    traffic: tuple[tuple[str, int], ...] | None = None
    mirror: tuple[tuple[str, int], ...] = ()
    auth_mode: str = ""
    kind: str = ""
    identity: Identity = Identity()
    scoring_uri: str = ""
    public_network: str = ""
    operation_uri: str = ""
    location: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    created_by: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None

    def weight(self, deployment: str) -> int | None:
        """Percent of the traffic that a deployment gets; None when Azure sent no traffic map."""
        if self.traffic is None:
            return None
        return {name.lower(): percent for name, percent in self.traffic}.get(deployment.lower(), 0)


@dataclass(frozen=True, slots=True)
class DeploymentFacts:
    """One online deployment. `compute` is Managed, Kubernetes or what Azure sent; variables are names only."""

    place: Place
    state: str = ""
    compute: str = ""
    instance_type: str = ""
    instance_count: int | None = None
    model: str = ""
    environment: str = ""
    code: str = ""
    scoring_script: str = ""
    variables: tuple[tuple[str, str], ...] = ()  # (name, short keyed hash of the value)
    liveness: Probe | None = None
    readiness: Probe | None = None
    request_timeout: float | None = None
    max_concurrent: int | None = None
    max_queue_wait: float | None = None
    egress: str = ""
    app_insights: bool | None = None
    operation_uri: str = ""
    location: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    created_by: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    modified_by: str = ""


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """The operation behind a state. `status` is Azure's word, or empty with `trouble` saying why."""

    operation_id: str = ""
    status: str = ""
    started: datetime | None = None
    ended: datetime | None = None
    error: ErrorNode | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """One answer to a request for logs, with its class; `text` only where the class is `logs`."""

    container: str
    answer_class: str
    text: str = ""
    said: str = ""  # Azure's own sentence, or the error's message, where it is no log


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """What Azure answered about the model, environment or code version that an attempt names."""

    kind: str  # model, environment, code
    reference: str  # the id as the deployment gives it
    name: str = ""
    version: str = ""
    found: bool | None = None  # None: could not be asked, `said` tells why
    said: str = ""
    image: str = ""  # environment: the image it names
    uri: str = ""  # model or code: where its files lie
    flavor: str = ""  # model: custom_model, mlflow_model, triton_model
    conda: str = ""  # environment: its conda file


@dataclass(frozen=True, slots=True)
class ComputeFacts:
    """A cluster or compute instance that holds cores in a workspace."""

    name: str
    kind: str = ""  # AmlCompute, ComputeInstance, Kubernetes, …
    size: str = ""
    state: str = ""
    nodes: int | None = None
    priority: str = ""
    location: str = ""
    created_by: str = ""


@dataclass(frozen=True, slots=True)
class ActivityFacts:
    """One row of the activity log: who asked for what, and what ARM answered at once."""

    event_id: str
    at: datetime | None
    resource_id: str
    operation: str = ""
    status: str = ""
    caller: str = ""
    error: ErrorNode | None = None
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class LogText:
    """The log of one container as one answer gave it: status block, events, console lines."""

    status: tuple[tuple[str, str], ...] = ()
    events: tuple[Event, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quotation, and where it stands: the source's name and the line number in it (from 1)."""

    source: str  # operation error, inference-server, storage-initializer, container events, instance status, …
    text: str
    line: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of a fix: what to do, why, and the command or diff to paste."""

    title: str
    text: str = ""
    command: str = ""
    form: str = "shell"  # shell or diff
    file: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A cause weighed in a case. `title` is filled with the case's names; `evidence` is never empty."""

    cause: str  # slug
    title: str
    kind: str  # "Missing package"
    certainty: str
    stage: str  # key of STAGES, or empty where no stage was reached
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    happened: str = ""
    fine: str = ""
    steps: tuple[Step, ...] = ()
    next_test: str = ""  # what separates it from its rivals
    old_code: str = ""
    code: str = ""
    label: str = ""
    who: str = ""  # data scientist, workspace owner, subscription administrator, Microsoft
    retry: str = ""
    urgent: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the rail. `state`: passed, stopped, running, not reached, no data."""

    name: str
    state: str
    started: datetime | None = None
    ended: datetime | None = None
    note: str = ""

    @property
    def seconds(self) -> float | None:
        """How long the stage took; None where a moment is not known."""
        if self.started and self.ended:
            return (self.ended - self.started).total_seconds()
        return None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is held of a case: findings ranked best first; none of certain or likely means *not known*."""

    findings: tuple[Finding, ...] = ()
    stages: tuple[Stage, ...] = ()
    looked_at: tuple[tuple[str, str], ...] = ()  # (source, what it said)
    first_errors: tuple[Evidence, ...] = ()
    healthy: tuple[Evidence, ...] = ()  # lines that show readiness or success
    restarts: tuple[Restart, ...] = ()  # of both containers, in the order of their lines

    @property
    def best(self) -> Finding | None:
        """The finding that is shown as the cause, if any holds."""
        return next((f for f in self.findings if f.certainty in (CERTAIN, LIKELY)), None)


@dataclass(frozen=True, slots=True)
class Text:
    """A pasted text, or a part of one: its kind (a key of passages.KINDS), and the number of its first line."""

    kind: str
    text: str
    first: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """Everything known of one attempt, as one plain value (or of one pasted text: then most is empty)."""

    place: Place = Place("", "", "")
    subject: str = "deployment"  # or endpoint
    number: int | None = None
    kind: str = ""  # create, update, or empty where not known
    state: str = ""  # Azure's provisioning state, as this attempt last showed it
    started: datetime | None = None
    ended: datetime | None = None
    failed_at: datetime | None = None  # first reported failed; kept through a late success
    as_of: datetime | None = None
    operation: OperationFacts | None = None
    first_provisioning: bool | None = None  # the operation began with the resource's creation
    ever_ready: bool | None = None  # an attempt of this deployment is known to have become ready
    weight: int | None = None  # percent of the endpoint's traffic
    ready_siblings: tuple[str, ...] = ()  # other deployments of the endpoint in state Succeeded
    workspace: WorkspaceFacts | None = None
    endpoint: EndpointFacts | None = None
    deployment: DeploymentFacts | None = None
    status: tuple[tuple[str, str], ...] = ()  # newest status block of either container
    events: tuple[Event, ...] = ()
    logs: tuple[Log, ...] = ()
    assets: tuple[AssetFacts, ...] = ()
    size: SizeFacts | None = None
    usages: tuple[UsageFacts, ...] = ()
    gone: bool = False  # Azure answers 404 for it now
    http_status: int | None = None  # a pasted scoring answer
    texts: tuple[Text, ...] = ()  # of a pasted case

    @property
    def late(self) -> bool:
        """It became ready after Azure had reported that it failed."""
        return self.state == "Succeeded" and self.failed_at is not None

    def log(self, container: str) -> Log | None:
        """The stored log of a container, if any answer was ever recorded."""
        return next((log for log in self.logs if log.container == container), None)
