"""Azure as one method a question; the only file that calls the SDK, and it calls what reads and nothing else."""
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from azure.core.rest import HttpRequest
from azure.mgmt.machinelearningservices.models import DeploymentLogsRequest

from troubleshoot.diagnosis.facts import (
    INFERENCE_SERVER,
    STORAGE_INITIALIZER,
    ActivityFacts,
    AssetFacts,
    ComputeFacts,
    DeploymentFacts,
    EndpointFacts,
    OperationFacts,
    Place,
    SizeFacts,
    UsageFacts,
    WorkspaceFacts,
)
from workers.azure import credentials, evidence, listing, translate
from workers.azure.errors import Denied, Gone, Malformed, refused
from workers.azure.listing import Item, Listing
from workers.azure.pipeline import Gate, clients, origin
from workers.azure.transport import OCTETS, transport

DEADLINE = 20.0  # seconds for one answer, headers and body (trust/TRUST 7.7)
LISTING = 60.0  # seconds for all pages of one list
PAGES = 200
PROVIDER = "Microsoft.MachineLearningServices"
# On the wire the hyphenated words are refused (azure/WIRE 6.1).
_CONTAINERS = {INFERENCE_SERVER: "InferenceServer", STORAGE_INITIALIZER: "StorageInitializer"}
_SELECT = "eventDataId,eventTimestamp,resourceId,operationName,status,subStatus,caller,correlationId,properties"


