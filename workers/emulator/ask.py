"""One request to the emulator, its answer, and the pages that long answers are cut into."""
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from workers.emulator.plan import Deployment, Endpoint, Workspace
from workers.emulator.world import World


@dataclass
class Ask:
    """A request that has found its route; `names` are the parts of the path."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]
    world: World
    now: datetime
    route: str = ""
    names: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://{self.headers.get('host', '127.0.0.1')}"


@dataclass
class Answer:
    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    manner: str = ""
    pace: float = 1.0


class Refused(Exception):
    """An answer that is an error of ARM."""

    def __init__(self, status: int, code: str, message: str, details: list | None = None) -> None:
        super().__init__(message)
        error = {"code": code, "message": message, **({"details": details} if details else {})}
        self.answer = Answer(status, {"error": error})


def paged(ask: Ask, items: list, size: int) -> Answer:
    """One page, with a `nextLink` on the request's own host."""
    start = _position(ask.query.get("$skip") or ask.query.get("$skiptoken") or "")
    top = int(ask.query["$top"]) if ask.query.get("$top", "").isdigit() else size
    size = min(size, max(top, 1))
    body: dict[str, Any] = {"value": items[start:start + size]}
    if start + size < len(items):
        kept = "&".join(f"{quote(key)}={quote(value, safe='')}" for key, value in ask.query.items()
                        if key not in ("$skip", "$skiptoken"))
        body["nextLink"] = f"{ask.origin}{ask.path}?{kept}&$skip={quote(f'p/{start + size}+==', safe='')}"
    return Answer(200, body)


def _position(token: str) -> int:
    digits = "".join(sign for sign in token if sign.isdigit())
    return int(digits) if digits else 0


def workspace_of(ask: Ask) -> Workspace:
    names = ask.names
    found = ask.world.workspace(names["sub"], names["group"], names["ws"])
    if found:
        return found
    groups = {w.group.lower() for w in ask.world.fleet.workspaces if w.subscription.lower() == names["sub"].lower()}
    if names["group"].lower() not in groups:
        raise Refused(404, "ResourceGroupNotFound", f"Resource group '{names['group']}' could not be found.")
    raise not_found(f"Microsoft.MachineLearningServices/workspaces/{names['ws']}", names["group"])


def not_found(what: str, group: str) -> Refused:
    text = (f"The Resource '{what}' under resource group '{group}' was not found. "
            "For more details please go to https://aka.ms/ARMResourceNotFoundFix")
    return Refused(404, "ResourceNotFound", text)


def endpoint_of(ask: Ask) -> Endpoint:
    workspace = workspace_of(ask)
    found = ask.world.endpoint(workspace, ask.names["ep"], ask.now)
    if not found:
        what = f"Microsoft.MachineLearningServices/workspaces/{workspace.name}/onlineEndpoints/{ask.names['ep']}"
        raise not_found(what, workspace.group)
    return found


def deployment_of(ask: Ask) -> tuple[Endpoint, Deployment]:
    endpoint = endpoint_of(ask)
    found = ask.world.deployment(endpoint, ask.names["dep"], ask.now)
    if not found:
        what = (f"Microsoft.MachineLearningServices/workspaces/{endpoint.workspace.name}/onlineEndpoints/"
                f"{endpoint.name}/deployments/{ask.names['dep']}")
        raise not_found(what, endpoint.workspace.group)
    return endpoint, found


def subscription_of(ask: Ask) -> str:
    if ask.names["sub"].lower() not in ask.world.subscriptions():
        text = f"The subscription '{ask.names['sub']}' could not be found."
        raise Refused(404, "SubscriptionNotFound", text)
    return ask.names["sub"]
