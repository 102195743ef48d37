"""Against the local Azure: what it says is what its book says, and each of its faults ends as it should."""
import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from troubleshoot.diagnosis.facts import INFERENCE_SERVER, STORAGE_INITIALIZER, Place
from workers.azure import credentials
from workers.azure.client import Azure
from workers.azure.credentials import Remembering
from workers.azure.errors import Denied, Gone, Malformed, NotSignedIn, Throttled, Unreachable
from workers.emulator.faults import NAMES
from workers.emulator.server import Running, serve


@pytest.fixture(scope="module")
def emulator() -> Iterator[Running]:
    """The local Azure, six hours into its stories, standing still."""
    with pytest.MonkeyPatch.context() as patch:
        running = serve(seed=7, speed=0)
        running.clock.advance(6 * 3600)
        patch.setenv("IDENTITY_ENDPOINT", f"{running.url}/msi/token")
        patch.setenv("IDENTITY_HEADER", "any")
        patch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
        yield running
        running.stop()


@pytest.fixture(scope="module")
def book(emulator: Running) -> dict[str, Any]:
    """What the emulator knows to be so."""
    with urllib.request.urlopen(f"{emulator.url}/_emulator/book?logs=0", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.fixture(scope="module")
def identity(emulator: Running) -> Remembering:
    """The real credential, signed in at the emulator."""
    return Remembering(credentials._default.__wrapped__("", True)._build)


@pytest.fixture(scope="module")
def failed(book: dict[str, Any]) -> Place:
    """A failed deployment that has logs, in a workspace of several endpoints."""
    found = next(one for one in book["deployments"] if one["state"] == "Failed" and one["logs"] == "logs"
                 and not one["kubernetes"])
    return Place(**found["place"])


@pytest.fixture
def azure(emulator: Running, identity: Remembering, failed: Place) -> Iterator[Azure]:
    """A client of short patience; faults are taken away afterwards, and no forbidden call may have been made."""
    found = Azure(emulator.url, failed.subscription, identity, deadline=0.5, whole_list=2.0, pages=20)
    yield found
    emulator.stage.board.clear()
    found.close()
    assert emulator.stage.calls.shown()["forbidden"] == []


def broken(emulator: Running, fault: str, **match: Any) -> None:
    args = match.pop("args", {})
    order = json.dumps({"fault": fault, "match": match, "args": args}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{emulator.url}/_emulator/faults", order), timeout=5).close()


def places(rows: list[dict[str, Any]], subscription: str) -> set[str]:
    found = [Place(**{name: value or "" for name, value in row["place"].items()}) for row in rows
             if row["state"] is not None]
    return {place.key() for place in found if place.subscription == subscription}


def test_the_fleet_is_that_of_the_book(azure: Azure, book: dict[str, Any], failed: Place) -> None:
    spaces = azure.workspaces()
    named = {(one.place.group, one.place.workspace, one.registry, one.storage, one.location) for one in spaces.items}
    assert named == {(one["group"], one["name"], one["registry"], one["storage"], one["location"])
                     for one in book["workspaces"] if one["subscription"] == failed.subscription}
    ends = [end for space in spaces.items for end in azure.endpoints(space.place).items]
    assert {end.place.key() for end in ends} == places(book["endpoints"], failed.subscription)
    below = [one for end in ends for one in azure.deployments(end.place).items]
    assert {one.place.key() for one in below} == places(book["deployments"], failed.subscription)
    known = {Place(**row["place"]).key(): row for row in book["deployments"]}
    for one in below:
        row = known[one.place.key()]
        assert (one.state, one.instance_count) == (row["state"], row["instances"])
        assert row["kubernetes"] or one.instance_type.lower() == row["size"].lower()
        assert dict(one.tags) == row["tags"] and one.created_by == (row["creator"] or "")


def test_each_failed_operation_gives_the_error_of_the_book(azure: Azure, book: dict[str, Any], failed: Place) -> None:
    wanted = {row["operation_id"]: row for row in book["attempts"] if row["error"]}
    seen = 0
    for row in book["deployments"]:
        if row["place"]["subscription"] != failed.subscription or row["state"] != "Failed":
            continue
        done = azure.operation(azure.deployment(Place(**row["place"])).operation_uri)
        told = wanted[done.operation_id.rsplit(":", 1)[-1]]["error"]
        told = told.get("error", told)
        assert done.error and (done.error.code, done.error.message) == (told.get("code") or "", told["message"])
        seen += 1
    assert seen >= 5


def test_quota_equals_the_book(azure: Azure, book: dict[str, Any], failed: Place) -> None:
    for told in book["usages"]:
        if told["subscription"] != failed.subscription:
            continue
        found = azure.usages(told["location"])
        assert found.troubles == ()
        rows = [(row.family, row.used, row.limit) for row in found.items if not row.workspace]
        assert sorted(rows, key=str) == sorted(
            ((row["name"]["value"], row["currentValue"], row["limit"]) for row in told["rows"]
             if "/workspaces/" not in row["id"]), key=str)
        assert {row.kind for row in found.items} >= {"dedicated", "low_priority", "clusters"}
        assert azure.sizes(told["location"]).items and azure.quotas(told["location"]).items


def test_both_logs_and_all_assets_of_a_failed_deployment_are_there(azure: Azure, failed: Place) -> None:
    spec = azure.deployment(failed)
    assert "Container events:" in (azure.logs(failed, INFERENCE_SERVER, 200) or "")
    assert "Container events:" in (azure.logs(failed, STORAGE_INITIALIZER, 200) or "")
    for kind, reference in (("model", spec.model), ("environment", spec.environment), ("code", spec.code)):
        assert azure.asset(failed, kind, reference).found is not False


def test_the_activity_log_has_no_trouble(azure: Azure, emulator: Running) -> None:
    now = emulator.clock.now()
    found = azure.activity(now - timedelta(days=2), now)
    assert found.items and not found.troubles


Question = Callable[[Azure, Place], Any]
QUESTIONS: dict[str, Question] = {
    "workspaces.list": lambda azure, place: azure.workspaces(),
    "endpoints.list": lambda azure, place: azure.endpoints(place),
    "deployments.list": lambda azure, place: azure.deployments(place),
    "deployments.get": lambda azure, place: azure.deployment(place),
    "deployments.get_logs": lambda azure, place: azure.logs(place, INFERENCE_SERVER, 100),
    "usages": lambda azure, place: azure.usages("westeurope"),
    "vm_sizes": lambda azure, place: azure.sizes("westeurope"),
    "computes.list": lambda azure, place: azure.computes(place)}
WRONG = [
    ("throttle", {"retry_after": 1}, Throttled, 429), ("throttle", {"retry_after": 3600}, Throttled, 429),
    ("throttle", {"retry_after": None}, Throttled, 429), ("throttle", {"retry_after": "date"}, Throttled, 429),
    ("throttle", {"retry_after": "soon", "form": "aml"}, Throttled, 429), ("expired_token", {}, NotSignedIn, 401),
    ("claims", {}, NotSignedIn, 401), ("forbidden", {}, Denied, 403),
    ("not_found_group", {}, Gone, 404),
    ("not_found", {}, Gone, 404), ("conflict", {}, Unreachable, 409), ("not_registered", {}, Unreachable, 409),
    ("error_500", {}, Unreachable, 500), ("bad_gateway_html", {}, Unreachable, 502),
    ("unavailable", {}, Unreachable, 503), ("gateway_timeout", {}, Unreachable, 504),
    ("redirect", {}, Unreachable, 302), ("bad_request", {}, Unreachable, 400),
    ("login_page", {}, Malformed, 200), ("empty_body", {}, Malformed, 200),
    ("null_body", {}, Malformed, 200), ("list_body", {}, Malformed, 200), ("broken_json", {}, Malformed, 200),
    ("reset", {}, Unreachable, None), ("drop", {}, Unreachable, None), ("gzip_bomb", {}, Unreachable, None),
    ("huge_body", {}, Unreachable, None)]
SLOW = ["slow_headers", "slow_body", "silent", "delay"]


@pytest.mark.parametrize("fault, args, kind, status", WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_a_fault_of_any_answer_has_its_kind_for_every_question(
        azure: Azure, emulator: Running, failed: Place, fault: str, args: dict[str, Any], kind: type,
        status: int | None) -> None:
    heavy = fault in ("gzip_bomb", "huge_body")
    for route, ask in list(QUESTIONS.items())[1:2] if heavy else QUESTIONS.items():
        broken(emulator, fault, route=route, args=args)
        started = time.monotonic()
        with pytest.raises(Unreachable if kind is Malformed else kind) as caught:
            ask(azure, failed)
        assert type(caught.value) is kind, route
        assert (caught.value.status, "<" in caught.value.message) == (status, False)
        assert time.monotonic() - started < 3
        emulator.stage.board.clear()
        assert heavy or ask(azure, failed)  # it heals by itself


@pytest.mark.parametrize("fault", SLOW)
def test_a_slow_answer_ends_at_the_deadline(azure: Azure, emulator: Running, failed: Place, fault: str) -> None:
    broken(emulator, fault, route="endpoints.list", args={"seconds": 3, "pace": 0.05})
    started = time.monotonic()
    with pytest.raises(Unreachable, match="within 0.5 s|did not answer in time"):
        azure.endpoints(failed)
    assert time.monotonic() - started < 2


def test_a_denial_on_one_question_leaves_the_others(azure: Azure, emulator: Running, failed: Place) -> None:
    broken(emulator, "forbidden", route="deployments.get_logs")
    broken(emulator, "forbidden", route="usages")
    with pytest.raises(Denied) as caught:
        azure.logs(failed, INFERENCE_SERVER, 10)
    assert caught.value.action.endswith("/deployments/getLogs/action")
    with pytest.raises(Denied) as caught:
        azure.usages("westeurope")
    assert caught.value.action == "Microsoft.MachineLearningServices/locations/usages/read"
    assert azure.endpoints(failed).items


@pytest.mark.parametrize("fault", ["value_missing", "value_null", "endless_next_link", "foreign_next_link"])
def test_a_list_that_cannot_be_whole_is_malformed(azure: Azure, emulator: Running, failed: Place, fault: str) -> None:
    broken(emulator, fault, route="endpoints.list")
    with pytest.raises(Malformed) as caught:
        azure.endpoints(failed)
    assert caught.value.status == 200


@pytest.mark.parametrize("fault, troubles", [
    ("value_empty", None), ("malformed_item", 1), ("null_items", 2), ("wrong_types", "all"),
    ("properties_null", "all"),
    ("bad_date", 0), ("unknown_state", 0), ("unknown_auth", 0), ("unknown_compute_type", 0), ("extra_fields", 0),
    ("relative_next_link", 0), ("empty_page", 0), ("case_changed", 0), ("invalid_utf8", "name"),
    ("foreign_operation", 0), ("operation_absent", 0)])
@pytest.mark.parametrize("route", ["endpoints.list", "deployments.list"])
def test_a_spoiled_item_costs_itself_alone(
        azure: Azure, emulator: Running, failed: Place, fault: str, troubles: Any, route: str) -> None:
    ask = QUESTIONS[route]
    good = ask(azure, failed).items
    broken(emulator, fault, route=route)
    found = ask(azure, failed)
    if troubles is None:
        assert found.items == () == found.troubles
    elif troubles == "all":
        assert found.items == () and len(found.troubles) >= len(good)
    elif troubles == "name":  # an item whose name is not known must neither look deleted nor new
        assert set(found.items) < set(good) and len(found.items) + len(found.troubles) == len(good)
    else:
        assert [one.place.key() for one in found.items] == [one.place.key() for one in good]
        assert len(found.troubles) == 0 if troubles == 0 else len(found.troubles) >= troubles


def test_an_operation_on_another_host_is_not_asked(azure: Azure, emulator: Running, failed: Place) -> None:
    broken(emulator, "foreign_operation", route="deployments.get")
    assert "not asked" in azure.operation(azure.deployment(failed).operation_uri).trouble
    emulator.stage.board.clear()
    broken(emulator, "operation_absent", route="deployments.get")
    assert azure.deployment(failed).operation_uri == ""


def test_an_operation_whose_status_sits_inside_is_read(azure: Azure, emulator: Running, failed: Place) -> None:
    uri = azure.deployment(failed).operation_uri
    good = azure.operation(uri)
    broken(emulator, "status_in_properties", route="operation_status")
    found = azure.operation(uri)
    assert (found.status, found.error) == (good.status, good.error) and found.status == "Failed"
    emulator.stage.board.clear()
    broken(emulator, "not_found", route="operation_status")
    assert azure.operation(uri).trouble


def test_odd_usages_are_unknown_and_not_zero(azure: Azure, emulator: Running) -> None:
    broken(emulator, "usages_weird", route="usages")
    found = azure.usages("westeurope")
    assert [(row.used, row.limit) for row in found.items[:6]] == [
        (None, -1), (5, 0), (90, 10), (None, None), (None, None), (None, None)]
    assert (found.items[-1].family, found.items[-1].used, found.items[-1].limit) == ("standardUnheardOfFamily", None, 4)


@pytest.mark.parametrize("fault, check", [
    ("content_null", lambda text: text is None), ("content_empty", lambda text: text == ""),
    ("content_ansi", lambda text: "\x1b[31m" in text), ("content_progress", lambda text: len(text) > 300_000),
    ("content_secrets", lambda text: "AccountKey=" in text)])
def test_a_log_of_any_content_comes_as_it_is(
        azure: Azure, emulator: Running, failed: Place, fault: str, check: Callable[[Any], bool]) -> None:
    broken(emulator, fault, route="deployments.get_logs")
    assert check(azure.logs(failed, INFERENCE_SERVER, 100))


def test_a_token_endpoint_that_is_down_is_told_and_asked_once(
        azure: Azure, emulator: Running, failed: Place) -> None:
    mine = Azure(emulator.url, failed.subscription, Remembering(credentials._default.__wrapped__("", True)._build))
    for fault in ("error_500", "bad_request", "drop", "login_page", "expired_token"):
        mine = Azure(emulator.url, failed.subscription, Remembering(credentials._default.__wrapped__("", True)._build))
        emulator.stage.board.clear()
        emulator.stage.calls.reset()
        broken(emulator, fault, route="token")
        for _ in range(3):
            with pytest.raises(NotSignedIn):
                mine.workspaces()
        assert emulator.stage.calls.shown()["counts"] == {"GET token": 1}, fault


def test_no_fault_of_the_emulator_is_left_out() -> None:
    tried = {fault for fault, *_ in WRONG} | set(SLOW) | {
        "value_missing", "value_null", "endless_next_link", "foreign_next_link", "value_empty", "malformed_item",
        "null_items", "wrong_types", "properties_null", "bad_date", "unknown_state", "unknown_auth", "case_changed",
        "unknown_compute_type", "extra_fields", "relative_next_link", "empty_page", "invalid_utf8", "usages_weird",
        "foreign_operation", "operation_absent", "status_in_properties", "content_null", "content_empty",
        "content_ansi", "content_progress", "content_secrets"}
    harmless = {"limits_raised", "content_text", "content_shrunk", "activity_odd"}  # true answers of another content
    hostile = {"error_said", "many_items", "body_text"}  # tried on their whole way in tests/journeys/test_hostile.py
    assert set(NAMES) - harmless - hostile <= tried
