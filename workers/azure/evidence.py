"""From the JSON behind a failure to facts: operations and their error trees, activity rows, named assets."""
import json
import re
from typing import Any
from urllib.parse import unquote, urlsplit

from troubleshoot.diagnosis.facts import ActivityFacts, AssetFacts, ErrorNode, OperationFacts, Place
from workers.azure import plain
from workers.azure.errors import Malformed

Json = dict[str, Any]
DEEPEST, MOST_NODES, LONGEST = 12, 200, 32 * 1024  # levels, errors and characters of one error tree
_SHORT = re.compile(r"azureml:([^:/@]{1,255}):([^:/@]{1,100})")
_WORDS = {"model": "models", "environment": "environments", "code": "codes"}


def operation(raw: Json, uri: str) -> OperationFacts:
    """The status of an operation; it may also sit in `properties` (azure/WIRE 5.2)."""
    inner = plain.table(raw.get("properties"))
    status = plain.text(raw.get("status"), 100) or plain.text(inner.get("status"), 100)
    return OperationFacts(
        operation_id=plain.text(raw.get("name"), 300) or plain.last(raw.get("id")) or operation_id(uri),
        status=status, started=plain.moment(raw.get("startTime") or inner.get("startTime")),
        ended=plain.moment(raw.get("endTime") or inner.get("endTime")),
        error=error_tree(raw.get("error") or inner.get("error")),
        trouble="" if status else "Azure's answer about the operation holds no status")


def operation_id(uri: str) -> str:
    """The operation's id at the end of its address; empty where it has none."""
    try:
        return plain.last(urlsplit(uri).path)
    except ValueError:
        return ""


def error_tree(value: Any) -> ErrorNode | None:
    """ARM's error with the errors inside it, bounded in depth, number and length; None for none."""
    return _node(value, 0, [MOST_NODES, LONGEST * 4])


def _node(value: Any, depth: int, left: list[int]) -> ErrorNode | None:
    if isinstance(value, str) and value:
        value = {"message": value}
    if not isinstance(value, dict) or not value or depth >= DEEPEST or left[0] <= 0:
        return None
    left[0] -= 1
    message = plain.text(value.get("message"), max(1, min(LONGEST, left[1])))
    left[1] -= len(message)
    inside = [*plain.rows(value.get("details"), MOST_NODES), value.get("innererror") or value.get("innerError")]
    found = (_node(inner, depth + 1, left) for inner in inside)
    return ErrorNode(plain.text(value.get("code"), 300), message, plain.text(value.get("target"), 1000),
                     tuple(node for node in found if node), _info(value.get("additionalInfo")))


def _info(value: Any) -> tuple[tuple[str, str], ...]:
    rows = [row for row in plain.rows(value, 20) if isinstance(row, dict)]
    return tuple((plain.text(row.get("type"), 100), _flat(row.get("info"))) for row in rows)


def _flat(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"value"}:
        value = value["value"]
    try:
        return plain.text(value if isinstance(value, str) else json.dumps(value), 1000)
    except (ValueError, RecursionError):
        return ""


def activity(raw: Json) -> ActivityFacts:
    """One row of the activity log; its error is a JSON text in `properties.statusMessage` (azure/WIRE 9)."""
    event_id = plain.text(raw.get("eventDataId"), 100) or plain.text(raw.get("id"), 1000)
    if not event_id:
        raise Malformed("it has no id")
    return ActivityFacts(
        event_id=event_id, at=plain.moment(raw.get("eventTimestamp")),
        resource_id=plain.text(raw.get("resourceId"), 1000), operation=_value(raw, "operationName"),
        status=_value(raw, "status"), caller=plain.text(raw.get("caller"), 300),
        error=_status_message(raw), correlation_id=plain.text(raw.get("correlationId"), 100))


def _value(raw: Json, name: str) -> str:
    found = raw.get(name)
    return plain.text(plain.table(found).get("value") if isinstance(found, dict) else found, 300)


def _status_message(raw: Json) -> ErrorNode | None:
    said = plain.table(raw.get("properties")).get("statusMessage")
    if not isinstance(said, str) or not said:
        return None
    try:
        whole = json.loads(said)
    except (ValueError, RecursionError):
        whole = None
    if not isinstance(whole, dict):
        return ErrorNode(_value(raw, "subStatus"), plain.text(said, LONGEST))
    # The body of a success (a whole resource) comes here too, and is no error.
    return error_tree(whole.get("error") or (whole if "code" in whole and "message" in whole else None))


def asset_named(kind: str, reference: str, place: Place) -> AssetFacts:
    """What a reference names, before anybody is asked: with `said` where it cannot be asked for in this workspace.

    Forms: a workspace's ARM id, azureml:name:version, azureml://…/models/name/versions/1 (azure/WIRE 4.3).
    """
    reference = plain.text(reference, 1000)
    short = _SHORT.fullmatch(reference)
    word = _WORDS[kind]
    name = short[1] if short else plain.after(reference, word)
    version = short[2] if short else plain.after(reference, "versions")
    return AssetFacts(kind, reference, name, version, said=_why_not(reference, name, version, place))


def _why_not(reference: str, name: str, version: str, place: Place) -> str:
    low = reference.lower()
    if low.startswith("azureml://registries/") or "/registries/" in low:
        return "kept in a registry, not asked"
    if not name or not version:
        return "names no registered version, not asked"
    if "/subscriptions/" in low:
        whose = tuple(plain.after(reference, word).lower()
                      for word in ("subscriptions", "resourceGroups", "workspaces"))
        if whose != (place.subscription.lower(), place.group.lower(), place.workspace.lower()) and all(whose):
            return "kept in another workspace, not asked"
    return ""


def asset_body(raw: Json) -> dict[str, str]:
    """The fields of AssetFacts that the body of a model, environment or code version fills."""
    inner = plain.table(raw.get("properties"))
    build = plain.table(inner.get("build"))
    uri = inner.get("modelUri") or inner.get("codeUri") or build.get("contextUri")
    return {"image": plain.text(inner.get("image"), 1000), "uri": plain.text(uri, 2000),
            "flavor": plain.text(inner.get("modelType"), 100), "conda": plain.text(inner.get("condaFile"))}


def is_operation(uri: str, subscription: str) -> bool:
    """Whether the path of an address is one under which Azure ML keeps a subscription's operations (azure/WIRE 3.6)."""
    try:
        path = unquote(urlsplit(uri).path)
    except ValueError:
        return False
    under = f"/subscriptions/{subscription}/providers/Microsoft.MachineLearningServices/locations/".lower()
    odd = any(part in ("", ".", "..") for part in path.split("/")[1:]) or any(c in path for c in "\\%#")
    return path.lower().startswith(under) and path.isprintable() and not odd
