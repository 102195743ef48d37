"""Which path is which question; everything else is unknown, or forbidden."""
import re
from collections.abc import Callable

from workers.emulator.answers import activity, artifacts, fleet, logs, operations, room
from workers.emulator.ask import Answer, Ask, Refused

ML = "/subscriptions/(?P<sub>[^/]+)/providers/microsoft.machinelearningservices"
GROUP = ("/subscriptions/(?P<sub>[^/]+)/resourcegroups/(?P<group>[^/]+)"
         "/providers/microsoft.machinelearningservices/workspaces")
WS = f"{GROUP}/(?P<ws>[^/]+)"
LOC = f"{ML}/locations/(?P<loc>[^/]+)"
EP = f"{WS}/onlineendpoints/(?P<ep>[^/]+)"
DEP = f"{EP}/deployments/(?P<dep>[^/]+)"
VERSION = "/(?P<name>[^/]+)/versions/(?P<version>[^/]+)"

TABLE = (
    ("workspaces.list", "GET", f"{ML}/workspaces", fleet.workspaces),
    ("workspaces.list_by_group", "GET", GROUP, fleet.workspaces),
    ("workspaces.get", "GET", WS, fleet.workspace),
    ("endpoints.list", "GET", f"{WS}/onlineendpoints", fleet.endpoints),
    ("endpoints.get", "GET", EP, fleet.endpoint),
    ("deployments.list", "GET", f"{EP}/deployments", fleet.deployments),
    ("deployments.get", "GET", DEP, fleet.deployment),
    ("deployments.get_logs", "POST", f"{DEP}/getlogs", logs.read),
    ("deployments.skus", "GET", f"{DEP}/skus", room.skus),
    ("usages", "GET", f"{LOC}/usages", room.usages),
    ("quotas", "GET", f"{LOC}/quotas", room.quotas),
    ("vm_sizes", "GET", f"{LOC}/vmsizes", room.vm_sizes),
    ("operation_status", "GET", f"{LOC}/mfeoperationsstatus/(?P<op>[^/]+)", operations.status),
    ("operation_result", "GET", f"{LOC}/mfeoperationresults/(?P<op>[^/]+)", operations.result),
    ("models.get", "GET", f"{WS}/models{VERSION}", artifacts.model),
    ("environments.get", "GET", f"{WS}/environments{VERSION}", artifacts.environment),
    ("codes.get", "GET", f"{WS}/codes{VERSION}", artifacts.code),
    ("computes.list", "GET", f"{WS}/computes", room.computes),
    ("features", "GET", f"{WS}/features", room.features),
    ("activity", "GET",
     "/subscriptions/(?P<sub>[^/]+)/providers/microsoft.insights/eventtypes/management/values", activity.events),
)
ROUTES = tuple((name, method, re.compile(pattern, re.IGNORECASE), answer) for name, method, pattern, answer in TABLE)
FORBIDDEN_ENDS = ("listkeys", "token", "regeneratekeys", "score", "register")


def find(ask: Ask) -> Callable[[Ask], Answer]:
    """The answer's function, with the route's name and the path's parts put into the request."""
    for name, method, pattern, answer in ROUTES:
        found = pattern.fullmatch(ask.path.rstrip("/"))
        if found and (method == ask.method or (ask.method == "HEAD" and method == "GET")):
            ask.route, ask.names = name, found.groupdict()
            return answer
    ask.route, ask.names = "unknown", _named(ask.path)
    return _unknown


def _named(path: str) -> dict[str, str]:
    """Workspace, endpoint and deployment of a path that has no route, for faults and counts."""
    found = re.match(f"{WS}(?:/onlineendpoints/(?P<ep>[^/]+)(?:/deployments/(?P<dep>[^/]+))?)?", path, re.IGNORECASE)
    return {key: value for key, value in found.groupdict().items() if value} if found else {}


def forbidden(ask: Ask) -> bool:
    """Secrets, scoring, registration, and every write: the product may never ask for these."""
    if ask.path.lower().rstrip("/").rsplit("/", 1)[-1] in FORBIDDEN_ENDS:
        return True
    return ask.method not in ("GET", "HEAD") and ask.route == "unknown"


def _unknown(ask: Ask) -> Answer:
    raise Refused(404, "InvalidResourceType", f"The resource type could not be found for the path '{ask.path}'.")
