"""Writes down attempts: one create or update operation each, numbered in the order recorded."""
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max

from troubleshoot import clock, watches
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import (
    CONTAINERS,
    REFUSED,
    TERMINAL_STATES,
    AssetFacts,
    DeploymentFacts,
    EndpointFacts,
    OperationFacts,
)
from troubleshoot.models import Attempt, Deployment, Endpoint, Log, Watch
from troubleshoot.record import clean

# An operation that began this close to the resource's creation is the one that created it.
SAME_MOMENT = timedelta(minutes=2)
AGAIN_SOON = timedelta(seconds=20)


def follow_deployment(row: Deployment, facts: DeploymentFacts) -> set[int]:
    """Keep the attempt that a deployment's state and operation belong to; returns its id if it changed."""
    latest = row.latest
    if latest is None or _is_new(latest, facts):
        latest = _begin(row.endpoint, row, facts, latest)
        Deployment.objects.filter(id=row.id).update(latest=latest)
        return {latest.id}
    return _go_on(latest, facts)


def follow_endpoint(row: Endpoint, facts: EndpointFacts) -> set[int]:
    """Keep the attempt that an endpoint's own state and operation belong to; returns its id if it changed."""
    latest = row.attempts.filter(deployment=None).order_by("-number").first()
    if latest is None or _is_new(latest, facts):
        return {_begin(row, None, facts, latest).id}
    return _go_on(latest, facts)


def _is_new(latest: Attempt, facts: DeploymentFacts | EndpointFacts) -> bool:
    """True when Azure's operation is another one; without an operation, when a settled state began to move."""
    if facts.state == "Deleting":
        return False
    if latest.state == REFUSED:
        return True
    named = operation_id(facts.operation_uri)
    if named or latest.operation_id:
        return bool(named) and named != latest.operation_id and not _is_known(latest, named)
    made = plain.load(type(facts), latest.spec).created_at if latest.spec else None
    return made != facts.created_at or (
        latest.state in TERMINAL_STATES and facts.state in ("Creating", "Updating", "Scaling"))


def _is_known(latest: Attempt, named: str) -> bool:
    """An operation that has its attempt already: a list that came late shows what was before."""
    return Attempt.objects.filter(
        endpoint=latest.endpoint_id, deployment=latest.deployment_id, operation_id=named).exists()


def operation_id(uri: str) -> str:
    """Azure's id of an operation: the last part of its address, in lower case."""
    return uri.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1].lower()


def _begin(endpoint: Endpoint, deployment: Deployment | None, facts: DeploymentFacts | EndpointFacts,
           before: Attempt | None) -> Attempt:
    now = clock.now()
    scope = Attempt.objects.filter(endpoint=endpoint, deployment=deployment)
    attempt = Attempt.objects.create(
        endpoint=endpoint, deployment=deployment, number=(scope.aggregate(n=Max("number"))["n"] or 0) + 1,
        operation_id=operation_id(facts.operation_uri), operation_uri=facts.operation_uri, state=facts.state,
        started=None if facts.operation_uri else facts.modified_at or facts.created_at,
        kind="update" if before and _same_making(before, facts) else "",
        failed_at=now if facts.state == "Failed" else None, spec=plain.dump(facts), recorded_at=now,
        earlier_unseen=before is None and _older(facts))
    if before:
        watches.settle(attempt=before, poll__in=("logs", "artifacts"))
        watches.hurry("attempts", f"{before.id}")  # its end may not have been seen
    _watch(attempt, endpoint)
    return attempt


def _same_making(before: Attempt, facts: DeploymentFacts | EndpointFacts) -> bool:
    """The resource is the one that the attempt before belonged to: it was not deleted and made again."""
    return bool(before.spec) and plain.load(type(facts), before.spec).created_at == facts.created_at


def _older(facts: DeploymentFacts | EndpointFacts) -> bool:
    """The resource was changed after it was made, and we did not look then."""
    return bool(facts.created_at and facts.modified_at and facts.modified_at - facts.created_at > SAME_MOMENT)


def _watch(attempt: Attempt, endpoint: Endpoint) -> None:
    """An attempt's own watches: its operation, and for a deployment both logs and what it names."""
    space = endpoint.workspace
    lane, about = f"ws:{space.key}", {"attempt": attempt, "workspace": space}
    if attempt.operation_uri:
        watches.ensure("attempts", f"{attempt.id}", lane, space.subscription, weight=30, **about)
    if attempt.deployment_id is None:
        return
    for container in CONTAINERS:
        Log.objects.get_or_create(attempt=attempt, container=container)
        watches.ensure("logs", f"{attempt.id}/{container}", lane, space.subscription, weight=40,
                       container=container, **about)
    watches.ensure("artifacts", f"{attempt.id}", lane, space.subscription, weight=50, **about)


