"""Whatever goes wrong comes out as one of four, with what Azure said and what support asks for."""
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from azure.core.exceptions import AzureError, HttpResponseError, ServiceRequestError

from tests.workers.azure.conftest import LOC, SUB, TOKEN, WS, Asked, Cloud, send
from troubleshoot.diagnosis.facts import INFERENCE_SERVER, Place
from workers.azure import errors
from workers.azure.client import Azure
from workers.azure.errors import Denied, Gone, Malformed, NotSignedIn, Throttled, Trouble, Unreachable

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
FORBIDDEN = ("The client 'c' with object id 'o' does not have authorization to perform action "
             "'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs/action' over scope "
             "'/subscriptions/x' or the scope is invalid.")


@pytest.mark.parametrize("headers, seconds", [
    ({}, None), ({"Retry-After": "10"}, 10), ({"retry-after": " 1.5 "}, 1.5), ({"Retry-After": "3600"}, 900),
    ({"Retry-After": "0"}, 0), ({"Retry-After": "soon"}, None), ({"Retry-After": "-5"}, None),
    ({"Retry-After": ""}, None), ({"Retry-After": "9" * 400}, None), ({"Retry-After": "nan"}, None),
    ({"Retry-After": "1e5"}, None),
    ({"x-ms-retry-after-ms": "2500"}, 2.5), ({"retry-after-ms": "500", "Retry-After": "9"}, 0.5),
    ({"Retry-After": format_datetime(NOW + timedelta(seconds=40), True),
      "Date": format_datetime(NOW, True)}, 40),
    ({"Retry-After": format_datetime(NOW - timedelta(days=1), True), "Date": format_datetime(NOW, True)}, 0),
    ({"Retry-After": "Mon, 99 Nov 2026 10:00:00 GMT"}, None)])
def test_every_form_of_retry_after_is_read_and_capped(
        cloud: Cloud, azure: Azure, place: Place, headers: dict[str, str], seconds: float | None) -> None:
    cloud.says(WS, "", 429, **headers)
    with pytest.raises(Throttled) as caught:
        azure.workspace(place)
    assert caught.value.retry_after == seconds
    assert cloud.count("GET") == 1  # nobody waited, nobody tried again


@pytest.mark.parametrize("status, kind", [
    (401, NotSignedIn), (403, Denied), (404, Gone), (410, Gone), (429, Throttled), (400, Unreachable),
    (409, Unreachable), (500, Unreachable), (502, Unreachable), (503, Unreachable), (504, Unreachable),
    (418, Unreachable), (599, Unreachable)])
@pytest.mark.parametrize("post", [False, True])
def test_each_status_has_its_kind_and_is_asked_once(
        cloud: Cloud, azure: Azure, place: Place, status: int, kind: type[Trouble], post: bool) -> None:
    path = f"{WS}/onlineEndpoints/fraud-ep/deployments/blue"
    cloud.fails(path + "/getLogs" * post, status, "SomeCode", "A sentence.", x_ms_request_id="r-1",
                x_ms_correlation_request_id="c-1", Retry_After="3")
    with pytest.raises(Trouble) as caught:
        azure.logs(place, INFERENCE_SERVER, 9) if post else azure.deployment(place)
    error = caught.value
    assert type(error) is kind
    assert (error.status, error.code, error.message) == (status, "SomeCode", "A sentence.")
    assert (error.request_id, error.correlation_id, error.retry_after) == ("r-1", "c-1", 3)
    assert error.client_request_id == cloud.asked[-1].headers["x-ms-client-request-id"]
    assert cloud.count("GET") + cloud.count("POST") == 1


