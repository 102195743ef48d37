"""Faults that spoil a true answer's body."""
import copy
import json
from collections.abc import Callable
from typing import Any

from workers.emulator.ask import Answer, Ask
from workers.emulator.draw import Draw

ANSI = "\x1b[31mERROR\x1b[0m \x1b[2K\x1b]0;title\x07 progress\r 10%\r 20%\x08 \x00\u202eabc\ufeff"
LEAKY_TEXT = (
    "connecting to https://stfault.blob.core.windows.net/c/b?sv=2023-11-03&sig={sig}\n"
    "DefaultEndpointsProtocol=https;AccountName=stfault;AccountKey={key};EndpointSuffix=core.windows.net\n"
    "Authorization: Bearer {token}\n")
SECRETS = {"sig": "fAuLt5igNature0000000000000000000000000000%3D", "key": "fAuLtKey" * 10 + "AAAAAA==",
           "token": "eyJhbGciOiJSUzI1NiJ9.eyJmYXVsdCI6InRva2VuIn0.c2lnbmF0dXJlLW9mLWZhdWx0"}
Spoiler = Callable[[Ask, Answer, dict[str, Any]], Answer]


def _items(answer: Answer) -> list[dict]:
    """The items of a list, or the one body."""
    body = answer.body
    found = body["value"] if isinstance(body, dict) and isinstance(body.get("value"), list) else [body]
    return [item for item in found if isinstance(item, dict)]


def raw_of(text: bytes) -> Spoiler:
    return lambda ask, answer, args: Answer(200, None, raw=text)


def broken_json(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, None, raw=json.dumps(answer.body).encode()[:-7] + b",,")


def invalid_utf8(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, None, raw=json.dumps(answer.body).encode().replace(b'"name": "', b'"name": "\xff\xfe', 1))


def value_missing(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, {key: value for key, value in answer.body.items() if key != "value"})


def value_empty(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, {"value": []})


def value_null(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, {**answer.body, "value": None})


def null_items(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, {**answer.body, "value": [None, *answer.body.get("value", []), None]})