class Azure:
    """One subscription, seen through one identity. Safe to share among threads; build it after the worker has forked.

    Every method answers in facts, and raises errors.Throttled, Denied, Gone or Unreachable, nothing else. Lists
    come as Listing: while its `troubles` are not empty, what is missing from its items was perhaps only unreadable.
    `remaining` holds ARM's newest throttling headers by their lower-case names.
    """

    def __init__(self, arm_endpoint: str, subscription: str, credential: Any = None, deadline: float = DEADLINE,
                 octets: int = OCTETS, pages: int = PAGES, whole_list: float = LISTING, key: bytes = b"") -> None:
        """Times in seconds; `key` seals the hashes of variables; a ValueError for an endpoint that is not allowed."""
        scope = credentials.scope(arm_endpoint)
        self.arm_endpoint, self.subscription = arm_endpoint.rstrip("/"), subscription
        self.remaining: dict[str, int] = {}
        self._deadline, self._key = deadline, key
        self._pages, self._whole_list = pages, whole_list
        self._wire = transport(deadline, octets)
        self._ml, self._monitor = clients(
            self.arm_endpoint, _name(subscription), credential or credentials.of(arm_endpoint), scope, self._wire,
            Gate(self.arm_endpoint, self.remaining))

    def close(self) -> None:
        """Give back the pool's connections."""
        self._wire.session.close()

    def workspaces(self) -> Listing[WorkspaceFacts]:
        """All workspaces of the subscription that the identity may see."""
        read = partial(translate.workspace, subscription=self.subscription)
        return self._list(self._ml.workspaces.list_by_subscription, read=read)

    def workspace(self, place: Place) -> WorkspaceFacts:
        """One workspace."""
        raw = self._one(self._ml.workspaces.get, *_names(place, 2))
        return translate.workspace(raw, self.subscription)

    def endpoints(self, place: Place) -> Listing[EndpointFacts]:
        """The online endpoints of a workspace."""
        read = partial(translate.endpoint, above=place)
        return self._list(self._ml.online_endpoints.list, *_names(place, 2), read=read)

    def endpoint(self, place: Place) -> EndpointFacts:
        """One online endpoint."""
        return translate.endpoint(self._one(self._ml.online_endpoints.get, *_names(place, 3)), place)

    def deployments(self, place: Place) -> Listing[DeploymentFacts]:
        """The deployments of an endpoint, each whole (azure/WIRE 2: lists carry the full bodies)."""
        read = partial(translate.deployment, above=place, key=self._key)
        return self._list(self._ml.online_deployments.list, *_names(place, 3), read=read)

    def deployment(self, place: Place) -> DeploymentFacts:
        """One deployment."""
        raw = self._one(self._ml.online_deployments.get, *_names(place, 4))
        return translate.deployment(raw, place, self._key)

    def operation(self, uri: str) -> OperationFacts:
        """The operation at an address that Azure gave; with `trouble` where it may not be asked, or is forgotten.

        Asked as given, its own api-version included; the SDK has no method for it (azure/WIRE 3.6).
        """
        number = evidence.operation_id(uri)
        if not self._may_follow(uri):
            return OperationFacts(number, trouble="The operation's address is not one of this subscription at "
                                                  "Azure; it was not asked")
        try:
            return evidence.operation(self._one(self._get, uri), uri)
        except Gone as gone:
            return OperationFacts(number, trouble=f"Azure no longer knows this operation: {gone.message}")

    def logs(self, place: Place, container: str, tail: int) -> str | None:
        """What getLogs answers for a container, as it is; a 400 is an Unreachable with `status` 400.

        The answer may be a sentence in the place of a log (azure/WIRE 6.2): the caller tells which.
        """
        body = DeploymentLogsRequest(container_type=_CONTAINERS[container], tail=tail)
        return translate.log_content(self._one(self._ml.online_deployments.get_logs, *_names(place, 4), body))

    def asset(self, place: Place, kind: str, reference: str) -> AssetFacts:
        """The model, environment or code version that a deployment of the workspace names; see AssetFacts.found."""
        named = evidence.asset_named(kind, reference, place)
        if named.said:
            return named
        ask: Any = {"model": self._ml.model_versions, "environment": self._ml.environment_versions,
               "code": self._ml.code_versions}[kind]
        try:
            raw = self._one(ask.get, *_names(place, 2), _name(named.name), _name(named.version))
        except Gone as gone:
            return replace(named, found=False, said=gone.message)
        except Denied as denied:
            return replace(named, said=denied.message)
        return replace(named, found=True, **evidence.asset_body(raw))

    def usages(self, region: str) -> Listing[UsageFacts]:
        """Quota used and granted in a region; rows of one workspace carry its name."""
        read = partial(translate.usage, region=region)
        return self._list(self._ml.usages.list, _name(region), read=read)

    def quotas(self, region: str) -> Listing[UsageFacts]:
        """Quota limits in a region, `used` always None; rows of one workspace are caps of its own."""
        read = partial(translate.usage, region=region)
        return self._list(self._ml.quotas.list, _name(region), read=read)

    def sizes(self, region: str) -> Listing[SizeFacts]:
        """The VM sizes of a region; Azure sends them in one page."""
        raw = self._one(self._ml.virtual_machine_sizes.list, _name(region))
        if not isinstance(raw.get("value"), list):
            raise Malformed("Azure's list of sizes holds no list", status=200)
        return listing.each(raw["value"], translate.size)

    def computes(self, place: Place) -> Listing[ComputeFacts]:
        """The clusters and compute instances of a workspace."""
        return self._list(self._ml.compute.list, *_names(place, 2), read=translate.compute)

    def activity(self, since: datetime, until: datetime) -> Listing[ActivityFacts]:
        """The subscription's activity log of Azure ML, at most 90 days back, 3 to 20 minutes late (azure/WIRE 9).

        Only these filters are allowed; personal data is not asked for, but for the caller.
        """
        between = (f"eventTimestamp ge '{_stamp(since)}' and eventTimestamp le '{_stamp(until)}' "
                   f"and resourceProvider eq '{PROVIDER}'")
        return self._list(self._monitor.activity_logs.list, filter=between, select=_SELECT,
                             read=evidence.activity)

    def _one(self, operation: Any, *args: Any) -> dict[str, Any]:
        return listing.one(operation, *args, seconds=self._deadline)

    def _list(self, operation: Any, *args: Any, read: Callable[[dict[str, Any]], Item | None],
              **kwargs: Any) -> Listing[Item]:
        return listing.every(operation, *args, read=read, arm=self.arm_endpoint, subscription=self.subscription,
                             pages=self._pages, seconds=self._whole_list, **kwargs)

    def _get(self, uri: str, **kwargs: Any) -> None:
        answer = self._ml._send_request(HttpRequest("GET", uri), **kwargs)
        if answer.status_code >= 300:
            raise refused(answer.status_code, answer.headers, answer.text(),
                          answer.request.headers.get("x-ms-client-request-id", ""))

    def _may_follow(self, uri: str) -> bool:
        try:
            near = origin(uri) == origin(self.arm_endpoint) and "@" not in urlsplit(uri).netloc
        except Malformed:
            return False
        return near and evidence.is_operation(uri, self.subscription)


def _names(place: Place, levels: int) -> tuple[str, ...]:
    """Group, workspace, endpoint, deployment: as many as asked."""
    return tuple(_name(name) for name in (place.group, place.workspace, place.endpoint, place.deployment)[:levels])


def _name(name: str) -> str:
    """A name that can stand in a path (the SDK quotes it); a Malformed for one that would move in it."""
    if not name or name.strip(".") == "" or any(c in name for c in "/\\?#") or not name.isprintable():
        raise Malformed(f"{name!r} is no Azure name; it was not asked for")
    return name


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
