"""No value that Azure could send in a field's place crashes a reader or passes for something it is not."""
import copy
import json
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.workers.azure import bodies
from tests.workers.azure.conftest import LOC, SUB, WS
from troubleshoot.diagnosis.facts import ErrorNode, Place
from workers.azure import evidence, plain, translate
from workers.azure.errors import Malformed

PLACE = Place(SUB, "rg", "ws", "fraud-ep", "blue")
ODD = [None, True, False, 0, -1, 3.7, 2**63, -2**63, 10**400, float("nan"), float("inf"), "", "12", "x" * 70_000,
       "\x00\ud800", "\u202e<script>", [], [None], {}, {"a": {"b": []}}, [[[]]], "PT", "P1M", 1700000000, "yesterday",
       "9999-99-99T99:99:99Z"]
SPEC = Path(__file__).parent / "examples"  # Azure's own, from azure-rest-api-specs, api-version 2023-04-01


@pytest.mark.parametrize("said, meant", [
    ("2026-10-28T19:16:36.7099402+00:00", datetime(2026, 10, 28, 19, 16, 36, 709940, UTC)),
    ("2026-04-17T16:55:44.738923+0000", datetime(2026, 4, 17, 16, 55, 44, 738923, UTC)),
    ("2026-03-26T01:00:34.1Z", datetime(2026, 3, 26, 1, 0, 34, 100000, UTC)),
    ("2026-03-26T01:00:34", datetime(2026, 3, 26, 1, 0, 34, 0, UTC)),
    ("2026-03-26t01:00:34z", None), ("2026-03-26T14:00:34+14:00", datetime(2026, 3, 26, 0, 0, 34, 0, UTC)),
    ("0001-01-01T00:00:00Z", None), ("9999-12-31T23:59:59.9999999Z", None), ("0001-01-01T00:00:00+14:00", None),
    ("yesterday", None), (1700000000, None), ("1700000000", None), ("2026-02-30T00:00:00Z", None),
    ("2026-03-26", None), (None, None), ("", None), ("2026-03-26T01:00:34+99:00", None), ("٢٠٢٦-03-26T01:00:34Z", None),
    ("2026-03-26T24:00:00Z", None), ("2026-03-26T01:00:34." + "1" * 100 + "Z", None)])
def test_moments(said: Any, meant: datetime | None) -> None:
    assert plain.moment(said) == meant


@pytest.mark.parametrize("said, meant", [
    ("PT5S", 5), ("PT0S", 0), ("P1DT2H", 93600), ("PT1M30.5S", 90.5), ("P2W", 1209600), ("pt10s", 10), ("-PT5S", None),
    ("P1M", None), ("P1Y", None), ("P", None), ("PT", None), ("5", None), (5, None), ("", None), (None, None),
    ("PT" + "9" * 40 + "S", None), ("00:00:05", None)])
def test_durations(said: Any, meant: float | None) -> None:
    assert plain.seconds(said) == meant


@pytest.mark.parametrize("said, meant", [
    (7, 7), (7.0, 7), (-1, None), (3.7, None), ("12", None), (True, None), (2**63, None), (2**31 - 1, 2**31 - 1),
    (float("nan"), None), (float("inf"), None), (json.loads("1e400"), None), (None, None), ([], None)])
def test_whole_numbers(said: Any, meant: int | None) -> None:
    assert plain.whole(said) == meant


def test_a_limit_of_minus_one_stays() -> None:
    assert plain.whole(-1, least=-1) == -1
    assert plain.whole(-2, least=-1) is None


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The ways to all values inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*path, key)
        yield from spots(inner, (*path, key))


def changed(value: Any, path: tuple[Any, ...], odd: Any) -> Any:
    """A copy with one value replaced."""
    made = inner = copy.deepcopy(value)
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return made


OPERATION = {"name": "od:1", "status": "Failed", "startTime": "2026-03-26T01:00:34.148Z", "properties": {"status": "x"},
             "error": {"code": "a", "message": "b", "target": "c", "details": [{"code": "d", "message": "e"}],
                       "additionalInfo": [{"type": "t", "info": {"value": "v"}}], "innererror": {"code": "f"}}}
SIZE = {"name": "Standard_DS3_v2", "family": "f", "vCPUs": 4, "memoryGB": 14.0, "gpus": 0,
        "supportedComputeTypes": ["MIR"]}
COMPUTE = {"name": "ci", "location": "x", "properties": {"computeType": "ComputeInstance", "properties": {
    "vmSize": "v", "state": "s", "createdBy": {"userName": "a"}, "currentNodeCount": 2, "vmPriority": "Dedicated"}}}
ASSET = {"properties": {"image": "i", "modelUri": "u", "modelType": "t", "condaFile": "c",
                        "build": {"contextUri": "x"}}}
READERS = {
    "workspace": (bodies.workspace(), lambda raw: translate.workspace(raw, SUB)),
    "endpoint": (bodies.endpoint(), lambda raw: translate.endpoint(raw, PLACE)),
    "deployment": (bodies.deployment(), lambda raw: translate.deployment(raw, PLACE, b"")),
    "usage": (bodies.usage("a", "b", 1, 2), lambda raw: translate.usage(raw, "r")), "size": (SIZE, translate.size),
    "compute": (COMPUTE, translate.compute), "operation": (OPERATION, lambda raw: evidence.operation(raw, "http://x/y")),
    "activity": (bodies.event(1), evidence.activity), "asset": (ASSET, evidence.asset_body)}


