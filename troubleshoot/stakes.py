"""What an attempt that went wrong means for production traffic, since when, and whether Azure still lists it."""
from datetime import UTC, datetime, timedelta

from troubleshoot.diagnosis.facts import REFUSED, TERMINAL_STATES
from troubleshoot.models import Attempt, Deployment, Endpoint
from troubleshoot.ranks import AFFECTED, NOT_AFFECTED, NOT_KNOWN, SLOW

BAD = ("Failed", "Canceled", REFUSED)
RESTING = (*TERMINAL_STATES, "")
SETTLED = (*RESTING, "Deleting")
STUCK = timedelta(minutes=90)  # an operation that runs longer than this is an incident of its own
KEPT = timedelta(hours=24)  # how long what was deleted, refused or resolved stays in the list


def moves(state: str) -> bool:
    """True for a state of an endpoint or deployment that will turn by itself."""
    return state not in RESTING


def rank_of(row: Attempt) -> int:
    """How much it matters, in the order of the list."""
    if row.state not in BAD:
        return SLOW
    return traffic_of(row)


def traffic_of(row: Attempt) -> int:
    """Affected only where it is proven that nothing of it ever was ready; a failed update is not known."""
    if is_gone(row):
        return NOT_AFFECTED
    return endpoint_stake(row.endpoint) if row.deployment is None else stake(row.deployment, row.first_provisioning)


def stake(one: Deployment, first_provisioning: bool | None) -> int:
    """What a deployment whose newest attempt went wrong means for production traffic."""
    if one.gone_at or one.refused or one.weight == 0:
        return NOT_AFFECTED
    return AFFECTED if one.weight and never_ready(one, first_provisioning) else NOT_KNOWN


def never_ready(one: Deployment, first_provisioning: bool | None) -> bool:
    """True where it is proven that nothing of the deployment was ever ready."""
    return bool(first_provisioning) and not one.ready_once


def endpoint_stake(end: Endpoint) -> int:
    """What a failed operation of the endpoint itself means: not known, unless Azure says that nothing has traffic."""
    serving = not mapped(end) or any((share or 0) > 0 for share in end.traffic.values())
    return NOT_KNOWN if serving and not end.gone_at else NOT_AFFECTED


def mapped(end: Endpoint) -> bool:
    """False where Azure sent no traffic map, which is not the same as one without shares."""
    return bool(end.traffic) or end.facts.get("traffic") is not None


def is_gone(row: Attempt) -> bool:
    """Azure lists it no more."""
    return gone_at(row) is not None


def gone_at(row: Attempt) -> datetime | None:
    """When Azure listed it no more: itself, what it stands in, or the workspace; None where it does.

    A refusal never was in its endpoint, and one that came after a deletion is not over by it.
    """
    one = row.deployment
    below = (one and one.gone_at, row.endpoint.gone_at if one is None or not one.refused else None)
    over = [at for at in below if at and not (row.state == REFUSED and since(row) > at)]
    return min((at for at in (*over, row.endpoint.workspace.gone_at) if at), default=None)


def since(row: Attempt) -> datetime:
    """When it came to its state, as told; else when we first saw it so."""
    return told(row) or (row.failed_at if row.state in BAD else None) or row.recorded_at


def told(row: Attempt) -> datetime | None:
    """When it came to its state: Azure's own end, the poll that saw it turn, the last change of the resource.

    None where only our first look is known, which tells nothing of when it failed.
    """
    if row.state not in TERMINAL_STATES:
        return row.started or row.recorded_at
    seen = row.failed_at if row.state in BAD and row.failed_at and row.failed_at > row.recorded_at else None
    return row.ended or seen or _modified(row) or row.started


def _modified(row: Attempt) -> datetime | None:
    """The last change of the resource that the attempt's spec names; lists bring it along as `modified`."""
    said = row.__dict__["modified"] if "modified" in row.__dict__ else row.spec.get("modified_at")
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return at.replace(tzinfo=at.tzinfo or UTC) if at else None
