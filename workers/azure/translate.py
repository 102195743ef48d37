"""From the JSON that Azure sends to facts; the only file that knows Azure's field names (azure/WIRE 4 to 7)."""
from typing import Any

from troubleshoot.diagnosis.facts import (
    ComputeFacts,
    DeploymentFacts,
    EndpointFacts,
    Identity,
    Place,
    Probe,
    SizeFacts,
    UsageFacts,
    WorkspaceFacts,
)
from workers.azure import plain
from workers.azure.errors import Malformed

Json = dict[str, Any]
_TOTALS = {"totaldedicatedcores": "dedicated", "totallowprioritycores": "low_priority", "totalclusters": "clusters"}


def workspace(raw: Json, subscription: str) -> WorkspaceFacts:
    """One workspace; its place is read out of its id, since names repeat in other groups. Errors: Malformed."""
    inner, azure_id = _properties(raw), raw.get("id")
    if plain.after(azure_id, "subscriptions").lower() != subscription.lower():
        raise Malformed("its id names no subscription, or another one")
    group = plain.after(azure_id, "resourceGroups")
    if not group:
        raise Malformed("its id names no resource group")
    created_by, created_at, _, _ = _history(raw, {})
    return WorkspaceFacts(
        place=Place(subscription, group, _name(raw)), location=plain.text(raw.get("location"), 100),
        azure_id=plain.text(azure_id, 1000), registry=plain.last(inner.get("containerRegistry")),
        storage=plain.last(inner.get("storageAccount")), tags=plain.pairs(raw.get("tags")),
        created_by=created_by, created_at=created_at,
        tenant=plain.text(inner.get("tenantId") or plain.table(raw.get("identity")).get("tenantId"), 100),
        identity=_identity(raw.get("identity")),
        public_network=plain.text(inner.get("publicNetworkAccess"), 100),
        image_build_compute=plain.text(inner.get("imageBuildCompute"), 300))


def endpoint(raw: Json, above: Place) -> EndpointFacts:
    """One online endpoint of the workspace `above`. Errors: Malformed."""
    inner = _properties(raw)
    more = plain.table(inner.get("properties"))
    created_by, created_at, modified_at, _ = _history(raw, more)
    return EndpointFacts(
        place=Place(above.subscription, above.group, above.workspace, _name(raw)),
        state=plain.text(inner.get("provisioningState"), 100), traffic=_percents(inner.get("traffic")),
        mirror=_percents(inner.get("mirrorTraffic")) or (), auth_mode=plain.text(inner.get("authMode"), 100),
        kind=plain.text(raw.get("kind"), 100), identity=_identity(raw.get("identity")),
        scoring_uri=plain.text(inner.get("scoringUri"), 1000),
        public_network=plain.text(inner.get("publicNetworkAccess"), 100), operation_uri=_operation_uri(more),
        location=plain.text(raw.get("location"), 100), tags=plain.pairs(raw.get("tags")),
        created_by=created_by, created_at=created_at, modified_at=modified_at)


def deployment(raw: Json, above: Place, key: bytes) -> DeploymentFacts:
    """One online deployment of the endpoint `above`; `key` seals the hashes of its variables. Errors: Malformed."""
    inner = _properties(raw)
    more, code = plain.table(inner.get("properties")), plain.table(inner.get("codeConfiguration"))
    asked = plain.table(inner.get("requestSettings"))
    created_by, created_at, modified_at, modified_by = _history(raw, more)
    return DeploymentFacts(
        place=Place(above.subscription, above.group, above.workspace, above.endpoint, _name(raw)),
        state=plain.text(inner.get("provisioningState"), 100),
        compute=plain.text(inner.get("endpointComputeType"), 100),
        instance_type=plain.text(inner.get("instanceType"), 100),
        instance_count=plain.whole(plain.table(raw.get("sku")).get("capacity")),
        model=plain.text(inner.get("model"), 1000), environment=plain.text(inner.get("environmentId"), 1000),
        code=plain.text(code.get("codeId"), 1000), scoring_script=plain.text(code.get("scoringScript"), 500),
        variables=_variables(inner.get("environmentVariables"), key),
        liveness=_probe(inner.get("livenessProbe")), readiness=_probe(inner.get("readinessProbe")),
        request_timeout=plain.seconds(asked.get("requestTimeout")),
        max_concurrent=plain.whole(asked.get("maxConcurrentRequestsPerInstance")),
        max_queue_wait=plain.seconds(asked.get("maxQueueWait")),
        egress=plain.text(inner.get("egressPublicNetworkAccess"), 100),
        app_insights=plain.truth(inner.get("appInsightsEnabled")), operation_uri=_operation_uri(more),
        location=plain.text(raw.get("location"), 100), tags=plain.pairs(raw.get("tags")), created_by=created_by,
        created_at=created_at, modified_at=modified_at, modified_by=modified_by)


def usage(raw: Json, region: str) -> UsageFacts:
    """One row of usages. The same family comes twice, told apart by its kind (azure/WIRE 7). Errors: Malformed."""
    named = plain.table(raw.get("name"))
    family = plain.text(named.get("value"), 200) or plain.last(raw.get("id"))
    if not family:
        raise Malformed("it names no family")
    label = plain.text(named.get("localizedValue"), 300)
    return UsageFacts(
        region=region, kind=_quota_kind(raw, family, label), family=family, label=label,
        used=plain.whole(raw.get("currentValue")), limit=plain.whole(raw.get("limit"), least=-1),
        workspace=plain.after(raw.get("id"), "workspaces"), group=plain.after(raw.get("id"), "resourceGroups"),
        unit=plain.text(raw.get("unit"), 50) or "Count")


