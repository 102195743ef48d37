"""Silent trouble of an endpoint: Azure calls nothing failed, and still something is wrong."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median, quantiles

from django.db.models import F

from troubleshoot import ranks, stakes, watches
from troubleshoot.diagnosis.deadline import ENOUGH, minutes
from troubleshoot.models import Attempt, Change, Deployment, Endpoint, Incident, Watch
from troubleshoot.troubles import Trouble, ended, subject

GRACE = timedelta(minutes=15)  # how long a ready deployment may wait for its traffic
AGAIN = timedelta(seconds=30)  # between two tries to tell what we do not see
LOOKED, MORE = 40, 60  # earlier attempts that tell what is usual; seconds beyond it that count as slower


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of silent trouble: its sentence, what it rests on, and the words of its end."""

    title: str
    rests_on: str
    over: str


KINDS = {
    "no_ready_deployment": Kind(
        "The endpoint is green, but no deployment is ready",
        "Azure says Succeeded of the endpoint, and of none of its deployments.", "A deployment is ready"),
    "ready_without_traffic": Kind(
        "No ready deployment gets traffic", "The traffic map of the endpoint gives 0 % to every ready deployment.",
        "A ready deployment gets traffic"),
    "late_success": Kind(
        "Became ready after a reported failure, and traffic stayed away",
        "Azure reported a failure, then said Succeeded without a new operation; the traffic map gives it 0 %.",
        "It gets traffic, or a newer attempt began"),
    "slow": Kind(
        "Runs longer than usual",
        "The time since the operation began, beside earlier attempts of this deployment that became ready.",
        "The operation ended"),
    "logs_unreadable": Kind(
        "Logs cannot be read", "Azure refused the last two requests for logs.", "Logs can be read again"),
    "stale": Kind(
        "Our own data is old", "Looks at the endpoints of this workspace were tried, and none went well.",
        "A look went well again"),
    "quota_full": Kind(
        "Quota is used up", "The newest usage and limit that Azure told of this family.", "There is room again"),
}


@dataclass(frozen=True, slots=True)
class Quiet:
    """The silent trouble of one endpoint; `again` is when time alone makes more of it."""

    troubles: tuple[Trouble, ...]
    again: datetime | None = None


def of(end: Endpoint, deployments: Iterable[Deployment], below: Iterable[Sequence[Attempt]], loud: Sequence[Incident],
       now: datetime) -> Quiet:
    """What is silently wrong beside the open incidents that are `loud`; no query unless something may be.

    One query for an endpoint without traffic to what is ready, one for each attempt that runs, one for our last look.
    """
    if end.gone_at or end.workspace.gone_at:
        return Quiet(())
    newest = {rows[-1].deployment_id: rows[-1] for rows in below}
    living = [one for one in deployments if not one.gone_at and not one.refused]
    told = {one.subject for one in loud}
    found = _unserved(end, living, newest, loud) or _late(end, living, newest)
    found += [one for row in newest.values() if subject(row) not in told for one in _slow(row)]
    seen = _seen(end, now) if found else now
    return Quiet(tuple(one for one, due in found if due <= seen),
                 min((due if due > now else now + AGAIN for _, due in found if due > seen), default=None))


def _seen(end: Endpoint, now: datetime) -> datetime:
    """Up to when we know how the endpoint is: what nobody looked at may have ended meanwhile."""
    looks = Watch.objects.filter(workspace=end.workspace_id, poll="endpoints").values_list("ok_at", flat=True)
    at = looks.first() or now
    return now if now - at <= watches.stale_after() else at


def is_news(told: Trouble, now: datetime) -> bool:
    """False for a deployment that waits for traffic since more than a day: it is not opened so late."""
    return told.cause not in ("late_success", "ready_without_traffic") or told.at >= now - stakes.KEPT


Newest = Mapping[int | None, Attempt]  # of each deployment, and of the endpoint itself under None
Due = tuple[Trouble, datetime]  # a trouble, and from when on it counts as one


