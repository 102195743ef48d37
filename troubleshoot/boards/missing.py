"""What Azure does not let us read: the exact action, its scope, the identity, and the command that grants it."""
import hashlib
import json
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.boards.spaces import Space
from troubleshoot.boards.words import Moment, moment

_ML = "Microsoft.MachineLearningServices/"
_WORKSPACE = "/subscriptions/{0}/resourceGroups/{1}/providers/Microsoft.MachineLearningServices/workspaces/{2}"
# only what a reader needs: whatever a refusal says, no wider role is offered
_ACTION = re.compile(r"perform (?:the )?action\(?s?\)?:? '(Microsoft\.(?:MachineLearningServices|Insights)/"
                     r"[A-Za-z0-9/]{3,150}/(?:read|getLogs/action))'", re.IGNORECASE)
_IDENTITY = re.compile(
    r"client '([^'\s]{1,200})' with object id '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'", re.IGNORECASE)
REFUSED = "authorization to perform"  # how Azure's sentence says it


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that the watches read: its column, what is lost without it, and the action that it should need."""

    poll: str
    column: str
    words: str
    lost: str
    action: str
    wide: bool = False  # granted on the subscription


SOURCES = {one.poll: one for one in (
    Source("workspaces", "", "the list of workspaces", "No new workspace is found, and a deleted one is not noticed. "
           "What is watched already goes on.", _ML + "workspaces/read", True),
    Source("endpoints", "Endpoints", "endpoints", "No endpoint, deployment or attempt of it is seen, or not all are.",
           _ML + "workspaces/onlineEndpoints/read"),
    Source("attempts", "Operations", "operations", "The error that Azure keeps with an attempt, and its exact times. "
           "States and logs still work.", _ML + "locations/mfeOperationsStatus/read", True),
    Source("logs", "Logs", "logs", "Every cause that only a line of the container proves: it stays not known. "
           "States, Azure's errors and quota still work.",
           _ML + "workspaces/onlineEndpoints/deployments/getLogs/action"),
    Source("usages", "Quota", "quota", "“Will it fit”, and the proof that a failure was quota. Everything else of this "
           "workspace works.", _ML + "locations/usages/read", True),
    Source("quotas", "", "the limits of workspaces", "The caps that a workspace has of its own: “will it fit” counts "
           "the family and the regional total only.", _ML + "locations/quotas/read", True),
    Source("sizes", "Sizes", "VM sizes", "The vCPU count of sizes that are not known by heart, so “will it fit” may "
           "have no answer.", _ML + "locations/vmSizes/read", True),
    Source("computes", "Clusters", "clusters and compute instances", "Who holds the cores beside deployments. "
           "Everything else of this workspace works.", _ML + "workspaces/computes/read"),
    Source("activity", "Activity log", "the activity log", "Who asked for an attempt, and requests that Azure refused "
           "before an attempt began.", "Microsoft.Insights/eventtypes/values/read", True),
)}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that Azure refused to one workspace, as the watch last heard it."""

    space: Space
    source: Source
    said: str
    tried_at: datetime | None
    read_at: datetime | None  # when it was last read
    told: bool  # the watch knows when that was; else `read_at` is None, and says nothing


@dataclass(frozen=True, slots=True)
class Missing:
    """One permission that is missing, for all workspaces that lack it in the same place."""

    id: str
    title: str
    lost: str
    action: str
    named: bool  # Azure's refusal named the action; else it is the one that the address should need
    scopes: tuple[str, ...]
    wide: bool
    client: str
    identity: str  # object id; empty where Azure did not name it
    grants: str  # who can grant it
    command: str
    last: Moment | None  # when it was last read, where that is known
    never: bool  # it is known that it never was
    tried: Moment | None
    said: str
    slug: str  # a workspace that lacks it


def source(poll: str, trouble: str, said: str) -> Source | None:
    """What a watch may not read; None where its trouble is another one."""
    if trouble != "denied" and REFUSED not in said:
        return None
    return SOURCES.get("quotas" if poll == "usages" and said.startswith("workspace limits:") else poll)


def every(found: Iterable[Refusal], now: datetime) -> tuple[Missing, ...]:
    """What is missing, one for each subscription and action, since one role holds it; no query."""
    places: dict[tuple[str, str], list[Refusal]] = {}
    for one in found:
        places.setdefault((one.space.subscription.lower(), _action(one)[0]), []).append(one)
    return tuple(_missing(hashlib.blake2b(repr(place).encode(), digest_size=4).hexdigest(), held, now)
                 for place, held in places.items())


def _action(one: Refusal) -> tuple[str, bool]:
    named = _ACTION.search(one.said)
    return (named.group(1), True) if named else (one.source.action, False)


def _missing(name: str, held: Sequence[Refusal], now: datetime) -> Missing:
    one = held[0]
    action, named = _action(one)
    client, identity = next((who.groups() for each in held if (who := _IDENTITY.search(each.said))), ("", ""))
    above = f"/subscriptions/{one.space.subscription}"
    scopes = (above,) if one.source.wide else tuple(
        _WORKSPACE.format(each.space.subscription, each.space.group, each.space.name) for each in held)
    groups = [] if one.source.wide else list({each.space.group.lower(): each.space.group for each in held}.values())
    within = [f"{above}/resourceGroups/{group}" for group in groups] or [above]
    role = f"Endpoint Triage {action.split('/')[-2]} reader {one.space.subscription[:8]}"
    return Missing(
        f"missing-{name}", _title(held), one.source.lost, action, named, scopes, one.source.wide, client, identity,
        f"an Owner or User Access Administrator of {_where(groups, one.space.subscription)}",
        _command(role, action, within, scopes, identity), moment(_newest(each.read_at for each in held), now),
        all(each.told and each.read_at is None for each in held), moment(_newest(each.tried_at for each in held), now),
        one.said, one.space.slug)


def _newest(moments: Iterable[datetime | None]) -> datetime | None:
    return max((one for one in moments if one), default=None)


def _title(held: Sequence[Refusal]) -> str:
    names = sorted({each.space.slug for each in held})
    return f"{names[0] if len(names) == 1 else f'{len(names)} workspaces'}: {held[0].source.words} may not be read"


def _where(groups: Sequence[str], subscription: str) -> str:
    if not groups:
        return f"the subscription {subscription}"
    return f"the resource group{'s' if len(groups) > 1 else ''} {', '.join(groups)}"


def _command(role: str, action: str, within: Sequence[str], scopes: Sequence[str], identity: str) -> str:
    """Azure CLI: a role of this one action, and its assignment; empty where Azure did not tell to whom."""
    if not identity:
        return ""
    told = {"Name": role, "Actions": [action], "AssignableScopes": within}
    made = "{" + ",\n    ".join(f'"{key}": {json.dumps(one, ensure_ascii=False)}' for key, one in told.items()) + "}"
    return "\n".join((
        f"az role definition create --role-definition {shlex.quote(made)}",
        *(f"az role assignment create --role {shlex.quote(role)} --assignee-object-id {identity} "
          f"--assignee-principal-type ServicePrincipal --scope {shlex.quote(scope)}" for scope in scopes)))
