"""Workspaces, endpoints and deployments in ARM's own shapes."""
from datetime import datetime

from workers.emulator import formats
from workers.emulator.ask import Answer, Ask, deployment_of, endpoint_of, paged, subscription_of, workspace_of
from workers.emulator.plan import PROVIDER, Attempt, Cast, Deployment, Endpoint, Workspace

WORKSPACES, ENDPOINTS, DEPLOYMENTS = 4, 5, 20
PROBE = {"initialDelay": "PT10S", "period": "PT10S", "timeout": "PT2S", "failureThreshold": 30, "successThreshold": 1}


def workspaces(ask: Ask) -> Answer:
    subscription, group = subscription_of(ask).lower(), ask.names.get("group", "").lower()
    found = [w for w in ask.world.fleet.workspaces
             if w.subscription.lower() == subscription and group in ("", w.group.lower())]
    return paged(ask, [workspace_body(workspace) for workspace in found], WORKSPACES)


def workspace(ask: Ask) -> Answer:
    return Answer(200, workspace_body(workspace_of(ask)))


def endpoints(ask: Ask) -> Answer:
    found = ask.world.endpoints(workspace_of(ask), ask.now)
    return paged(ask, [endpoint_body(ask, endpoint) for endpoint in found], ENDPOINTS)


def endpoint(ask: Ask) -> Answer:
    return Answer(200, _other_case(endpoint_body(ask, endpoint_of(ask))))


def deployments(ask: Ask) -> Answer:
    found = endpoint_of(ask)
    bodies = [deployment_body(ask, deployment) for deployment in ask.world.deployed(found, ask.now)]
    return paged(ask, bodies, DEPLOYMENTS)


def deployment(ask: Ask) -> Answer:
    return Answer(200, _other_case(deployment_body(ask, deployment_of(ask)[1])))


def _other_case(body: dict) -> dict:
    """The id of a single read, in the other spelling that Azure uses."""
    other = body["id"].replace("/resourceGroups/", "/resourcegroups/").replace(PROVIDER, PROVIDER.lower())
    return {**body, "id": other}


def workspace_body(found: Workspace) -> dict:
    host = f"{found.location}.api.azureml.ms"
    rest = f"{found.group_id}/providers"
    identity = {"type": "SystemAssigned", "principalId": found.principal, "tenantId": found.tenant}
    properties = {
        "friendlyName": found.name, "description": "", "workspaceId": found.guid, "tenantId": found.tenant,
        "provisioningState": "Succeeded",
        "storageAccount": f"{rest}/Microsoft.Storage/storageAccounts/{found.storage}",
        "keyVault": f"{rest}/Microsoft.Keyvault/vaults/kv{found.storage[2:]}",
        "applicationInsights": f"{rest}/Microsoft.insights/components/ai{found.storage[2:]}",
        "containerRegistry": f"{rest}/Microsoft.ContainerRegistry/registries/{found.registry}",
        "publicNetworkAccess": "Enabled", "imageBuildCompute": None, "v1LegacyMode": False, "hbiWorkspace": False,
        "privateLinkCount": 0, "storageHnsEnabled": False, "discoveryUrl": f"https://{host}/discovery",
        "mlFlowTrackingUri": f"azureml://{host}/mlflow/v1.0{found.id}",
    }
    return {"id": found.id, "name": found.name, "type": f"{PROVIDER}/workspaces", "location": found.location,
            "tags": found.tags, "etag": None, "properties": properties, "identity": identity,
            "sku": {"name": "Basic", "tier": "Basic"},
            "systemData": _system(found.creator, found.created, found.created, zulu=True)}


def _system(creator: str | None, made: datetime, changed: datetime, zulu: bool = False) -> dict:
    stamp = formats.zulu if zulu else formats.with_zone
    who = {"createdBy": creator, "createdByType": "User", "lastModifiedBy": creator, "lastModifiedByType": "User"}
    return {"createdAt": stamp(made), "lastModifiedAt": stamp(changed), **(who if creator else {})}


def operation_url(ask: Ask, attempt: Attempt, letter: str) -> str:
    """Where the operation behind a state is read; the prefix and api-version are those of its year."""
    workspace = attempt.cast.workspace
    old = attempt.cast.wording == "2022"
    prefix = f"o{letter}" if old else f"o{letter}idp"
    version = "2022-02-01-preview" if letter == "e" or old else "2023-04-01-preview"
    return (f"{ask.origin}{workspace.place}/mfeOperationsStatus/"
            f"{prefix}:{workspace.guid}:{attempt.operation}?api-version={version}")


