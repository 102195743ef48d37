"""Azure's own bodies for the tests, after azure/WIRE 4, each as a function that gives a fresh one."""
from typing import Any

from tests.workers.azure.conftest import LOC, SUB, WS

ROOT = "https://management.azure.com"


def workspace(name: str = "ws") -> dict[str, Any]:
    """A workspace."""
    return {
        "id": WS.removesuffix("ws") + name, "name": name, "location": "westeurope", "tags": {"owner": "ada", "x": None},
        "properties": {
            "tenantId": "t-1", "publicNetworkAccess": "Enabled", "imageBuildCompute": "builder",
            "storageAccount": "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/stdemo",
            "containerRegistry": "/subscriptions/s/providers/Microsoft.ContainerRegistry/registries/crdemo"},
        "identity": {"type": "SystemAssigned", "principalId": "p-1"},
        "systemData": {"createdAt": "2026-09-20T06:30:21.9315063Z", "createdBy": "user@example.com"}}


def endpoint(name: str = "fraud-ep") -> dict[str, Any]:
    """An endpoint whose maker stands in its property map alone."""
    return {
        "id": f"{WS}/onlineEndpoints/{name}", "name": name, "kind": "Managed", "location": "westeurope", "tags": {},
        "identity": {"type": "SystemAssigned,UserAssigned", "principalId": "p",
                     "userAssignedIdentities": {"/subscriptions/s/b": {}, "/subscriptions/s/a": {}}},
        "properties": {
            "authMode": "Key", "provisioningState": "Succeeded", "publicNetworkAccess": "Enabled",
            "traffic": {"blue": 90, "green": 10}, "mirrorTraffic": {}, "scoringUri": "https://x/score",
            "properties": {"AzureAsyncOperationUri": f"{ROOT}{LOC}/mfeOperationsStatus/oe:1?api-version=2022-02-01",
                           "createdBy": "Jane Doe", "createdAt": "2026-04-17T16:55:44.738923+0000"}}}


def deployment(name: str = "blue") -> dict[str, Any]:
    """A failed managed deployment."""
    probe = {"initialDelay": "PT10S", "period": "PT1M", "timeout": "PT2S", "failureThreshold": 30,
             "successThreshold": 1}
    return {
        "id": f"{WS}/onlineEndpoints/fraud-ep/deployments/{name}", "name": name, "location": "westeurope",
        "kind": "Managed", "tags": {"team": "risk"}, "sku": {"name": "Default", "capacity": 3},
        "properties": {
            "endpointComputeType": "Managed", "provisioningState": "Failed", "instanceType": "Standard_DS3_v2",
            "model": f"{WS}/models/fraud/versions/3", "environmentId": f"{WS}/environments/sk/versions/7",
            "codeConfiguration": {"codeId": f"{WS}/codes/c1/versions/1", "scoringScript": "score.py"},
            "environmentVariables": {"DB": "hunter2", "A": None}, "appInsightsEnabled": False,
            "requestSettings": {"maxQueueWait": "PT0S", "requestTimeout": "PT5S",
                                "maxConcurrentRequestsPerInstance": 1},
            "livenessProbe": probe, "readinessProbe": probe, "egressPublicNetworkAccess": "Enabled",
            "properties": {"AzureAsyncOperationUri": f"{ROOT}{LOC}/mfeOperationsStatus/od:1:2?api-version=2023"}},
        "systemData": {"createdAt": "2026-10-28T19:16:36.7099402+00:00", "createdBy": "Jane Doe",
                       "lastModifiedAt": "2026-10-28T19:20:36Z", "lastModifiedBy": "Bob"}}


def usage(name: str, kind: str, used: Any, limit: Any) -> dict[str, Any]:
    """One usage row."""
    return {"id": f"{LOC}/usages/{name}", "type": f"Microsoft.MachineLearningServices/{kind}/usages", "unit": "Count",
            "currentValue": used, "limit": limit, "name": {"value": name, "localizedValue": f"{name} vCPUs"}}


def event(number: int) -> dict[str, Any]:
    """One activity row with a refusal in it."""
    return {"eventDataId": f"e-{number}", "correlationId": "c-1", "caller": "user@example.com",
            "operationName": {"value": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/write"},
            "resourceId": f"{WS}/onlineEndpoints/fraud-ep", "status": {"value": "Failed"},
            "subStatus": {"value": "BadRequest"}, "eventTimestamp": "2026-11-23T10:00:00.1234567Z",
            "properties": {"statusMessage": '{"error":{"code":"BadRequest","message":"The request is invalid."}}'}}


SUBSCRIPTION = f"/subscriptions/{SUB}"