def _unserved(end: Endpoint, living: Sequence[Deployment], newest: Newest,
              loud: Sequence[Incident]) -> list[Due]:
    """A green endpoint where nothing is ready, or where what is ready gets no traffic."""
    if end.state != "Succeeded" or not living:
        return []
    ready = [one for one in living if one.state == "Succeeded"]
    if not ready:
        bad = all(one.state in stakes.BAD for one in living)
        told = any(one.deployment_id or one.subject == end.key for one in loud)
        return [_none_ready(end, living, newest)] if bad and not told else []
    if not stakes.mapped(end) or any(one.weight != 0 for one in ready):
        return []
    carry = [one for one in living if one.weight]
    told_of = {one.deployment_id for one in loud}
    if any(one.id in told_of or one.state not in stakes.BAD for one in carry):
        return []
    return [_away(end, ready, carry, newest)]


def _none_ready(end: Endpoint, living: Sequence[Deployment], newest: Newest) -> Due:
    at = max(_since(one, newest) for one in living)
    title = KINDS["no_ready_deployment"].title
    return Trouble(end.key, "no_ready_deployment", title, _worst(living, newest), at, silent=True), at


def _worst(those: Iterable[Deployment], newest: Newest) -> int:
    """The highest stake of some deployments; not known where there are none."""
    first = {one.id: row.first_provisioning for one in those if (row := newest.get(one.id))}
    return min((stakes.stake(one, first.get(one.id)) for one in those), default=ranks.NOT_KNOWN)


def _since(one: Deployment, newest: Newest) -> datetime:
    row = newest.get(one.id)
    return ended(row) if row else one.first_seen_at


def _away(end: Endpoint, ready: Sequence[Deployment], carry: Sequence[Deployment], newest: Newest) -> Due:
    """Since it was ready, or since the traffic was taken away from it."""
    turned = Change.objects.filter(endpoint=end, deployment=None, field="traffic").order_by("-at").first()
    began = min(_since(one, newest) for one in ready)
    at = max(began, turned.at) if turned else began
    names = ", ".join(sorted(one.name for one in ready))
    where = f"Traffic goes to {', '.join(sorted(one.name for one in carry))}, which is not ready" if carry else \
        "No deployment gets traffic"
    title = f"{where}; {names} {'is' if len(ready) == 1 else 'are'} ready"
    return Trouble(end.key, "ready_without_traffic", title, _worst(carry, newest), at, silent=True), at + GRACE


def _late(end: Endpoint, living: Sequence[Deployment], newest: Newest) -> list[Due]:
    """Ready without a new operation after a reported failure, and without traffic."""
    found = []
    for one in living:
        row = newest.get(one.id)
        if row and row.state == "Succeeded" and row.failed_at and one.weight == 0 and stakes.mapped(end):
            at = ended(row)
            found.append((Trouble(one.key, "late_success", KINDS["late_success"].title, ranks.NOT_AFFECTED, at,
                                  silent=True, deployment=one, attempt=row), at + GRACE))
    return found


def _slow(row: Attempt) -> list[Due]:
    """An operation that runs: due when it is slower than its own history, or after 90 minutes where it has none."""
    if row.state in stakes.SETTLED or stakes.is_gone(row):
        return []
    began = row.started or row.recorded_at
    took = _took(row)
    name = {"create": "Creation", "update": "Update"}.get(row.kind, "The operation")
    if len(took) < ENOUGH:
        due = began + stakes.STUCK
        title = f"{name} has run for longer than {minutes(stakes.STUCK.total_seconds())}"
    else:
        due = began + timedelta(seconds=quantiles(took, n=20, method="inclusive")[-1] + MORE)
        title = f"{name} runs longer than usual: {minutes(median(took))} is usual"
    return [(Trouble(subject(row), "slow", title, ranks.SLOW, began, silent=True, deployment=row.deployment,
                     attempt=row), due)]


def _took(row: Attempt) -> list[float]:
    """Seconds that earlier attempts of the same kind took to become ready, of the newest forty; one query."""
    rows = Attempt.objects.filter(
        endpoint=row.endpoint_id, deployment=row.deployment_id, number__lt=row.number, kind=row.kind,
        state="Succeeded", failed_at=None, ended__gt=F("started")).order_by("-number")
    return [(over - began).total_seconds() for began, over in rows.values_list("started", "ended")[:LOOKED]
            if began and over]