def test_a_denial_names_the_permission_as_azure_does(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.fails(f"{WS}/onlineEndpoints/fraud-ep/deployments/blue/getLogs", 403, "AuthorizationFailed", FORBIDDEN)
    with pytest.raises(Denied) as caught:
        azure.logs(place, INFERENCE_SERVER, 9)
    assert caught.value.action == ("Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs"
                                   "/action")


@pytest.mark.parametrize("status, body, kind, said", [
    (502, "<html><script>alert(1)</script></html>", Unreachable, "HTTP 502 Bad Gateway"),
    (404, "<html>no such page</html>", Unreachable, "HTTP 404 Not Found"),
    (404, "", Gone, "HTTP 404"), (403, "[" * 100_000, Denied, "HTTP 403 Forbidden"),
    (500, "null", Unreachable, "HTTP 500"),
    (403, '{"error":{"message":7,"code":null}}', Denied, "HTTP 403"), (403, '{"error":"x"}', Denied, "HTTP 403"),
    (400, '{"error":{"code":"C"}}', Unreachable, "C"), (500, '{"code":"X","message":"flat"}', Unreachable, "flat"),
    (403, b"\xff\xfe", Denied, "HTTP 403"), (429, "{", Throttled, "HTTP 429")])
@pytest.mark.parametrize("kind_of_body", [
    "application/json", "text/html", "application/octet-stream", "text/xml; charset=x"])
def test_an_error_in_an_odd_form_keeps_its_status_and_shows_no_page(
        cloud: Cloud, azure: Azure, place: Place, status: int, body: Any, kind: type[Trouble], said: str,
        kind_of_body: str) -> None:
    cloud.says(WS, body, status, Content_Type=kind_of_body)
    cloud.says(f"{LOC}/mfeOperationsStatus/x", body, status, Content_Type=kind_of_body)
    with pytest.raises(kind, match=said) as caught:
        azure.workspace(place)
    assert caught.value.status == status and "<" not in caught.value.message
    if kind is not Gone:
        with pytest.raises(kind, match=said):
            azure.operation(f"{cloud.url}{LOC}/mfeOperationsStatus/x")


def test_a_message_is_one_short_line_without_tokens() -> None:
    text = f"Bearer {TOKEN}\n<p>\x1b[31m eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc \u202e" + "x" * 100_000
    message = Unreachable(text).message
    assert len(message) == errors.LONGEST
    assert TOKEN not in message and "eyJ" not in message and "\n" not in message and "\u202e" not in message


@pytest.mark.parametrize("error, kind", [
    (ValueError("Invalid HTTP date"), Malformed), (TypeError("'NoneType'"), Malformed),
    (AttributeError("x"), Malformed), (UnicodeDecodeError("u", b"", 0, 1, "r"), Malformed),
    (RecursionError("deep"), Malformed), (ServiceRequestError("no route"), Unreachable), (AzureError("?"), Unreachable),
    (HttpResponseError("no response at all"), Malformed), (Gone("there"), Gone)])
def test_whatever_the_sdk_throws_becomes_one_of_ours(error: Exception, kind: type[Trouble]) -> None:
    assert type(errors.trouble(error)) is kind


@pytest.mark.parametrize("client", ["ml", "monitor"])
def test_an_unregistered_provider_is_told_and_never_registered(
        cloud: Cloud, azure: Azure, place: Place, client: str) -> None:
    message = "The subscription is not registered to use namespace 'Microsoft.MachineLearningServices'. See x"
    cloud.fails("*", 409, "MissingSubscriptionRegistration", message)
    with pytest.raises(Unreachable) as caught:
        azure.workspaces() if client == "ml" else azure.activity(NOW, NOW)
    assert (caught.value.status, caught.value.code) == (409, "MissingSubscriptionRegistration")
    assert (cloud.count("POST"), cloud.count("GET")) == (0, 1)


@pytest.mark.parametrize("verb", ["list_keys", "get_token", "regenerate", "delete", "update", "create"])
def test_what_writes_or_reads_a_secret_cannot_leave_the_pipeline(cloud: Cloud, azure: Azure, verb: str) -> None:
    from azure.mgmt.machinelearningservices import models
    ends = azure._ml.online_endpoints
    target = ("rg", "ws", "ep")
    keys = models.RegenerateEndpointKeysRequest(key_type="Primary")
    body = models.OnlineEndpoint(location="x", properties=models.OnlineEndpointProperties(auth_mode="Key"))
    calls = {"list_keys": lambda: ends.list_keys(*target), "get_token": lambda: ends.get_token(*target),
             "regenerate": lambda: ends.begin_regenerate_keys(*target, body=keys),
             "delete": lambda: ends.begin_delete(*target),
             "update": lambda: ends.begin_update(*target, body=models.PartialMinimalTrackedResourceWithIdentity()),
             "create": lambda: ends.begin_create_or_update(*target, body=body)}
    with pytest.raises(Malformed, match="not sent"):
        calls[verb]()
    assert cloud.asked == []


def test_a_401_with_a_claims_challenge_asks_for_one_more_token(cloud: Cloud, azure: Azure, place: Place) -> None:
    def answer(asked: Asked) -> None:
        send(asked, {"error": {"code": "InvalidAuthenticationToken", "message": "revoked"}}, 401,
             WWW_Authenticate='Bearer error="insufficient_claims", claims="eyJhIjoxfQ=="')

    cloud.answers[WS.lower()] = answer
    with pytest.raises(NotSignedIn) as caught:
        azure.workspace(place)
    assert caught.value.status == 401
    assert cloud.count("GET") == 2


def test_the_body_of_an_error_does_not_run_the_message_over(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(WS, json.dumps({"error": {"code": "c" * 5000, "message": "<b>" + "m" * 100_000}}), 500)
    with pytest.raises(Unreachable) as caught:
        azure.workspace(place)
    assert len(caught.value.message) <= 1000 and len(caught.value.code) <= 200
    assert SUB not in str(caught.value)
