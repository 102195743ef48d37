"""The Azure side of one request: token, permission, route, faults, answer."""
import copy
import time
from collections.abc import Callable, Iterator
from urllib.parse import parse_qsl

from workers.emulator import routes
from workers.emulator.ask import Answer, Ask, Refused
from workers.emulator.draw import Draw
from workers.emulator.faults import BODIES, REFUSALS
from workers.emulator.faults.board import Fault
from workers.emulator.plan import minutes
from workers.emulator.stage import Stage

SIGN_IN = "/msi/token"
Serve = Callable[[Ask], Answer]


def answer(stage: Stage, ask: Ask) -> Answer:
    """What Azure would say, with the faults that are switched on for this request."""
    serve = _token if ask.path.lower() == SIGN_IN else routes.find(ask)
    ask.route = "token" if serve is _token else ask.route
    stage.calls.count(ask.method, ask.route)
    if serve is not _token and routes.forbidden(ask):
        return _forbidden(stage, ask)
    faults = [*stage.board.taken(ask), *_standing(ask)]
    manner: Answer | None = None
    for fault in faults:
        if fault.name in REFUSALS:
            refused = REFUSALS[fault.name](ask, fault.args)
            if not refused.manner:
                return refused
            manner = refused
    found = _true_answer(ask, serve)
    for fault in faults:
        if fault.name in BODIES and found.status == 200 and isinstance(found.body, dict):
            found = BODIES[fault.name](ask, copy.deepcopy(found), fault.args)
    if manner:
        found.manner, found.pace = manner.manner, manner.pace
    return found


def _standing(ask: Ask) -> Iterator[Fault]:
    """The faults that the world itself plays for this request at this moment."""
    for workspace, outage in ask.world.fleet.outages:
        names = {"subscription": workspace.subscription, "group": workspace.group, "workspace": workspace.name}
        fault = Fault(outage.fault, {**names, "route": outage.route})
        if outage.since <= (ask.now - ask.world.start) / minutes(1) < outage.until and fault.fits(ask):
            yield fault


def _true_answer(ask: Ask, serve: Serve) -> Answer:
    try:
        if serve is not _token:
            _check(ask)
            ask.world.turn_to(ask.now)
        return serve(ask)
    except Refused as refused:
        return refused.answer


def _check(ask: Ask) -> None:
    if not ask.headers.get("authorization", "").lower().startswith("bearer "):
        raise Refused(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
    if not ask.query.get("api-version"):
        raise Refused(400, "MissingApiVersionParameter",
                      "The api-version query parameter (?api-version=) is required for all requests.")


def _forbidden(stage: Stage, ask: Ask) -> Answer:
    stage.calls.forbid({"method": ask.method, "path": ask.path, "at": stage.clock.now().isoformat()})
    text = (f"The client does not have authorization to perform '{ask.method}' on '{ask.path}': "
            "this emulator allows no writes, secrets or scoring.")
    return Answer(403, {"error": {"code": "AuthorizationFailed", "message": text}})


def _token(ask: Ask) -> Answer:
    """The App-Service-style token endpoint."""
    if ask.method != "GET":
        return Answer(405, {"statusCode": 405, "message": "Method not allowed."})
    if not ask.headers.get("x-identity-header"):
        return Answer(401, {"statusCode": 401, "message": "The X-IDENTITY-HEADER header is missing."})
    ends = int(time.time()) + 86_000
    return Answer(200, {"access_token": f"emulator-{ends}", "expires_on": str(ends), "token_type": "Bearer",
                        "resource": ask.query.get("resource", ""), "client_id": ask.query.get("client_id", "")})


def query_of(text: str) -> dict[str, str]:
    """Query parameters with their names in lower case."""
    return {key.lower(): value for key, value in parse_qsl(text, keep_blank_values=True)}


def headers_of(ask: Ask) -> dict[str, str]:
    """The headers that Azure sends with every answer."""
    draw = Draw("headers", ask.path, time.time_ns())
    place = ask.names.get("loc", "westeurope")
    request = draw.guid()
    return {
        "Cache-Control": "no-cache", "Pragma": "no-cache", "Expires": "-1",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains", "X-Content-Type-Options": "nosniff",
        "x-ms-request-id": request, "x-ms-correlation-request-id": draw.guid(), "x-ms-response-type": "standard",
        "x-ms-routing-request-id": f"{place.upper()}:{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}:{request}",
        "x-aml-cluster": f"vienna-{place}-01", "x-request-time": f"{draw.between(0.013, 0.19):.3f}",
        "Server-Timing": f'traceparent;desc="00-{draw.hex(32)}-{draw.hex(16)}-01"',
        "Request-Context": f"appId=cid-v1:{draw.guid()}", **_remaining(ask, draw),
    }


def _remaining(ask: Ask, draw: Draw) -> dict[str, str]:
    kind = "reads" if ask.method in ("GET", "HEAD") else "writes"
    left = draw.count(200, 249)
    return {f"x-ms-ratelimit-remaining-subscription-{kind}": str(left),
            f"x-ms-ratelimit-remaining-subscription-global-{kind}": str(left * 15)}
