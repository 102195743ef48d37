"""A list is followed page by page, never to another host, never for ever, and one odd item costs itself alone."""
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.workers.azure import bodies
from tests.workers.azure.conftest import LOC, SUB, WS, Asked, Cloud, send
from troubleshoot.diagnosis.facts import Place
from workers.azure.client import Azure
from workers.azure.errors import Denied, Malformed, Throttled, Unreachable

PATH = f"{WS}/onlineEndpoints"
EVENTS = f"/subscriptions/{SUB}/providers/Microsoft.Insights/eventtypes/management/values"


def paged(cloud: Cloud, pages: dict[str, tuple[list[Any], Any]], path: str = PATH) -> None:
    def answer(asked: Asked) -> None:
        items, link = pages[asked.query.get("$skip", "")]
        send(asked, {"value": items, "nextLink": link})

    cloud.answers[path.lower()] = answer


def names(azure: Azure, place: Place) -> list[str]:
    return [found.place.endpoint for found in azure.endpoints(place).items]


def test_pages_are_followed_by_whole_and_by_relative_links_with_their_tokens_kept(
        cloud: Cloud, azure: Azure, place: Place) -> None:
    paged(cloud, {"": ([bodies.endpoint("a")], f"{cloud.url}{PATH}?api-version=1&$skip=a%2Bb%2F%3D%3D"),
                  "a+b/==": ([], f"{PATH}?$skip=2"), "2": ([bodies.endpoint("b")], "")})
    assert names(azure, place) == ["a", "b"]
    assert cloud.count("GET") == 3


def test_pages_of_the_activity_log_are_followed_too(cloud: Cloud, azure: Azure) -> None:
    paged(cloud, {"": ([bodies.event(1)], f"{cloud.url}{EVENTS}?$skip=2"), "2": ([bodies.event(2)], None)}, EVENTS)
    since = datetime.now(UTC)
    assert [row.event_id for row in azure.activity(since, since).items] == ["e-1", "e-2"]


@pytest.mark.parametrize("link", [
    "http://127.0.0.1:1/x", "https://evil.example/x", "//evil.example/x", "{secure}/x",
    "http://evil@{bare}.evil.example/x",
    "http://[", "http://a@{bare}/x", "ftp://{bare}/x", "\\\\evil.example\\x", 7, {"a": 1}, ["x"], "?$skip=2",
    "/msi/token", "{whole}/subscriptions/another/x", "/subscriptions/" + SUB + "/../another/x"])
def test_a_link_to_anywhere_else_is_not_followed(cloud: Cloud, azure: Azure, place: Place, link: Any) -> None:
    bare = cloud.url.removeprefix("http://")
    secure = cloud.url.replace("http", "https")
    whole = link.format(bare=bare, whole=cloud.url, secure=secure) if isinstance(link, str) else link
    for path in (PATH, EVENTS):
        paged(cloud, {"": ([bodies.endpoint()], whole)}, path)
    now = datetime.now(UTC)
    for ask in (lambda: azure.endpoints(place), lambda: azure.activity(now, now)):
        cloud.asked.clear()
        with pytest.raises(Unreachable):
            ask()
        assert cloud.count("GET") == 1
        assert all(asked.headers["Host"] == bare for asked in cloud.asked)


def test_a_circle_of_pages_is_told(cloud: Cloud, azure: Azure, place: Place) -> None:
    paged(cloud, {"": ([], f"{PATH}?$skip=1"), "1": ([], f"{PATH}?$skip=1")})
    with pytest.raises(Malformed, match="circle"):
        azure.endpoints(place)
    assert cloud.count("GET") == 2


