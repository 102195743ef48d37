"""The activity log: who did what, some minutes late, often silent about failures."""
import json
import re
from collections.abc import Iterator
from datetime import datetime

from workers.emulator import formats
from workers.emulator.ask import Answer, Ask, Refused, paged, subscription_of
from workers.emulator.clock import parse_moment
from workers.emulator.draw import Draw
from workers.emulator.plan import PROVIDER, Attempt, Refusal, Workspace, minutes, seconds

PAGE = 20
CLAUSE = re.compile(r"(\w+)\s+(ge|le|eq)\s+'([^']*)'", re.IGNORECASE)
ONE_OF = ("resourcegroupname", "resourceuri", "resourceprovider", "correlationid")


def events(ask: Ask) -> Answer:
    subscription = subscription_of(ask).lower()
    since, until, key, wanted = _filter(ask.query.get("$filter", ""))
    found = [event for event in _all(ask) if event["subscriptionId"].lower() == subscription
             and since <= parse_moment(event["eventTimestamp"]) <= until
             and parse_moment(event["submissionTimestamp"]) <= ask.now and _matches(event, key, wanted)]
    found.sort(key=lambda event: event["eventTimestamp"], reverse=True)
    return paged(ask, [_selected(event, ask.query.get("$select", "")) for event in found], PAGE)


def _selected(event: dict, select: str) -> dict:
    kept = {name.strip().lower() for name in select.split(",") if name.strip()}
    return {name: value for name, value in event.items() if not kept or name.lower() in kept}


def _filter(text: str) -> tuple[datetime, datetime, str, str]:
    since = until = None
    key = wanted = ""
    for name, comparison, value in CLAUSE.findall(text):
        if name.lower() == "eventtimestamp":
            since, until = (_moment(value), until) if comparison.lower() == "ge" else (since, _moment(value))
        elif name.lower() in ONE_OF and comparison.lower() == "eq" and not key:
            key, wanted = name.lower(), value.lower()
        else:
            raise Refused(400, "BadRequest", f"The filter clause '{name}' is not supported.")
    if since is None or CLAUSE.sub("", text).lower().replace("and", "").strip():
        raise Refused(400, "BadRequest", "The $filter must limit eventTimestamp and use supported clauses only.")
    return since, until or datetime.max.replace(tzinfo=since.tzinfo), key, wanted


def _moment(text: str) -> datetime:
    try:
        return parse_moment(text)
    except ValueError:
        raise Refused(400, "BadRequest", f"'{text}' is not a valid timestamp.") from None


def _matches(event: dict, key: str, wanted: str) -> bool:
    values = {"": wanted, "resourcegroupname": event["resourceGroupName"], "resourceuri": event["resourceId"],
              "resourceprovider": event["resourceProviderName"]["value"], "correlationid": event["correlationId"]}
    found = values[key].lower()
    return found.startswith(wanted) if key == "resourceuri" else found == wanted


def _all(ask: Ask) -> Iterator[dict]:
    for endpoint in ask.world.fleet.endpoints:
        for attempt in endpoint.attempts:
            if attempt.started <= ask.now:
                place = f"onlineEndpoints/{endpoint.name}"
                yield from _chain(attempt, endpoint.workspace, place, endpoint.creator, ask.now)
        for deployment in endpoint.deployments:
            place = f"onlineEndpoints/{endpoint.name}/deployments/{deployment.name}"
            for attempt in deployment.history(ask.now):
                yield from _chain(attempt, endpoint.workspace, place, deployment.creator, ask.now)
    for refusal in ask.world.fleet.refusals:
        if refusal.row and refusal.at <= ask.now:
            yield _refused(refusal)


def _chain(attempt: Attempt, workspace: Workspace, place: str, caller: str | None, now: datetime) -> Iterator[dict]:
    """Started, Accepted, and the end, under one correlation id; most failures never get a row for their end."""
    draw = attempt.cast.draw.sub("activity", attempt.operation)
    correlation = draw.guid()
    steps = [("Started", "", attempt.started), ("Accepted", "Created", attempt.started + seconds(1.4))]
    over, failed = not attempt.running(now), attempt.act.outcome != "Succeeded"
    if over and (not failed or draw.chance(0.25)):
        steps.append(("Failed" if failed else "Succeeded", "", attempt.ended))
    verb = "delete" if attempt.kind == "delete" else "write"
    for number, (status, sub, at) in enumerate(steps):
        yield _event(draw.sub(number), workspace, place, verb, status, sub, at, correlation, caller, None)


def _refused(refusal: Refusal) -> dict:
    draw = Draw("activity", refusal.workspace.guid, refusal.endpoint, refusal.deployment)
    place = f"onlineEndpoints/{refusal.endpoint}/deployments/{refusal.deployment}"
    return _event(draw, refusal.workspace, place, "write", "Failed", "BadRequest", refusal.at, draw.guid(),
                  "ada.larsen@contoso.com", refusal.error)


def _event(draw: Draw, workspace: Workspace, place: str, verb: str, status: str, sub: str, at: datetime,
           correlation: str, caller: str | None, error: dict | None) -> dict:
    kind = "workspaces/onlineEndpoints" + ("/deployments" if "/deployments/" in place else "")
    provider = PROVIDER if draw.chance(0.6) else PROVIDER.upper()
    resource, event = f"{workspace.id}/{place}", draw.guid()
    message = {"statusMessage": json.dumps(error)} if error else {}
    words = {"write": "Create or update online deployment", "delete": "Delete online deployment"}
    return {
        "eventDataId": event, "id": f"{resource}/events/{event}/ticks/{int(at.timestamp() * 10**7)}",
        "correlationId": correlation, "operationId": correlation, "caller": caller or "sp-mlops-release",
        "level": "Error" if status == "Failed" else "Informational",
        "operationName": {"value": f"{PROVIDER}/{kind}/{verb}", "localizedValue": words[verb]},
        "category": {"value": "Administrative", "localizedValue": "Administrative"},
        "resourceProviderName": {"value": provider, "localizedValue": provider}, "resourceGroupName": workspace.group,
        "resourceId": resource, "resourceType": {"value": f"{PROVIDER}/{kind}"},
        "status": {"value": status, "localizedValue": status}, "subStatus": {"value": sub, "localizedValue": sub},
        "eventTimestamp": formats.zulu(at), "submissionTimestamp": formats.zulu(at + minutes(draw.between(3, 20)), 0),
        "subscriptionId": workspace.subscription, "tenantId": workspace.tenant,
        "httpRequest": {"clientRequestId": draw.guid(), "clientIpAddress": "203.0.113.7", "method": "PUT"},
        "properties": {"statusCode": sub or "OK", "serviceRequestId": None, **message,
                       "eventCategory": "Administrative", "entity": resource},
    }