def endpoint_body(ask: Ask, found: Endpoint) -> dict:
    current = found.present(ask.now)
    state, made = current.state(ask.now), found.attempts[0].started
    changed = current.ended if not current.running(ask.now) else current.started
    host = f"https://{found.name}.{found.workspace.location}.inference.ml.azure.com"
    ready = state not in ("Creating", "Failed")
    owned = {"createdBy": found.creator} if found.creator else {}
    properties = {
        "description": None, "authMode": found.auth, "provisioningState": state,
        "compute": f"{found.workspace.id}/computes/aks-inference" if found.kubernetes else None,
        "publicNetworkAccess": "Enabled", "traffic": found.split(ask.now) if ready else {}, "mirrorTraffic": {},
        "scoringUri": f"{host}/score" if ready else None, "swaggerUri": f"{host}/swagger.json" if ready else None,
        "properties": {
            "azureml.onlineendpointid": f"{found.workspace.id}/onlineEndpoints/{found.name}".lower(),
            "AzureAsyncOperationUri": operation_url(ask, current, "e"), **owned,
            "createdAt": formats.compact_zone(made), "lastModifiedAt": formats.compact_zone(changed)},
    }
    return {"id": f"{found.workspace.id}/onlineEndpoints/{found.name}", "name": found.name,
            "type": f"{PROVIDER}/workspaces/onlineEndpoints", "properties": properties, "tags": found.tags,
            "location": found.workspace.location, "kind": "K8S" if found.kubernetes else "Managed",
            "identity": _identity(found), "systemData": _system(found.creator, made, changed)}


def _identity(found: Endpoint) -> dict:
    if found.identity == "SystemAssigned":
        return {"type": "SystemAssigned", "principalId": found.principal, "tenantId": found.workspace.tenant}
    key = f"{found.workspace.group_id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-{found.name}"
    return {"type": "UserAssigned",
            "userAssignedIdentities": {key: {"principalId": found.principal, "clientId": found.client}}}


def deployment_body(ask: Ask, found: Deployment) -> dict:
    current, cast = found.present(ask.now), found.cast
    made = found.life(ask.now)[0].started
    changed = current.ended if not current.running(ask.now) else current.started
    properties = {
        "endpointComputeType": "Kubernetes" if found.kubernetes else "Managed",
        "provisioningState": current.state(ask.now), "description": None,
        "instanceType": "defaultinstancetype" if found.kubernetes else cast.typed_size,
        **_artifacts(current.cast, current), "modelMountPath": None,
        "environmentVariables": {"WORKER_COUNT": "1"}, "appInsightsEnabled": False,
        "scaleSettings": {"scaleType": "Default"},
        "requestSettings": {"maxQueueWait": "PT0S", "requestTimeout": "PT5S", "maxConcurrentRequestsPerInstance": 1},
        "livenessProbe": {**PROBE, **current.act.probes}, "readinessProbe": dict(PROBE),
        "properties": {"AzureAsyncOperationUri": operation_url(ask, current, "d")},
    }
    if not found.kubernetes:
        properties |= {"egressPublicNetworkAccess": "Enabled", "privateNetworkConnection": False}
    return {"id": f"{found.workspace.id}/onlineEndpoints/{found.endpoint}/deployments/{found.name}", "name": found.name,
            "type": f"{PROVIDER}/workspaces/onlineEndpoints/deployments", "properties": properties, "tags": found.tags,
            "location": found.workspace.location, "kind": "K8S" if found.kubernetes else "Managed",
            "sku": {"name": "Default", "tier": "Standard", "capacity": cast.instances},
            "systemData": _system(found.creator, made, changed)}


def _artifacts(cast: Cast, attempt: Attempt) -> dict:
    root = cast.workspace.id
    code = {"codeId": f"{root}/codes/{cast.code}/versions/1", "scoringScript": "score.py"}
    environment = f"{root}/environments/{cast.environment}/versions/{cast.environment_version}"
    if cast.curated:
        environment = f"azureml://registries/azureml/environments/{cast.environment}/versions/{cast.environment_version}"
    return {"model": f"{root}/models/{cast.model}/versions/{cast.model_version}", "environmentId": environment,
            "codeConfiguration": None if attempt.act.no_code else code}