def test_an_endless_list_ends_at_the_cap(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.answers[PATH.lower()] = lambda asked: send(
        asked, {"value": [], "nextLink": f"{PATH}?$skip={int(asked.query.get('$skip', 0)) + 1}"})
    with pytest.raises(Malformed, match="more than 5 pages"):
        azure.endpoints(place)
    assert cloud.count("GET") == 5


def test_all_pages_together_have_one_deadline(cloud: Cloud, credential: Any, place: Place) -> None:
    def answer(asked: Asked) -> None:
        time.sleep(0.1)
        send(asked, {"value": [], "nextLink": f"{PATH}?$skip={int(asked.query.get('$skip', 0)) + 1}"})

    cloud.answers[PATH.lower()] = answer
    azure = Azure(cloud.url, SUB, credential, whole_list=0.45)
    started = time.monotonic()
    with pytest.raises(Unreachable):
        azure.endpoints(place)
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("body", [
    {}, {"value": None}, {"value": "x"}, {"value": {"a": 1}}, [], None, 7, "text", {"nextLink": "x"}, b"", b"   ", b"{",
    b'{"value": [', b"\xff\xfe\x00", b"[" * 100_000, b'{"value": [' + b"9" * 5000 + b"]}"])
def test_a_page_that_holds_no_list_is_malformed(cloud: Cloud, azure: Azure, place: Place, body: Any) -> None:
    cloud.says(PATH, body)
    cloud.says(f"{LOC}/vmSizes", body)
    for ask in (lambda: azure.endpoints(place), lambda: azure.sizes("westeurope")):
        with pytest.raises(Malformed) as caught:
            ask()
        assert caught.value.status == 200


def test_an_error_on_a_later_page_makes_the_list_fail(cloud: Cloud, azure: Azure, place: Place) -> None:
    def answer(asked: Asked) -> None:
        if "$skip" in asked.query:
            send(asked, {"error": {"code": "TooManyRequests", "message": "slow"}}, 429, Retry_After="7")
        else:
            send(asked, {"value": [bodies.endpoint()], "nextLink": f"{PATH}?$skip=1"})

    cloud.answers[PATH.lower()] = answer
    with pytest.raises(Throttled) as caught:
        azure.endpoints(place)
    assert caught.value.retry_after == 7


def test_a_page_that_is_not_there_does_not_make_the_workspace_gone(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(PATH, {"value": [], "nextLink": PATH + "/nowhere"})
    with pytest.raises(Malformed, match="later page"):
        azure.endpoints(place)


def test_one_malformed_item_does_not_hide_the_good_ones(cloud: Cloud, azure: Azure, place: Place) -> None:
    odd = [None, 7, "x", [], {}, {"name": "no-props"}, {"name": "null-props", "properties": None},
           {"name": 5, "properties": {}}, {"name": "a/b", "properties": {}}, {"name": "x" * 300, "properties": {}}]
    cloud.says(PATH, {"value": [bodies.endpoint("first"), *odd, bodies.endpoint("last")]})
    found = azure.endpoints(place)
    assert [item.place.endpoint for item in found.items] == ["first", "last"]
    assert len(found.troubles) == len(odd)
    assert any("null-props" in said and "no properties" in said for said in found.troubles)


def test_a_bad_date_costs_the_date_alone(cloud: Cloud, azure: Azure, place: Place) -> None:
    odd = bodies.endpoint() | {"systemData": {"createdAt": "yesterday", "createdBy": "Ada"}}
    cloud.says(PATH, {"value": [odd]})
    found, = azure.endpoints(place).items
    assert found.created_by == "Ada" and found.created_at and found.created_at.year == 2026  # from the property map


def test_bytes_that_are_no_utf_8_are_replaced(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(PATH, b'\xef\xbb\xbf{"value":[{"name":"a","properties":{"authMode":"K\xffy"}}]}')
    found, = azure.endpoints(place).items
    assert found.auth_mode == "K\ufffdy"


def test_a_workspace_of_another_subscription_is_not_taken_for_ours(cloud: Cloud, azure: Azure) -> None:
    path = f"/subscriptions/{SUB}/providers/Microsoft.MachineLearningServices/workspaces"
    other = bodies.workspace() | {"id": WS.replace(SUB, "other")}
    upper = bodies.workspace() | {"id": WS.upper(), "name": "WS"}
    cloud.says(path, {"value": [other, upper]})
    found = azure.workspaces()
    assert [item.place for item in found.items] == [Place(SUB, "RG", "WS")]
    assert len(found.troubles) == 1


def test_a_denied_list_says_so(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.fails(PATH, 403, "AuthorizationFailed", "no")
    with pytest.raises(Denied):
        azure.endpoints(place)
