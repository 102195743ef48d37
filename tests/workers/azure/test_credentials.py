"""One identity speaks, to known clouds only, and a token endpoint that is down is not stormed."""
import threading
import time
from typing import Any

import pytest
from azure.core.credentials import AccessTokenInfo

from tests.workers.azure import bodies
from tests.workers.azure.conftest import SUB, TOKEN, WS, Cloud, send
from troubleshoot.diagnosis.facts import Place
from workers.azure import credentials
from workers.azure.client import Azure
from workers.azure.credentials import Remembering, scope
from workers.azure.errors import NotSignedIn


@pytest.mark.parametrize("endpoint, expected", [
    ("https://management.azure.com", "https://management.azure.com/.default"),
    ("https://MANAGEMENT.azure.com:443/", "https://management.azure.com/.default"),
    ("https://management.usgovcloudapi.net", "https://management.usgovcloudapi.net/.default"),
    ("https://management.chinacloudapi.cn", "https://management.chinacloudapi.cn/.default"),
    ("http://127.0.0.1:9000", "https://management.azure.com/.default"),
    ("http://localhost:9000", "https://management.azure.com/.default"),
    ("http://[::1]:9000", "https://management.azure.com/.default")])
def test_each_cloud_has_its_scope(endpoint: str, expected: str) -> None:
    assert scope(endpoint) == expected


@pytest.mark.parametrize("endpoint", [
    "https://management.azure.com.evil.com", "http://management.azure.com", "https://management.azure.com:8443",
    "https://evil@management.azure.com", "https://management.azure.com@evil.com", "https://management.azure.com/x",
    "https://management.azure.com?x", "https://xmanagement.azure.com", "http://127.0.0.1.evil.com", "http://10.0.0.1",
    "ftp://127.0.0.1", "management.azure.com", "", "http://2130706433", "http://169.254.169.254"])
def test_a_host_that_is_no_clouds_gets_no_client(endpoint: str) -> None:
    with pytest.raises(ValueError, match="ARM endpoint"):
        Azure(endpoint, SUB, object())


def test_all_clients_of_a_cloud_share_one_credential(cloud: Cloud, credential: Remembering) -> None:
    assert credentials.of(cloud.url) is credential
    assert credentials.of("https://management.azure.com") is credentials.of("https://Management.azure.com/")
    assert credentials.of("https://management.chinacloudapi.cn") is not credentials.of("https://management.azure.com")


def test_a_persons_own_sign_in_is_never_sent_to_this_machine(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_TOKEN_CREDENTIALS")
    chain = credentials._default.__wrapped__("", True)._build().credentials
    assert {type(one).__name__ for one in chain} <= {
        "EnvironmentCredential", "WorkloadIdentityCredential", "ManagedIdentityCredential", "FailedDACCredential"}


def test_where_no_identity_is_set_up_that_is_what_is_said() -> None:
    class Nobody:
        def get_token_info(self, *scopes: str, **kwargs: Any) -> AccessTokenInfo:
            raise RuntimeError("failed.\nAttempted:\n\tOne: authentication unavailable. Visit\nx\n\tTwo: not found")

    class Dead(Nobody):
        def get_token_info(self, *scopes: str, **kwargs: Any) -> AccessTokenInfo:
            raise RuntimeError("failed.\nAttempted credentials:\n\tOne: authentication unavailable.\n\tTwo: refused")

    with pytest.raises(NotSignedIn, match=r"no identity is set up on this machine \(tried One, Two\)"):
        Remembering(Nobody).get_token_info("x")  # type: ignore[arg-type]
    with pytest.raises(NotSignedIn, match=r"No token could be had: Two: refused$"):
        Remembering(Dead).get_token_info("x")  # type: ignore[arg-type]


def fresh(monkeypatch: pytest.MonkeyPatch, cloud: Cloud, **kwargs: Any) -> Remembering:
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{cloud.url}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "any")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    return Remembering(credentials._default.__wrapped__("", True)._build, **kwargs)


@pytest.mark.parametrize("body, status", [
    ({"error": {"code": "x", "message": "down"}}, 500), ({"statusCode": 400, "message": "bad"}, 400), ({}, 200),
    ("<html>", 200), ("", 200), ("[" * 50_000, 200), ({"access_token": None, "expires_on": "1"}, 200), ([], 200),
    ({"access_token": "x", "expires_on": "soon"}, 200), ({"access_token": "x", "expires_on": "1"}, 200),
    ({"access_token": 5, "expires_on": "99999999999"}, 200), ({"access_token": "", "expires_on": "9999999999"}, 200)])
def test_a_token_endpoint_that_fails_is_asked_once_in_thirty_seconds(
        cloud: Cloud, place: Place, monkeypatch: pytest.MonkeyPatch, body: Any, status: int) -> None:
    now = [0.0]
    tried = fresh(monkeypatch, cloud, clock=lambda: now[0])
    cloud.says("/msi/token", body, status)
    cloud.says(WS, bodies.workspace())
    azure = Azure(cloud.url, SUB, tried)
    for _ in range(3):
        with pytest.raises(NotSignedIn, match="No token could be had"):
            azure.workspace(place)
    assert len(cloud.asked) == 1
    now[0] = 31.0
    with pytest.raises(NotSignedIn):
        azure.workspace(place)
    assert len(cloud.asked) == 2


def test_many_threads_cost_a_dead_token_endpoint_one_attempt(
        cloud: Cloud, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.answers["/msi/token"] = lambda asked: (time.sleep(0.1), send(asked, {}, 500))[0]
    azure = Azure(cloud.url, SUB, fresh(monkeypatch, cloud))
    said: list[str] = []

    def ask() -> None:
        try:
            azure.workspace(place)
        except NotSignedIn as error:
            said.append(error.message)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 12 and len(set(said)) == 1
    assert len(cloud.asked) == 1


def test_a_slow_token_endpoint_is_cut_though_the_question_has_longer(
        cloud: Cloud, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud.answers["/msi/token"] = lambda asked: time.sleep(3)
    azure = Azure(cloud.url, SUB, fresh(monkeypatch, cloud, deadline=0.3))
    started = time.monotonic()
    with pytest.raises(NotSignedIn):
        azure.workspace(place)
    assert time.monotonic() - started < 2


def test_a_dead_token_endpoint_that_comes_back_is_used_again(
        cloud: Cloud, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    azure = Azure(cloud.url, SUB, fresh(monkeypatch, cloud, hold=0.05))
    cloud.says(WS, bodies.workspace())
    token = cloud.answers["/msi/token"]
    cloud.says("/msi/token", {"error": "server_error"}, 503, Retry_After="60")
    with pytest.raises(NotSignedIn):
        azure.workspace(place)
    cloud.answers["/msi/token"] = token
    time.sleep(0.06)
    assert azure.workspace(place).place.workspace == "ws"


def test_the_token_is_asked_for_once_for_many_questions(
        cloud: Cloud, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = fresh(monkeypatch, cloud)
    cloud.says(WS, bodies.workspace())
    for _ in range(3):
        Azure(cloud.url, SUB, tried).workspace(place)
    assert cloud.tokens == 1
    assert cloud.asked[0].query["resource"] == "https://management.azure.com"


def test_a_failure_tells_no_token() -> None:
    class Broken:
        def get_token_info(self, *scopes: str, **kwargs: Any) -> AccessTokenInfo:
            raise RuntimeError(f"odd: Bearer {TOKEN}")

    with pytest.raises(NotSignedIn) as caught:
        Remembering(Broken).get_token_info("x")  # type: ignore[arg-type]
    assert TOKEN not in str(caught.value)