@pytest.mark.parametrize("name", READERS)
def test_any_odd_value_in_any_place_is_read_or_refused_in_words(name: str) -> None:
    whole, read = READERS[name]
    kept = read(whole)
    for path in spots(whole):
        for odd in ODD:
            try:
                found = read(changed(whole, path, odd))
            except Malformed:
                continue
            check(found)
            assert type(found) is type(kept)


def test_several_odd_values_at_once_are_no_worse() -> None:
    draw = random.Random(7)
    for _ in range(400):
        whole, read = READERS[draw.choice(sorted(READERS))]
        for _ in range(draw.randrange(2, 6)):
            whole = changed(whole, draw.choice(list(spots(whole))), draw.choice(ODD))
        try:
            check(read(whole))
        except Malformed:
            continue


def check(value: Any) -> None:
    """All texts fit a database, all numbers too, all moments have their zone."""
    if is_dataclass(value):
        for one in fields(value):
            check(getattr(value, one.name))
    elif isinstance(value, tuple | list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            check(inner)
    elif isinstance(value, str):
        assert "\x00" not in value and len(value) <= 64 * 1024
        value.encode()
    elif isinstance(value, datetime):
        assert value.tzinfo is UTC
    elif isinstance(value, int | float) and not isinstance(value, bool):
        assert -1 <= value < 2**31
    else:
        assert value is None or isinstance(value, bool)


def test_half_a_traffic_map_is_none() -> None:
    raw = bodies.endpoint()
    raw["properties"]["traffic"] = {"blue": "90", "green": 10}
    assert translate.endpoint(raw, PLACE).traffic is None
    raw["properties"]["traffic"] = {}
    assert translate.endpoint(raw, PLACE).traffic == ()


def test_states_and_kinds_that_nobody_knows_pass_through() -> None:
    raw = bodies.deployment()
    raw["properties"] |= {"provisioningState": "Dancing", "endpointComputeType": "Kubernetes"}
    found = translate.deployment(raw, PLACE, b"")
    assert (found.state, found.compute) == ("Dancing", "Kubernetes")


def test_a_variables_mark_changes_with_its_value_and_key_and_name() -> None:
    def mark(name: str, value: str, key: bytes) -> str:
        raw = bodies.deployment()
        raw["properties"]["environmentVariables"] = {name: value}
        return translate.deployment(raw, PLACE, key).variables[0][1]

    marks = {mark("A", "1", b"k"), mark("A", "2", b"k"), mark("B", "1", b"k"), mark("A", "1", b"j")}
    assert len(marks) == 4 and mark("A", "1", b"k") in marks and all(len(one) == 12 for one in marks)


def test_an_error_tree_is_bounded_in_depth_number_and_length() -> None:
    deep: dict[str, Any] = {"code": "leaf"}
    for _ in range(500):
        deep = {"code": "n", "message": "m", "details": [deep]}
    assert len(list((evidence.error_tree(deep) or ErrorNode()).walk())) == evidence.DEEPEST
    wide = {"message": "x" * 500_000, "details": [{"message": "y" * 100_000}] * 5000}
    found = list((evidence.error_tree(wide) or ErrorNode()).walk())
    assert len(found) <= evidence.MOST_NODES
    assert sum(len(node.message) for node in found) < evidence.LONGEST * 4 + evidence.MOST_NODES


def test_a_text_in_a_message_is_left_as_it_is() -> None:
    text = 'InferencingClient error detail: {"errors":{"VmSize":["Not enough quota"]}}'
    assert evidence.error_tree({"code": "x", "message": text}) == ErrorNode("x", text)


@pytest.mark.parametrize("said, code, message", [
    ("no JSON at all", "BadRequest", "no JSON at all"), ('{"error":{"code":"A","message":"b"}}', "A", "b"),
    ('{"code":"A","message":"b"}', "A", "b"), ("[" * 100_000, "BadRequest", "["), ('"x"', "BadRequest", '"x"')])
def test_a_status_message_of_any_form_is_an_error(said: str, code: str, message: str) -> None:
    raw = bodies.event(1) | {"properties": {"statusMessage": said}}
    found = evidence.activity(raw).error
    assert found and found.code == code and found.message.startswith(message)


def test_the_body_of_a_success_is_no_error() -> None:
    raw = bodies.event(1) | {"properties": {"statusMessage": json.dumps(bodies.endpoint())}}
    assert evidence.activity(raw).error is None


@pytest.mark.parametrize("uri, good", [
    (f"http://x{LOC}/mfeOperationsStatus/od:1:2?api-version=1", True), (f"http://x{LOC.upper()}/a", True),
    (f"http://x{LOC}/../../a", False), (f"http://x{LOC}//a", False), (f"http://x{LOC}/%252e%252e/a", False),
    (f"http://x{WS}/a", False), ("http://[", False), ("", False)])
def test_addresses_of_operations(uri: str, good: bool) -> None:
    assert evidence.is_operation(uri, SUB) is good


def test_the_official_samples_are_read_without_trouble() -> None:
    def body(name: str) -> Any:
        return json.loads((SPEC / name).read_text())["responses"]["200"]["body"]

    managed = body("OnlineDeployment/ManagedOnlineDeployment-get.json")
    assert translate.deployment(managed, PLACE, b"").compute == "Managed"
    assert [translate.endpoint(raw, PLACE).auth_mode for raw in body("OnlineEndpoint/list.json")["value"]]
    assert all(translate.size(raw).vcpus for raw in body("VirtualMachineSize/list.json")["value"])
    for raw in body("Workspace/listBySubscription.json")["value"]:
        assert translate.workspace(raw, raw["id"].split("/")[2]).place.group
