"""The local ARM answers over HTTP in Azure's shapes, refuses what is forbidden, and plays faults."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from workers.emulator.server import serve

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
VERSION = "api-version=2023-04-01"
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture(scope="module")
def azure():
    running = serve(seed=7, clock_base=START, speed=0)
    yield running
    running.stop()


@pytest.fixture(autouse=True)
def fresh(request):
    if "azure" in request.fixturenames:
        azure = request.getfixturevalue("azure")
        azure.stage.board.clear()
        azure.stage.calls.reset()
        azure.clock.move(START + timedelta(minutes=25))


def ask(url, method="GET", body=None, token="x", headers=None):  # noqa: S107 (any token will do)
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data=data, method=method, headers=headers or {})
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with HTTP.open(request, timeout=10) as found:
            return found.status, json.loads(found.read() or b"null"), found.headers
    except urllib.error.HTTPError as wrong:
        return wrong.code, json.loads(wrong.read() or b"null"), wrong.headers


def pages(url):
    items, sizes = [], []
    while url:
        status, page, _ = ask(url)
        assert status == 200
        items += page["value"]
        sizes.append(len(page["value"]))
        url = page.get("nextLink")
    return items, sizes


def subscriptions(azure):
    return sorted({w.subscription for w in azure.world.fleet.workspaces})


def workspace_path(azure, number=0):
    return azure.url + azure.world.fleet.workspaces[number].id


def deployment_url(azure, story):
    found = next(d for d in azure.world.deployments() if any(a.act.story == story for a in d.attempts))
    return f"{azure.url}{found.workspace.id}/onlineEndpoints/{found.endpoint}/deployments/{found.name}", found


def fault(azure, name, match=None, **more):
    order = {"match": match or {}, "fault": name, **more}
    return ask(f"{azure.url}/_emulator/faults", "POST", order, token=None)


def test_the_token_endpoint_wants_its_header(azure):
    url = f"{azure.url}/msi/token?api-version=2019-08-01&resource=https://management.azure.com"
    assert ask(url, token=None)[0] == 401
    status, found, _ = ask(url, token=None, headers={"X-IDENTITY-HEADER": "any"})
    assert status == 200 and isinstance(found["expires_on"], str) and found["token_type"] == "Bearer"


def test_no_token_and_no_version_are_refused_as_arm_refuses_them(azure):
    url = f"{workspace_path(azure)}?{VERSION}"
    status, found, _ = ask(url, token=None)
    assert (status, found["error"]["code"]) == (401, "AuthenticationFailed")
    status, found, _ = ask(workspace_path(azure))
    assert (status, found["error"]["code"]) == (400, "MissingApiVersionParameter")


def test_everything_can_be_walked_page_by_page_on_the_requests_own_host(azure):
    book = azure.world.book(azure.clock.now(), logs=False)
    found_endpoints = found_deployments = 0
    walked = []
    for subscription in subscriptions(azure):
        root = f"{azure.url}/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices"
        url = f"{root}/workspaces?{VERSION}"
        found, sizes = pages(url)
        walked += found
        assert len(sizes) > 1 or len(found) <= 4
        for workspace in found:
            endpoints, _ = pages(f"{azure.url}{workspace['id'].lower()}/OnlineEndpoints?{VERSION}")
            found_endpoints += len(endpoints)
            for endpoint in endpoints:
                found_deployments += len(pages(f"{azure.url}{endpoint['id']}/deployments?{VERSION}")[0])
    assert len(walked) == 11
    assert found_endpoints == sum(1 for e in book["endpoints"] if e["state"])
    assert found_deployments == sum(1 for d in book["deployments"] if d["state"])


def test_the_operation_behind_a_failed_deployment_holds_its_error(azure):
    url, found = deployment_url(azure, "import_error")
    status, body, headers = ask(f"{url}?{VERSION}")
    assert status == 200 and body["properties"]["provisioningState"] == "Failed"
    assert "error" not in body["properties"]
    assert {"x-ms-request-id", "x-ms-routing-request-id", "x-aml-cluster"} <= {name.lower() for name in headers}
    operation = body["properties"]["properties"]["AzureAsyncOperationUri"]
    assert operation.startswith(azure.url)
    status, body, _ = ask(operation)
    assert status == 200 and body["status"] == "Failed" and body["error"]["message"]
    azure.clock.move(found.attempts[-1].started + timedelta(seconds=3))
    assert ask(operation)[1]["status"] == "Updating"


def test_get_logs_takes_both_containers_and_refuses_other_words(azure):
    url, _ = deployment_url(azure, "model_missing")
    url = f"{url}/getLogs?{VERSION}"
    assert "Instance status:" in ask(url, "POST", {"containerType": "InferenceServer", "tail": 5})[1]["content"]
    assert "BlobNotFound" in ask(url, "POST", {"containerType": "StorageInitializer"})[1]["content"]
    status, found, _ = ask(url, "POST", {"containerType": "inference-server"})
    assert status == 400 and found["error"]["details"][0]["code"] == "RequestInvalid"


def test_unknown_things_are_404_in_arms_own_shapes(azure):
    root = f"{azure.url}/subscriptions/{subscriptions(azure)[0]}"
    gone = f"{root}/resourceGroups/nope/providers/Microsoft.MachineLearningServices/workspaces/x?{VERSION}"
    assert ask(gone)[1]["error"]["code"] == "ResourceGroupNotFound"
    assert ask(f"{workspace_path(azure)}/onlineEndpoints/nope?{VERSION}")[1]["error"]["code"] == "ResourceNotFound"
    url, _ = deployment_url(azure, "deleted_after_failure")
    azure.clock.move(START + timedelta(minutes=45))
    assert ask(f"{url}?{VERSION}")[0] == 404
    assert ask(f"{url}/getLogs?{VERSION}", "POST", {})[0] == 404


def test_an_artifact_that_the_story_says_is_missing_is_404(azure):
    for story, status in (("model_missing", 404), ("import_error", 200)):
        url, _ = deployment_url(azure, story)
        properties = ask(f"{url}?{VERSION}")[1]["properties"]
        assert ask(f"{azure.url}{properties['model']}?{VERSION}")[0] == status


def test_usages_over_http_are_the_books_rows(azure):
    for region in azure.world.book(azure.clock.now(), logs=False)["usages"]:
        url = (f"{azure.url}/subscriptions/{region['subscription']}/providers/Microsoft.MachineLearningServices/"
               f"locations/{region['location']}/usages?{VERSION}")
        found, sizes = pages(url)
        assert found == region["rows"] and len(sizes) > 1
        assert {None, -1} & {row["currentValue"] for row in found} and -1 in {row["limit"] for row in found}


@pytest.mark.parametrize(("method", "tail"), [
    ("POST", "/listKeys"), ("POST", "/token"), ("POST", "/regenerateKeys"), ("POST", "/score"), ("DELETE", ""),
    ("PUT", ""), ("PATCH", "")])
def test_what_the_product_may_never_do_is_refused_and_counted(azure, method, tail):
    workspace = azure.world.fleet.workspaces[0]
    endpoint = azure.world.endpoints(workspace, azure.clock.now())[0]
    url = f"{azure.url}{workspace.id}/onlineEndpoints/{endpoint.name}{tail}?{VERSION}"
    assert ask(url, method, {})[0] == 403
    assert [call["method"] for call in ask(f"{azure.url}/_emulator/calls", token=None)[1]["forbidden"]] == [method]


def test_registering_the_provider_is_forbidden_too(azure):
    url = f"{azure.url}/subscriptions/{subscriptions(azure)[0]}/providers/Microsoft.MachineLearningServices/register"
    assert ask(f"{url}?{VERSION}", "POST")[0] == 403
    assert len(azure.stage.calls.shown()["forbidden"]) == 1


def test_the_activity_log_is_late_and_honours_its_filter(azure):
    refused = next(r for r in azure.world.fleet.refusals if r.row)
    azure.clock.move(refused.at + timedelta(minutes=1))
    query = urllib.parse.urlencode({"$filter": (
        "eventTimestamp ge '2026-11-25T06:00:00Z' and eventTimestamp le '2026-11-25T20:00:00Z' "
        "and resourceProvider eq 'Microsoft.MachineLearningServices'"), "api-version": "2015-04-01"})
    url = (f"{azure.url}/subscriptions/{refused.workspace.subscription}"
           f"/providers/Microsoft.Insights/eventtypes/management/values?{query}")
    def told():
        return [e for e in pages(url)[0] if "OutOfQuota".lower() in str(e["properties"].get("statusMessage")).lower()]
    assert not told()
    azure.clock.move(refused.at + timedelta(minutes=25))
    assert len(told()) == 1
    assert ask(url.replace("resourceProvider", "operationName"))[0] == 400


def test_a_fault_strikes_only_whom_it_is_meant_for_and_as_often_as_told(azure):
    first, second = (azure.world.fleet.workspaces[n] for n in (0, 1))
    fault(azure, "throttle", {"workspace": first.name}, args={"retry_after": 30}, times=2)
    answers = [ask(f"{azure.url}{first.id}?{VERSION}") for _ in range(3)]
    assert [status for status, _, _ in answers] == [429, 429, 200]
    assert answers[0][2]["Retry-After"] == "30"
    fault(azure, "forbidden", {"route": "deployments.get_logs"})
    url, _ = deployment_url(azure, "import_error")
    assert ask(f"{url}/getLogs?{VERSION}", "POST", {})[0] == 403
    assert ask(f"{url}?{VERSION}")[0] == 200 and ask(f"{azure.url}{second.id}?{VERSION}")[0] == 200


@pytest.mark.parametrize("name", sorted({
    "value_missing", "value_null", "null_items", "malformed_item", "wrong_types", "bad_date", "unknown_state",
    "properties_null", "extra_fields", "endless_next_link", "foreign_next_link", "relative_next_link", "empty_page",
    "foreign_operation", "operation_absent", "case_changed"}))
def test_a_spoiled_list_is_still_json_and_differs_from_the_truth(azure, name):
    url = f"{workspace_path(azure)}/onlineEndpoints?{VERSION}"
    true = ask(url)[1]
    fault(azure, name, {"route": "endpoints.list"})
    assert ask(url)[1] != true or name == "relative_next_link"


def test_bad_connections_break_in_their_own_ways(azure):
    url = f"{workspace_path(azure)}?{VERSION}"
    for name, wrong in (("drop", http.client.RemoteDisconnected), ("reset", (http.client.IncompleteRead, OSError)),
                        ("empty_body", AssertionError)):
        fault(azure, name, times=1)
        if name == "empty_body":
            assert ask(url)[1] is None
            continue
        with pytest.raises(wrong):
            ask(url)
    assert ask(url)[0] == 200


def test_unknown_orders_are_answered_with_a_sentence(azure):
    assert fault(azure, "plague")[0] == 400
    assert ask(f"{azure.url}/_emulator/clock", "POST", {"now": "soon"}, token=None)[0] == 400
    assert ask(f"{azure.url}/_emulator/nothing", token=None)[0] == 404


def test_a_story_can_be_forced(azure):
    _, found = deployment_url(azure, "healthy")
    order = {"workspace": found.workspace.name, "group": found.workspace.group, "endpoint": found.endpoint,
             "deployment": found.name, "story": "syntax_error"}
    status, told, _ = ask(f"{azure.url}/_emulator/story", "POST", order, token=None)
    assert status == 200 and found.current(azure.clock.now()).operation == told["operation_id"]
    assert ask(f"{azure.url}/_emulator/story", "POST", {**order, "story": "none"}, token=None)[0] == 400


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start(port, folder, *more):
    command = [sys.executable, "-m", "workers.emulator", "--port", str(port), "--seed", "11", "--speed", "20",
               "--clock-base", "2026-11-25T12:00:00Z", "--clock-real", "1795000000", "--world-start",
               "2026-11-25T12:00:00Z", "--state-dir", str(folder), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait(port):
    for _ in range(100):
        try:
            return ask(f"http://127.0.0.1:{port}/_emulator/health", token=None)[1]
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the emulator did not come up")


def test_after_kill_9_the_same_world_goes_on_and_forbidden_calls_are_remembered(tmp_path):
    port = free_port()
    at = urllib.parse.quote("2026-11-25T13:00:00+00:00")
    books = []
    for _ in range(2):
        child = start(port, tmp_path)
        before = wait(port)["now"]
        if not books:
            ask(f"http://127.0.0.1:{port}/subscriptions/x/register", "POST")
        books.append(ask(f"http://127.0.0.1:{port}/_emulator/book?at={at}", token=None)[1])
        calls = ask(f"http://127.0.0.1:{port}/_emulator/calls", token=None)[1]
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    assert books[0] == books[1] and len(calls["forbidden"]) == 1
    assert before


def test_it_ends_quietly_and_prints_its_seed_and_speed(tmp_path):
    port = free_port()
    child = start(port, tmp_path)
    wait(port)
    child.send_signal(signal.SIGTERM)
    out, err = child.communicate(timeout=5)
    assert child.returncode == 0 and err == ""
    assert out == f"emulator: http://127.0.0.1:{port} seed=11 speed=20\n"


@pytest.mark.parametrize("more", [
    ("--host", "192.0.2.1"), ("--port", "99999"), ("--clock-base", "soon"), ("--speed", "x")])
def test_a_wrong_argument_is_one_sentence_and_a_failure(tmp_path, more):
    child = start(free_port(), tmp_path, *more)
    out, err = child.communicate(timeout=10)
    assert child.returncode != 0 and out == "" and err.count("\n") == 1


def test_a_port_in_use_is_one_sentence_and_a_failure(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        child = start(taken.getsockname()[1], tmp_path)
        _, err = child.communicate(timeout=10)
    assert child.returncode != 0 and err.count("\n") == 1 and "in use" in err
