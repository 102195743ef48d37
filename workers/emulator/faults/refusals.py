"""Faults that answer in place of Azure: throttles, denials, breakdowns, and bad connections."""
import base64
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

from workers.emulator.ask import Answer, Ask

HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"
LOGIN = b"<!DOCTYPE html><html><body><form action=/login><input name=user></form></body></html>"
ACTIONS = {"deployments.get_logs": "workspaces/onlineEndpoints/deployments/getLogs/action",
           "usages": "locations/usages/read", "quotas": "locations/quotas/read",
           "endpoints.list": "workspaces/onlineEndpoints/read", "endpoints.get": "workspaces/onlineEndpoints/read",
           "deployments.list": "workspaces/onlineEndpoints/deployments/read",
           "deployments.get": "workspaces/onlineEndpoints/deployments/read",
           "computes.list": "workspaces/computes/read"}
Refusal = Callable[[Ask, dict[str, Any]], Answer]


def _error(status: int, code: str, text: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"error": {"code": code, "message": text}}, headers or {})


def throttle(ask: Ask, args: dict[str, Any]) -> Answer:
    """`retry_after`: seconds, a text sent as it is, "date" for the date form, or null for no header."""
    after = args.get("retry_after", 10)
    shown = formatdate(time.time() + float(args.get("seconds", 30)), usegmt=True) if after == "date" else after
    headers = {} if after is None else {"Retry-After": str(shown)}
    if args.get("form") == "aml":
        return _error(429, "TooManyRequests", "Too many requests. Please try again later.", headers)
    text = (f"Number of 'read' requests for subscription '{ask.names.get('sub', '')}' actor "
            f"'00000000-0000-0000-0000-000000000001' exceeded. Please try again after '{after}' seconds.")
    return _error(429, "SubscriptionRequestsThrottled", text, headers)


def expired(ask: Ask, args: dict[str, Any]) -> Answer:
    text = "The access token expiry UTC time is earlier than current UTC time."
    return _error(401, "ExpiredAuthenticationToken", text, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def claims(ask: Ask, args: dict[str, Any]) -> Answer:
    asked = base64.b64encode(b'{"access_token":{"nbf":{"essential":true,"value":"1764000000"}}}').decode()
    challenge = ('Bearer authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
                 f'error="insufficient_claims", claims="{asked}"')
    headers = {"WWW-Authenticate": challenge}
    return _error(401, "InvalidAuthenticationToken", "The access token has been revoked.", headers)


def forbidden(ask: Ask, args: dict[str, Any]) -> Answer:
    action = f"Microsoft.MachineLearningServices/{ACTIONS.get(ask.route, 'workspaces/read')}"
    if ask.route == "activity":
        action = "Microsoft.Insights/eventtypes/values/read"
    text = ("The client '00000000-0000-0000-0000-000000000002' with object id '00000000-0000-0000-0000-000000000001' "
            f"does not have authorization to perform action '{action}' over scope '{ask.path}' or the scope is "
            "invalid. If access was recently granted, please refresh your credentials.")
    return _error(403, "AuthorizationFailed", text)


def no_group(ask: Ask, args: dict[str, Any]) -> Answer:
    return _error(404, "ResourceGroupNotFound", f"Resource group '{ask.names.get('group', '')}' could not be found.")


def no_resource(ask: Ask, args: dict[str, Any]) -> Answer:
    return _error(404, "ResourceNotFound", f"The Resource '{ask.path}' was not found.")


def conflict(ask: Ask, args: dict[str, Any]) -> Answer:
    return _error(409, "Conflict", "Another operation on this resource is in progress.")


def not_registered(ask: Ask, args: dict[str, Any]) -> Answer:
    text = "The subscription is not registered to use namespace 'Microsoft.MachineLearningServices'."
    return _error(409, "MissingSubscriptionRegistration", text)


def status_of(status: int, code: str, text: str) -> Refusal:
    return lambda ask, args: _error(status, code, text)


def page_of(status: int, page: bytes) -> Refusal:
    return lambda ask, args: Answer(status, None, raw=page, content_type="text/html")


def manner_of(manner: str) -> Refusal:
    """A bad connection; the true answer is what it spoils, so this only marks the way."""
    return lambda ask, args: Answer(0, None, manner=manner, pace=float(args.get("seconds") or 1.0))


def redirect(ask: Ask, args: dict[str, Any]) -> Answer:
    return Answer(302, None, {"Location": f"http://{args.get('host', '127.0.0.1:9')}{ask.path}"})


REFUSALS: dict[str, Refusal] = {
    "throttle": throttle, "expired_token": expired, "claims": claims, "forbidden": forbidden,
    "not_found_group": no_group, "not_found": no_resource, "conflict": conflict, "not_registered": not_registered,
    "error_500": status_of(500, "InternalServerError", "An internal error has occurred."),
    "bad_gateway_html": page_of(502, HTML), "login_page": page_of(200, LOGIN),
    "unavailable": status_of(503, "ServiceUnavailable", "The service is unavailable."),
    "gateway_timeout": status_of(504, "GatewayTimeout", "The gateway did not receive a response in time."),
    "bad_request": status_of(400, "invalid_request", "The token request is malformed."),
    "redirect": redirect,
    "reset": manner_of("reset"), "drop": manner_of("drop"), "slow_headers": manner_of("slow_headers"),
    "slow_body": manner_of("slow_body"), "silent": manner_of("silent"), "delay": manner_of("delay"),
    "gzip_bomb": manner_of("gzip_bomb"),
}
