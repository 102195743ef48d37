"""Writes down what the activity log tells: who asked for what, and requests that were refused at submit."""
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from troubleshoot import clock, watches
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import REFUSED, ActivityFacts, OperationFacts, Place
from troubleshoot.models import Attempt, Change, Deployment, Endpoint, Workspace
from troubleshoot.record import clean

NEAR = timedelta(minutes=3)  # between a row of the activity log and the begin or end of the operation it tells of
SEEN_BY = timedelta(minutes=5)  # a split that was asked for shows in the list of endpoints by then
LASTS = timedelta(hours=2)  # between the first and the last row of one request: a deletion may wait for a creation
_ID = re.compile(
    r"^/subscriptions/([^/]+)/resourcegroups/([^/]+)/providers/microsoft\.machinelearningservices"
    r"/workspaces/([^/]+)/onlineendpoints/([^/]+)(?:/deployments/([^/]+))?$", re.IGNORECASE)


def activity(held: watches.Claim, seen: Iterable[ActivityFacts], troubles: Sequence[str],
             every: timedelta) -> set[int]:
    """Keep callers and refusals; rows may come late, twice or out of order."""
    changed: set[int] = set()
    with transaction.atomic():
        watches.fence(held)
        for facts in sorted((clean.fact(one) for one in seen), key=lambda one: (one.at is None, one.at)):
            place = place_of(facts.resource_id)
            if place is not None and facts.operation.lower().endswith("/write"):
                changed |= _refused(place, facts) if _is_refusal(place, facts) else _caller(place, facts)
                _shifted(place, facts)
            elif place is not None and facts.operation.lower().endswith("/delete"):
                _deleted(place, facts)
        watches.done(held, every, *watches.partly(troubles))
    return changed


def place_of(resource_id: str) -> Place | None:
    """The endpoint or deployment that an ARM id names; None for anything else."""
    match = _ID.match(resource_id)
    return Place(*(part or "" for part in match.groups())) if match else None


def _is_refusal(place: Place, facts: ActivityFacts) -> bool:
    """A failed write that no operation stands behind: the request itself was refused."""
    if facts.status.lower() != "failed" or facts.error is None or not place.deployment:
        return False
    return not _attempts_near(place, facts).exists()


def _attempts_near(place: Place, facts: ActivityFacts) -> QuerySet[Attempt]:
    if facts.at is None:
        return Attempt.objects.none()
    about = Attempt.objects.filter(started__lte=facts.at + NEAR).filter(
        Q(started__gte=facts.at - NEAR) | Q(ended__gte=facts.at - NEAR) | Q(ended=None))
    if place.deployment:
        return about.filter(deployment__key=place.key()).exclude(state=REFUSED)
    return about.filter(deployment=None, endpoint__key=place.key())


def _caller(place: Place, facts: ActivityFacts) -> set[int]:
    if facts.caller:
        _attempts_near(place, facts).filter(caller="").update(caller=facts.caller)
    return set()


def _shifted(place: Place, facts: ActivityFacts) -> None:
    """Who shifted traffic: the caller of a write on the endpoint after which a look saw another split."""
    end = Endpoint.objects.filter(key=place.key()).first() if not place.deployment else None
    if end is None or facts.at is None or facts.status.lower() == "failed":
        return
    seen = Change.objects.filter(endpoint=end, field="traffic", at__gte=facts.at, at__lte=facts.at + SEEN_BY)
    if seen.exists():
        _by(end, None, facts, "traffic set by")


def _deleted(place: Place, facts: ActivityFacts) -> None:
    """Who asked for a deletion, also where Azure refused it."""
    end = Endpoint.objects.filter(key=(place.above() if place.deployment else place).key()).first()
    one = Deployment.objects.filter(key=place.key()).first() if place.deployment else None
    if end is not None and bool(one) == bool(place.deployment):
        _by(end, one, facts, "deletion refused for" if facts.status.lower() == "failed" else "deletion asked by")


def _by(endpoint: Endpoint, deployment: Deployment | None, facts: ActivityFacts, field: str) -> None:
    """One Change for the rows of one request (Started, Accepted, Succeeded: azure/WIRE 9), at the first of them."""
    if facts.at is None or not facts.caller:
        return
    told = Change.objects.filter(endpoint=endpoint, deployment=deployment, field=field, after=facts.caller)
    first, last = (facts.at - LASTS, facts.at + NEAR) if facts.status.lower() == "succeeded" else (
        facts.at - NEAR, facts.at + NEAR)
    if not told.filter(at__gte=first, at__lte=last).exists():
        Change.objects.create(endpoint=endpoint, deployment=deployment, at=facts.at, field=field, after=facts.caller)


def _refused(place: Place, facts: ActivityFacts) -> set[int]:
    """A refused request becomes an attempt of its own, so that it is listed and explained like any other."""
    named = f"activity:{facts.correlation_id or facts.event_id}".lower()
    if Attempt.objects.filter(operation_id=named).exists():
        return set()
    endpoint = _endpoint(place)
    if endpoint is None:
        return set()
    now = clock.now()
    row, _ = Deployment.objects.get_or_create(key=place.key(), defaults={
        "endpoint": endpoint, "name": place.deployment, "owner": facts.caller, "team": endpoint.team,
        "first_seen_at": now, "refused": True})
    if not row.refused and row.gone_at is None:
        return set()  # it exists: its own operations tell more than the activity log
    attempt = Attempt.objects.create(
        endpoint=endpoint, deployment=row, number=(row.attempts.aggregate(n=Max("number"))["n"] or 0) + 1,
        operation_id=named, kind="create", state=REFUSED, started=facts.at, ended=facts.at, failed_at=facts.at,
        operation=plain.dump(OperationFacts(named, "Failed", facts.at, facts.at, facts.error)),
        caller=facts.caller, recorded_at=now)
    Deployment.objects.filter(id=row.id).update(latest=attempt)
    return {attempt.id}


def _endpoint(place: Place) -> Endpoint | None:
    """The endpoint's row; one that is not listed (yet) is made, where its workspace is watched."""
    found = Endpoint.objects.filter(key=place.above().key()).first()
    if found:
        return found
    space = Workspace.objects.filter(key=place.above().above().key()).first()
    if space is None:
        return None
    now = clock.now()
    return Endpoint.objects.create(workspace=space, name=place.endpoint, key=place.above().key(),
                                   first_seen_at=now, gone_at=now)