def malformed_item(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    """One item more in the page, which is wrong in every field."""
    bad = {"id": 17, "name": ["x"], "properties": "none", "tags": 3, "sku": [],
           "systemData": {"createdAt": "yesterday"}}
    return Answer(200, {**answer.body, "value": [bad, *answer.body.get("value", [])]})


def wrong_types(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer):
        item.update(tags="no tags", location=7, sku={"capacity": "many"}, properties=[1, 2, 3])
    return answer


def bad_date(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer)[:1]:
        item["systemData"] = {**item.get("systemData", {}), "createdAt": args.get("value", "2026-13-45T99:99:99Z")}
        item["startTime"] = item["endTime"] = args.get("value", "not a date")
    return answer


def error_said(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    """The error of an operation in other words, repeated in details so many levels below each other."""
    if isinstance(answer.body.get("error"), dict):
        said = {"code": args.get("code", "ResourceNotReady"), "message": str(args.get("text", "")), "details": []}
        for _ in range(int(args.get("deep", 0))):
            said = {**said, "details": [said]}
        answer.body["error"] = said
    return answer


def many_items(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    """The first item of a list so many times, each under a name of its own."""
    items, found = _items(answer), []
    for number in range(int(args.get("count", 10_000)) if items else 0):
        name = f"{items[0].get('name')}-{number}"
        found.append({**items[0], "name": name, "id": f"{str(items[0].get('id')).rpartition('/')[0]}/{name}"})
    return Answer(200, {**answer.body, "value": [*items, *found]})


def body_text(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    """A body of any text, JSON or not; `{body}` in it stands for what the body would be without its last brace."""
    whole = json.dumps(answer.body)[:-1]
    return Answer(200, None, raw=str(args.get("text", "")).replace("{body}", whole).encode())


def property_set(name: str, value: object) -> Spoiler:
    def spoil(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
        for item in _items(answer):
            if isinstance(item.get("properties"), dict):
                item["properties"][name] = args.get("value", value)
        return answer
    return spoil


def properties_null(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer):
        item["properties"] = None
    return answer


def extra_fields(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer):
        item["novelty"] = {"deep": [1, {"x": None}]}
        if isinstance(item.get("properties"), dict):
            item["properties"]["startupProbe"] = {"initialDelay": "PT10S"}
    return answer


def _linked(answer: Answer, link: str) -> Answer:
    return Answer(200, {**answer.body, "nextLink": link})


def endless_next_link(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return _linked(answer, f"{ask.origin}{ask.path}?api-version={ask.query.get('api-version', '')}&$skip=p%2F0")


def foreign_next_link(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return _linked(answer, f"http://{args.get('host', '127.0.0.1:9')}{ask.path}?api-version=2023-04-01&$skip=p%2F4")


def relative_next_link(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    link = answer.body.get("nextLink")
    return _linked(answer, link.removeprefix(ask.origin)) if link else answer


def empty_page(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    """An empty page in the middle: nothing in it, but a way on to where it stands."""
    if ask.query.get("empty"):
        return answer
    kept = "&".join(f"{key}={value}" for key, value in ask.query.items())
    return Answer(200, {"value": [], "nextLink": f"{ask.origin}{ask.path}?{kept}&empty=1"})


def foreign_operation(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer):
        inner = (item.get("properties") or {}).get("properties") or {}
        url = inner.get("AzureAsyncOperationUri")
        if url:
            inner["AzureAsyncOperationUri"] = url.replace(ask.origin, f"http://{args.get('host', '127.0.0.1:9')}")
    return answer


def operation_absent(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer):
        ((item.get("properties") or {}).get("properties") or {}).pop("AzureAsyncOperationUri", None)
    return answer


def status_in_properties(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    body = dict(answer.body)
    body["properties"] = {"status": body.pop("status", None), "error": body.pop("error", None)}
    return Answer(200, body)


def usages_weird(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    odd = ((None, -1), (5, 0), (90, 10), ("12", "twenty"), (-4, 2**63), (1.5, None))
    for row, (used, limit) in zip(_items(answer), odd, strict=False):
        row.update(currentValue=used, limit=limit)
    answer.body["value"].append({"id": None, "type": None, "name": {"value": "standardUnheardOfFamily"}, "limit": 4})
    return answer


def limits_raised(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for row in _items(answer):
        row["limit"] = row["limit"] + int(args.get("by", 100)) if row.get("limit", -1) >= 0 else row["limit"]
    return answer


def case_changed(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    for item in _items(answer):
        if isinstance(item.get("id"), str):
            item["id"] = item["id"].upper()
    return answer


def huge_body(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    return Answer(200, {**answer.body, "padding": "x" * int(args.get("bytes", 20_000_000))})


def content(text: Callable[[str, dict[str, Any]], str | None]) -> Spoiler:
    def spoil(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
        return Answer(200, {"content": text(answer.body.get("content") or "", args)})
    return spoil


def _progress(text: str, args: dict[str, Any]) -> str:
    """Image pull progress as one pull was seen to leave it: 373 KB."""
    draw, found = Draw("progress"), text
    while len(found) < int(args.get("bytes", 373_000)):
        lines = []
        for _ in range(20):
            done = draw.count(1, 32)
            lines.append(f"layer-sha256:{draw.hex(64)}: downloading |{'+' * done}{'-' * (32 - done)}|")
        lines.append(f"elapsed: {draw.count(1, 80)}.1s total: {draw.count(1, 900)}.0 MiB")
        found += "\n".join(lines) + "\n"
    return found


def activity_odd(ask: Ask, answer: Answer, args: dict[str, Any]) -> Answer:
    """Everything twice, out of order, and messages that are not JSON."""
    events = copy.deepcopy(_items(answer))
    for event in events:
        event["properties"] = {**(event.get("properties") or {}), "statusMessage": "The request is invalid. {not json"}
    return Answer(200, {**answer.body, "value": [*reversed(events), *events]})


BODIES: dict[str, Spoiler] = {
    "empty_body": raw_of(b""), "null_body": raw_of(b"null"), "list_body": raw_of(b"[]"), "broken_json": broken_json,
    "invalid_utf8": invalid_utf8, "value_missing": value_missing, "value_empty": value_empty, "value_null": value_null,
    "null_items": null_items, "malformed_item": malformed_item, "wrong_types": wrong_types, "bad_date": bad_date,
    "error_said": error_said, "many_items": many_items, "body_text": body_text,
    "unknown_state": property_set("provisioningState", "Paused"), "unknown_auth": property_set("authMode", "Telepathy"),
    "unknown_compute_type": property_set("endpointComputeType", "Quantum"), "properties_null": properties_null,
    "extra_fields": extra_fields, "endless_next_link": endless_next_link, "foreign_next_link": foreign_next_link,
    "relative_next_link": relative_next_link, "empty_page": empty_page, "foreign_operation": foreign_operation,
    "operation_absent": operation_absent, "status_in_properties": status_in_properties, "usages_weird": usages_weird,
    "limits_raised": limits_raised, "case_changed": case_changed, "huge_body": huge_body,
    "content_null": content(lambda text, args: None), "content_empty": content(lambda text, args: ""),
    "content_text": content(lambda text, args: str(args.get("text", ""))), "content_progress": content(_progress),
    "content_ansi": content(lambda text, args: text + ANSI),
    "content_secrets": content(lambda text, args: text + LEAKY_TEXT.format(**SECRETS)),
    "content_shrunk": content(lambda text, args: text[: len(text) // 2]), "activity_odd": activity_odd,
}