def _go_on(attempt: Attempt, facts: DeploymentFacts | EndpointFacts) -> set[int]:
    named = operation_id(facts.operation_uri)
    if facts.state == "Deleting":
        return _deleting(attempt)
    if facts.state == attempt.state or (named and named != attempt.operation_id):
        return set()
    attempt.state = facts.state
    if facts.state == "Failed" and attempt.failed_at is None:
        attempt.failed_at = clock.now()
    attempt.revision = F("revision") + 1
    attempt.save(update_fields=("state", "failed_at", "revision"))
    if facts.state in TERMINAL_STATES:
        _look_at_once(attempt)
    return {attempt.id}


def _deleting(attempt: Attempt) -> set[int]:
    """A deletion keeps its first moment beside the attempt; it waits for an attempt that runs (azure/WIRE 5.5)."""
    if attempt.deleting_at is not None:
        return set()
    attempt.deleting_at, attempt.revision = clock.now(), F("revision") + 1
    attempt.save(update_fields=("deleting_at", "revision"))
    return {attempt.id}


def _look_at_once(attempt: Attempt) -> None:
    """At the end of an attempt its operation and both logs are read without waiting for their turn."""
    watches.hurry("attempts", f"{attempt.id}")
    for container in CONTAINERS:
        watches.hurry("logs", f"{attempt.id}/{container}")


def operation(held: watches.Claim, seen: OperationFacts, every: timedelta = AGAIN_SOON,
              for_good: bool = True) -> set[int]:
    """Keep what the operation behind an attempt says; it is read until it has ended, or is gone `for_good`."""
    with transaction.atomic():
        attempt = _locked(held)
        watches.fence(held)
        seen = clean.fact(seen)
        kept = plain.dump(seen)
        over = bool(seen.trouble) or seen.status.lower() in ("succeeded", "failed", "canceled", "cancelled")
        unchanged = attempt.operation == kept
        if not unchanged and (seen.status or attempt.operation is None):
            _keep_operation(attempt, seen, kept)
        if over and not seen.trouble and _is_superseded(attempt):
            _end_by_operation(attempt, seen)
        settled = over and for_good and (attempt.state in TERMINAL_STATES or bool(seen.trouble))
        watches.done(held, None if settled else every, "operation unread" if seen.trouble else "", seen.trouble)
    return set() if unchanged else {attempt.id}


def _keep_operation(attempt: Attempt, seen: OperationFacts, kept: dict) -> None:
    made = _made_at(attempt)
    attempt.operation = kept
    attempt.started = seen.started or attempt.started
    attempt.ended = seen.ended or attempt.ended
    if made and seen.started:
        attempt.first_provisioning = abs(seen.started - made) <= SAME_MOMENT
        attempt.kind = "create" if attempt.first_provisioning else "update"
    attempt.revision = F("revision") + 1
    attempt.save(update_fields=("operation", "started", "ended", "first_provisioning", "kind", "revision"))


def _is_superseded(attempt: Attempt) -> bool:
    later = Attempt.objects.filter(endpoint=attempt.endpoint_id, deployment=attempt.deployment_id)
    return later.filter(number__gt=attempt.number).exists()


def _end_by_operation(attempt: Attempt, seen: OperationFacts) -> None:
    """An attempt whose end fell between two looks: its operation tells what the list no longer shows."""
    state = {"cancelled": "Canceled"}.get(seen.status.lower(), seen.status.capitalize())
    if attempt.state in TERMINAL_STATES or state not in TERMINAL_STATES:
        return
    attempt.state, attempt.revision = state, F("revision") + 1
    if state == "Failed" and attempt.failed_at is None:
        attempt.failed_at = seen.ended or clock.now()
    attempt.save(update_fields=("state", "failed_at", "revision"))


def _made_at(attempt: Attempt) -> datetime | None:
    if not attempt.spec:
        return None
    if attempt.deployment_id:
        return plain.load(DeploymentFacts, attempt.spec).created_at
    return plain.load(EndpointFacts, attempt.spec).created_at


def assets(held: watches.Claim, seen: Iterable[AssetFacts]) -> set[int]:
    """Keep what Azure said of the model, environment and code version that an attempt names: read once."""
    with transaction.atomic():
        attempt = _locked(held)
        watches.fence(held)
        Attempt.objects.filter(id=attempt.id).update(
            assets=[plain.dump(clean.fact(one)) for one in seen], revision=F("revision") + 1)
        watches.done(held, None)
    return {attempt.id}


def touch(ids: Iterable[int]) -> set[int]:
    """Have attempts judged again."""
    found = set(ids)
    Attempt.objects.filter(id__in=found).update(revision=F("revision") + 1)
    return found


def _locked(held: watches.Claim) -> Attempt:
    """The attempt of a claim, its row taken before the watch's: the list of endpoints takes them in this order."""
    about = Watch.objects.filter(id=held.watch).values("attempt")
    return Attempt.objects.select_for_update(of=("self",)).select_related("deployment").get(id__in=about)