def _quota_kind(raw: Json, family: str, label: str) -> str:
    """From the type, else the id, else the names: only the family types are confirmed (azure/WIRE 7)."""
    for value in (raw.get("type"), raw.get("id")):
        words = plain.text(value).lower().split("/")
        for word, kind in (("lowprioritycores", "low_priority"), ("dedicatedcores", "dedicated"),
                           ("clusters", "clusters")):
            if word in words:
                return kind
    if family.lower() in _TOTALS:
        return _TOTALS[family.lower()]
    shown = label.lower()
    return "low_priority" if "low priority" in shown else "dedicated" if "dedicated" in shown else "other"


def size(raw: Json) -> SizeFacts:
    """One VM size; `MIR` among its compute types marks one for managed online endpoints (azure/WIRE 7)."""
    kinds = raw.get("supportedComputeTypes")
    return SizeFacts(
        name=_name(raw), family=plain.text(raw.get("family"), 200), vcpus=plain.whole(raw.get("vCPUs")),
        memory_gib=plain.number(raw.get("memoryGB")), gpus=plain.whole(raw.get("gpus")),
        managed=any(plain.text(kind).upper() == "MIR" for kind in kinds) if isinstance(kinds, list) else None)


def compute(raw: Json) -> ComputeFacts:
    """One compute of a workspace. An instance keeps its cores while it is stopped, so it always counts as one node."""
    inner = _properties(raw)
    own = plain.table(inner.get("properties"))
    kind = plain.text(inner.get("computeType"), 100)
    maker = plain.text(plain.table(own.get("createdBy")).get("userName"), 300)
    return ComputeFacts(
        name=_name(raw), kind=kind, size=plain.text(own.get("vmSize"), 100),
        state=plain.text(own.get("state") or own.get("allocationState") or inner.get("provisioningState"), 100),
        nodes=1 if kind.lower() == "computeinstance" else plain.whole(own.get("currentNodeCount")),
        priority=plain.text(own.get("vmPriority"), 100),
        location=plain.text(inner.get("computeLocation") or raw.get("location"), 100),
        created_by=maker or _history(raw, {})[0])


def log_content(raw: Json) -> str | None:
    """The content of a getLogs answer as it is, but for half characters, which no database takes. Errors: Malformed."""
    if "content" not in raw or not isinstance(raw["content"], str | None):
        raise Malformed("Azure's answer to getLogs holds no text")
    return None if raw["content"] is None else plain.whole_characters(str(raw["content"]))


def _properties(raw: Json) -> Json:
    found = raw.get("properties")
    if not isinstance(found, dict):
        raise Malformed("it has no properties")
    return found


def _name(raw: Json) -> str:
    name = raw.get("name") or plain.last(raw.get("id"))
    if not isinstance(name, str) or not name.strip():
        raise Malformed("it has no name")
    if any(c in name for c in "/\ufffd") or len(name) > 260 or not name.isprintable():
        raise Malformed("its name is no Azure name")
    return name


def _history(raw: Json, more: Json) -> tuple[str, Any, Any, str]:
    """Created by and at, modified at and by: from systemData, else from the property map (azure/WIRE 4.2)."""
    system = plain.table(raw.get("systemData"))
    return (plain.text(system.get("createdBy"), 300) or plain.text(more.get("createdBy"), 300),
            plain.moment(system.get("createdAt")) or plain.moment(more.get("createdAt")),
            plain.moment(system.get("lastModifiedAt")) or plain.moment(more.get("lastModifiedAt")),
            plain.text(system.get("lastModifiedBy"), 300) or plain.text(more.get("lastModifiedBy"), 300))


def _operation_uri(more: Json) -> str:
    for name, value in more.items():
        if name.lower() == "azureasyncoperationuri" and isinstance(value, str):
            return plain.text(value, 2000)
    return ""


def _percents(value: Any) -> tuple[tuple[str, int], ...] | None:
    """A traffic map; None where there is none, or where a part of it cannot be read: half a map would mislead."""
    if not isinstance(value, dict):
        return None
    found = [(plain.text(name, 260), plain.whole(percent, most=100)) for name, percent in value.items()]
    known = [(name, percent) for name, percent in found if percent is not None]
    return tuple(sorted(known)) if len(known) == len(found) else None


def _identity(value: Any) -> Identity:
    found = plain.table(value)
    given = plain.table(found.get("userAssignedIdentities"))
    users = tuple(sorted(plain.text(name, 1000) for name in given))[:50]
    principal = plain.text(found.get("principalId"), 100)
    if not principal and len(given) == 1:  # of several nobody says which one pulls
        principal = plain.text(plain.table(next(iter(given.values()))).get("principalId"), 100)
    return Identity(plain.text(found.get("type"), 100), principal, users)


def _probe(value: Any) -> Probe | None:
    if not isinstance(value, dict):
        return None
    return Probe(plain.seconds(value.get("initialDelay")), plain.seconds(value.get("period")),
                 plain.seconds(value.get("timeout")), plain.whole(value.get("successThreshold")),
                 plain.whole(value.get("failureThreshold")))


def _variables(value: Any, key: bytes) -> tuple[tuple[str, str], ...]:
    found = ((plain.text(name, 512), plain.print_of(name, "" if inner is None else str(inner), key))
             for name, inner in plain.table(value).items())
    return tuple(sorted(found)[:500])
