"""Every question goes out through the real SDK and comes back as facts."""
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from tests.workers.azure import bodies
from tests.workers.azure.conftest import LOC, SUB, TOKEN, WS, Cloud
from troubleshoot.diagnosis.facts import INFERENCE_SERVER, STORAGE_INITIALIZER, ErrorNode, Place
from workers.azure.client import Azure
from workers.azure.errors import Malformed, Unreachable

WORKSPACES = f"/subscriptions/{SUB}/providers/Microsoft.MachineLearningServices/workspaces"
DEPLOYMENT = f"{WS}/onlineEndpoints/fraud-ep/deployments/blue"
EVENTS = f"/subscriptions/{SUB}/providers/Microsoft.Insights/eventtypes/management/values"


def test_workspaces_come_with_the_plain_names_of_their_registry_and_storage(cloud: Cloud, azure: Azure) -> None:
    cloud.says(WORKSPACES, {"value": [bodies.workspace()]})
    found, = azure.workspaces().items
    assert found.place == Place(SUB, "rg", "ws")
    assert (found.registry, found.storage, found.tenant) == ("crdemo", "stdemo", "t-1")
    assert found.tags == (("owner", "ada"),)
    assert found.created_at == datetime(2026, 9, 20, 6, 30, 21, 931506, UTC)


def test_one_workspace_can_be_asked_for(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(WS, bodies.workspace())
    assert azure.workspace(place).image_build_compute == "builder"


def test_an_endpoint_whose_system_data_is_missing_has_its_maker_from_the_property_map(
        cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(f"{WS}/onlineEndpoints", {"value": [bodies.endpoint()]})
    cloud.says(f"{WS}/onlineEndpoints/fraud-ep", bodies.endpoint())
    found, = azure.endpoints(place).items
    assert found == azure.endpoint(place)
    assert found.place == place.above()
    assert (found.created_by, found.weight("BLUE"), found.weight("red")) == ("Jane Doe", 90, 0)
    assert found.identity.user_assigned == ("/subscriptions/s/a", "/subscriptions/s/b")


def test_a_deployment_comes_whole_and_its_variables_without_their_values(
        cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(f"{WS}/onlineEndpoints/fraud-ep/deployments", {"value": [bodies.deployment()]})
    cloud.says(DEPLOYMENT, bodies.deployment())
    found, = azure.deployments(place.above()).items
    assert found == azure.deployment(place)
    assert (found.place, found.state, found.instance_count) == (place, "Failed", 3)
    assert (found.request_timeout, found.max_queue_wait, found.liveness and found.liveness.period) == (5.0, 0.0, 60.0)
    assert [name for name, _ in found.variables] == ["A", "DB"]
    assert "hunter2" not in repr(found)
    assert found.modified_by == "Bob"


def test_a_failed_operation_gives_its_error_tree(cloud: Cloud, azure: Azure) -> None:
    path = f"{LOC}/mfeOperationsStatus/od:1:2"
    inner = {"code": "Inner", "message": '{"errors":{"VmSize":["Not enough quota"]}}'}
    cloud.says(path, {"name": "od:1:2", "status": "Failed", "startTime": "2026-03-26T01:00:34.148Z",
                      "error": {"code": "BadRequest", "message": "no", "details": [inner],
                                "additionalInfo": [{"type": "Environment", "info": {"value": "eastus"}}]}})
    found = azure.operation(f"{cloud.url}{path}?api-version=2023-04-01-preview")
    assert (found.status, found.operation_id, found.trouble) == ("Failed", "od:1:2", "")
    assert found.error and found.error.info == (("Environment", "eastus"),)
    assert found.error.details == (ErrorNode("Inner", inner["message"]),)
    assert cloud.asked[-1].query == {"api-version": "2023-04-01-preview"}


@pytest.mark.parametrize("uri", [
    "https://evil.example{loc}/mfeOperationsStatus/x", "http://127.0.0.1:1{loc}/mfeOperationsStatus/x",
    "{url}{other}/mfeOperationsStatus/x", "{url}{loc}/../../../x", "{url}{loc}/%2e%2e/%2e%2e/x", "{url}", "", "http://[",
    "{at}{loc}/mfeOperationsStatus/x", "{url}{loc}/a\\..\\b", "https{rest}{loc}/mfeOperationsStatus/x", "file:///etc/x"])
def test_an_operation_address_of_anybody_else_is_not_asked(cloud: Cloud, azure: Azure, uri: str) -> None:
    address = uri.format(url=cloud.url, loc=LOC, other=LOC.replace(SUB, "other-sub"), rest=cloud.url[4:],
                         at=cloud.url.replace("://", "://a@"))
    found = azure.operation(address)
    assert (found.status, found.error) == ("", None)
    assert "not asked" in found.trouble
    assert cloud.asked == []


def test_a_forgotten_operation_is_a_fact_and_no_error(cloud: Cloud, azure: Azure) -> None:
    cloud.fails(f"{LOC}/mfeOperationsStatus/x", 404, "NotFound", "Operation not found.")
    assert "Operation not found." in azure.operation(f"{cloud.url}{LOC}/mfeOperationsStatus/x").trouble


def test_an_operation_without_a_status_says_so(cloud: Cloud, azure: Azure) -> None:
    cloud.says(f"{LOC}/mfeOperationsStatus/x", {"properties": {"status": "Succeeded"}})
    cloud.says(f"{LOC}/mfeOperationsStatus/y", {"error": "odd"})
    assert azure.operation(f"{cloud.url}{LOC}/mfeOperationsStatus/x").status == "Succeeded"
    found = azure.operation(f"{cloud.url}{LOC}/mfeOperationsStatus/y")
    assert found.trouble and found.error == ErrorNode(message="odd")


def test_logs_come_as_they_are(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(f"{DEPLOYMENT}/getLogs", {"content": "Instance status:\n\x1b[31m\u0000 half \ud800"})
    assert azure.logs(place, STORAGE_INITIALIZER, 50) == "Instance status:\n\x1b[31m\x00 half \ufffd"
    assert json.loads(cloud.asked[-1].body) == {"containerType": "StorageInitializer", "tail": 50}
    cloud.says(f"{DEPLOYMENT}/getLogs", {"content": None})
    assert azure.logs(place, INFERENCE_SERVER, 50) is None
    cloud.says(f"{DEPLOYMENT}/getLogs", {"content": ["x"]})
    with pytest.raises(Malformed):
        azure.logs(place, INFERENCE_SERVER, 50)


def test_a_refused_log_request_keeps_its_status(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.fails(f"{DEPLOYMENT}/getLogs", 400, "UserError", "Request is invalid")
    with pytest.raises(Unreachable) as caught:
        azure.logs(place, INFERENCE_SERVER, 10)
    assert (caught.value.status, caught.value.code) == (400, "UserError")


@pytest.mark.parametrize("kind, reference, path, body, field, value", [
    ("model", f"{WS}/models/fraud/versions/3", "models/fraud/versions/3",
     {"modelUri": "azureml://x", "modelType": "mlflow_model"}, "flavor", "mlflow_model"),
    ("model", "azureml:fraud:3", "models/fraud/versions/3", {"modelUri": "azureml://x"}, "uri", "azureml://x"),
    ("environment", f"azureml:{WS}/environments/sk/versions/7", "environments/sk/versions/7",
     {"image": "cr/x:1", "condaFile": "name: x"}, "conda", "name: x"),
    ("code", f"{WS}/codes/c1/versions/1".upper(), "codes/C1/versions/1", {"codeUri": "https://st/c"}, "uri",
     "https://st/c")])
def test_an_asset_is_found_by_whatever_names_it(
        cloud: Cloud, azure: Azure, place: Place, kind: str, reference: str, path: str, body: dict[str, str],
        field: str, value: str) -> None:
    cloud.says(f"{WS}/{path}", {"properties": body})
    found = azure.asset(place, kind, reference)
    assert (found.found, getattr(found, field), found.said) == (True, value, "")


@pytest.mark.parametrize("reference, said", [
    ("azureml://registries/azureml/models/m/versions/1", "registry"),
    ("azureml://datastores/a/paths/b", "no registered"),
    (WS.replace("/ws", "/other") + "/models/m/versions/1", "another workspace"), ("", "no registered"),
    ("azureml:m@latest", "no registered")])
def test_an_asset_that_lies_elsewhere_is_not_asked_for(
        cloud: Cloud, azure: Azure, place: Place, reference: str, said: str) -> None:
    found = azure.asset(place, "model", reference)
    assert found.found is None and said in found.said
    assert cloud.asked == []


def test_a_missing_asset_is_evidence_and_a_hidden_one_is_not_known(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.fails(f"{WS}/models/fraud/versions/3", 404, "NotFound", "Model fraud:3 was not found.")
    found = azure.asset(place, "model", "azureml:fraud:3")
    assert (found.found, found.said) == (False, "Model fraud:3 was not found.")
    cloud.fails(f"{WS}/models/fraud/versions/3", 403, "AuthorizationFailed", "no")
    assert azure.asset(place, "model", "azureml:fraud:3").found is None


def test_usages_keep_what_is_unknown_apart_from_zero(cloud: Cloud, azure: Azure) -> None:
    own = bodies.usage("standardDSv2Family", "workspaces/dedicatedCores", 4, 8)
    own["id"] = f"{WS}/usages/standardDSv2Family"
    cloud.says(f"{LOC}/usages", {"value": [
        bodies.usage("standardDSv2Family", "vmFamily/DedicatedCores", None, 10),
        bodies.usage("standardDSv2Family", "vmFamily/lowPriorityCores", 24, -1), own,
        bodies.usage("TotalClusters", "clusters", 1, 200), bodies.usage("TotalDedicatedCores", "x", 1, 20),
        bodies.usage("strange", "x", 2**63, 3.7)]})
    found = azure.usages("westeurope").items
    assert [(row.kind, row.used, row.limit, row.workspace) for row in found] == [
        ("dedicated", None, 10, ""), ("low_priority", 24, -1, ""), ("dedicated", 4, 8, "ws"), ("clusters", 1, 200, ""),
        ("dedicated", 1, 20, ""), ("other", None, None, "")]


def test_quotas_name_the_workspace_that_they_cap(cloud: Cloud, azure: Azure) -> None:
    row = {"id": f"{WS}/quotas/standardDSv2Family", "limit": 6, "unit": "Count",
           "name": {"value": "standardDSv2Family"},
           "type": "Microsoft.MachineLearningServices/workspaces/dedicatedCores/quotas"}
    cloud.says(f"{LOC}/quotas", {"value": [row]})
    found, = azure.quotas("westeurope").items
    assert (found.workspace, found.limit, found.used, found.kind) == ("ws", 6, None, "dedicated")


def test_sizes_and_computes_come_as_facts(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(f"{LOC}/vmSizes", {"value": [
        {"name": "Standard_DS3_v2", "family": "standardDSv2Family", "vCPUs": 4, "memoryGB": 14.0, "gpus": 0,
         "supportedComputeTypes": ["AmlCompute", "MIR"]}, {"name": "x", "vCPUs": "4"}, 7]})
    first, second = azure.sizes("westeurope").items
    assert (first.vcpus, first.memory_gib, first.managed) == (4, 14.0, True)
    assert (second.vcpus, second.managed) == (None, None)
    cloud.says(f"{WS}/computes", {"value": [
        {"name": "cpu", "properties": {"computeType": "AmlCompute", "computeLocation": "westeurope", "properties": {
            "vmSize": "STANDARD_DS3_V2", "vmPriority": "Dedicated", "currentNodeCount": 2,
            "allocationState": "Steady"}}},
        {"name": "ci", "location": "westeurope", "properties": {"computeType": "ComputeInstance", "properties": {
            "vmSize": "STANDARD_DS11_V2", "state": "Stopped", "createdBy": {"userName": "Ada"}}}}]})
    cluster, instance = azure.computes(place).items
    assert (cluster.nodes, cluster.state, cluster.priority) == (2, "Steady", "Dedicated")
    assert (instance.nodes, instance.state, instance.created_by) == (1, "Stopped", "Ada")


def test_the_activity_log_is_asked_by_provider_and_for_few_fields(cloud: Cloud, azure: Azure) -> None:
    cloud.says(EVENTS, {"value": [bodies.event(1)]})
    until = datetime(2026, 11, 23, 12, tzinfo=timezone(timedelta(hours=2)))
    found, = azure.activity(until - timedelta(hours=1), until).items
    assert found.error == ErrorNode("BadRequest", "The request is invalid.")
    assert (found.event_id, found.caller, found.status) == ("e-1", "user@example.com", "Failed")
    query = cloud.asked[-1].query
    assert query["$filter"] == ("eventTimestamp ge '2026-11-23T09:00:00Z' and eventTimestamp le '2026-11-23T10:00:00Z' "
                                "and resourceProvider eq 'Microsoft.MachineLearningServices'")
    assert "claims" not in query["$select"] and "httpRequest" not in query["$select"]


def test_the_throttling_headers_are_kept_for_the_caller(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(WS, bodies.workspace(), x_ms_ratelimit_remaining_subscription_reads="249",
               x_ms_ratelimit_remaining_subscription_global_reads="lots")
    azure.workspace(place)
    assert azure.remaining == {"x-ms-ratelimit-remaining-subscription-reads": 249}


def test_each_request_has_its_token_and_its_own_id(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(WS, bodies.workspace())
    azure.workspace(place), azure.workspace(place)
    first, second = (asked.headers for asked in cloud.asked if asked.path == WS)
    assert first["Authorization"] == f"Bearer {TOKEN}"
    assert first["x-ms-client-request-id"] != second["x-ms-client-request-id"]


@pytest.mark.parametrize("name", ["..", "a/b", "", "a?b", "a#b", "x\ny"])
def test_a_name_that_would_move_in_the_path_is_not_asked_for(cloud: Cloud, azure: Azure, name: str) -> None:
    with pytest.raises(Malformed):
        azure.endpoint(Place(SUB, "rg", "ws", name))
    assert cloud.asked == []


def test_an_odd_but_harmless_name_is_quoted(cloud: Cloud, azure: Azure) -> None:
    with pytest.raises(Exception, match="nothing at"):
        azure.endpoint(Place(SUB, "rg (1)", "ws", "a%2fb"))
    assert cloud.asked[-1].path.endswith("/onlineEndpoints/a%252fb")


def test_the_sdk_logs_nothing(
        cloud: Cloud, azure: Azure, place: Place, caplog: pytest.LogCaptureFixture) -> None:
    odd = bodies.deployment()
    odd["properties"]["endpointComputeType"] = "Quantum"
    cloud.says(f"{WS}/onlineEndpoints/fraud-ep/deployments", {"value": [odd, None]})
    cloud.fails(f"{DEPLOYMENT}/getLogs", 500, "X", "y")
    assert azure.deployments(place).items[0].compute == "Quantum"
    with pytest.raises(Unreachable):
        azure.logs(place, INFERENCE_SERVER, 10)
    assert caplog.records == []
