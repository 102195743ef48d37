"""Writes down which workspaces, endpoints and deployments Azure listed."""
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from troubleshoot import clock, watches
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import DeploymentFacts, EndpointFacts, WorkspaceFacts
from troubleshoot.models import Change, Deployment, Endpoint, Region, Workspace
from troubleshoot.record import attempts, clean

SETTLED, CHANGING = timedelta(seconds=60), timedelta(seconds=20)
WATCHED = ("state", "instance_type", "instance_count", "model", "environment", "code", "variables", "egress")


@dataclass(frozen=True, slots=True)
class FleetSeen:
    """One look at a workspace: its endpoints, the deployments of each, and what could not be read."""

    endpoints: tuple[EndpointFacts, ...]
    deployments: tuple[tuple[str, tuple[DeploymentFacts, ...]], ...]  # (endpoint name, its deployments)
    troubles: tuple[str, ...] = ()
    whole: bool = True  # every endpoint was listed
    unread: tuple[str, ...] = ()  # endpoints whose deployments could not all be read


def subscriptions(names: Sequence[str]) -> None:
    """Have each subscription looked at."""
    watches.keep_only(names)
    for name in names:
        watches.ensure("workspaces", name.lower(), f"sub:{name.lower()}", name, weight=10)
        watches.ensure("activity", name.lower(), f"activity:{name.lower()}", name, weight=90)


def workspaces(held: watches.Claim, seen: Sequence[WorkspaceFacts], troubles: Sequence[str],
               every: timedelta) -> set[int]:
    """Keep the workspaces of a subscription; new ones get their watches, missing ones are marked gone."""
    now = clock.now()
    with transaction.atomic():
        watches.fence(held)
        known = {row.key: row for row in Workspace.objects.filter(subscription__iexact=held.asked.subscription)}
        for facts in clean.once(seen):
            _workspace(facts, known.pop(facts.place.key(), None))
        if not troubles:
            _lost([row for row in known.values() if row.gone_at is None], now)
        watches.done(held, every, *watches.partly(troubles))
    return set()


def _lost(rows: Sequence[Workspace], now: datetime) -> None:
    """Workspaces that Azure no longer lists, with all that is in them."""
    ids = [row.id for row in rows]
    Workspace.objects.filter(id__in=ids).update(gone_at=now)
    Endpoint.objects.filter(workspace__in=ids).update(revision=F("revision") + 1)
    Endpoint.objects.filter(workspace__in=ids, gone_at=None).update(gone_at=now)
    Deployment.objects.filter(endpoint__workspace__in=ids, gone_at=None).update(gone_at=now)
    if ids:
        watches.settle(workspace__in=ids)


def _workspace(facts: WorkspaceFacts, row: Workspace | None) -> None:
    place, now = facts.place, clock.now()
    owner, team = who(facts.tags, facts.created_by)
    fields = {
        "location": facts.location, "facts": plain.dump(facts), "owner": owner, "team": team,
        "seen_at": now, "gone_at": None,
    }
    if row is None:
        row = Workspace.objects.create(
            key=place.key(), slug=_free_slug(place.workspace, place.group), subscription=place.subscription,
            group=place.group, name=place.workspace, **fields)
    else:
        Workspace.objects.filter(id=row.id).update(**fields)
    _watch(row)


def _watch(row: Workspace) -> None:
    """A workspace's own watches and its region's; those that were settled begin again."""
    region, _ = Region.objects.get_or_create(subscription=row.subscription.lower(), name=row.location.lower())
    lane = f"ws:{row.key}"
    watches.ensure("endpoints", row.key, lane, row.subscription, weight=20, workspace=row)
    watches.ensure("computes", row.key, lane, row.subscription, weight=80, workspace=row)
    where = f"{region.subscription}/{region.name}"
    watches.ensure("usages", where, f"region:{where}", row.subscription, weight=60, region=region)
    watches.ensure("sizes", where, f"region:{where}", row.subscription, weight=70, region=region)


def _free_slug(name: str, group: str) -> str:
    """The workspace's name as a slug; with its group, then a number, where that is taken."""
    base = slugify(name)[:80] or "workspace"
    choices = [base, f"{base}-{slugify(group)[:30]}".strip("-")] + [f"{base}-{n}" for n in range(2, 1000)]
    taken = set(Workspace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in choices if slug not in taken)


def endpoints(held: watches.Claim, seen: FleetSeen, every: timedelta = SETTLED) -> set[int]:
    """Keep a workspace's endpoints, deployments, their changes and attempts; returns attempts that changed."""
    changed: set[int] = set()
    with transaction.atomic():
        watches.fence(held)
        space = Workspace.objects.get(key=held.asked.place.key())
        known = {row.key: row for row in space.endpoints.all()}
        rows = {row.key: row for row in Deployment.objects.filter(endpoint__workspace=space)}
        below = {clean.name(name).lower(): found for name, found in seen.deployments}
        for facts in clean.once(seen.endpoints):
            row, touched = _endpoint(space, facts, known.pop(facts.place.key(), None))
            changed |= touched
            for one in clean.once(below.get(row.name.lower(), ())):
                weight = facts.weight(one.place.deployment)
                changed |= _deployment(row, weight, one, rows.pop(one.place.key(), None))
        changed |= _gone(seen, known, rows)
        busy = any(f.state not in ("Succeeded", "Failed", "Canceled", "") for _, fs in seen.deployments for f in fs)
        watches.done(held, min(every, CHANGING) if busy else every, *watches.partly(seen.troubles))
    return changed


def _endpoint(space: Workspace, facts: EndpointFacts, row: Endpoint | None) -> tuple[Endpoint, set[int]]:
    now = clock.now()
    owner, team = who(facts.tags, facts.created_by or space.owner, space.team)
    if row is None:
        row = Endpoint(workspace=space, name=facts.place.endpoint, key=facts.place.key(), first_seen_at=now)
    traffic = row.traffic if facts.traffic is None else dict(facts.traffic)  # an answer without a map tells nothing
    if row.pk:
        _note_changes(row, None, {"state": row.state, "traffic": row.traffic},
                      {"state": facts.state, "traffic": traffic}, row.gone_at is not None)
    _keep(row, state=facts.state, traffic=traffic, facts=plain.dump(facts), owner=owner, team=team, gone_at=None)
    return row, attempts.follow_endpoint(row, facts)


def _deployment(endpoint: Endpoint, weight: int | None, facts: DeploymentFacts, row: Deployment | None) -> set[int]:
    now, before = clock.now(), None
    owner, team = who(facts.tags, facts.created_by or endpoint.owner, endpoint.team, endpoint.owner)
    if row is None:
        row = Deployment(endpoint=endpoint, name=facts.place.deployment, key=facts.place.key(), first_seen_at=now)
    else:
        before = plain.load(DeploymentFacts, row.facts) if row.facts else None
        if before:
            _note_changes(endpoint, row, _watched(before), _watched(facts), row.gone_at is not None)
    made_again = before is not None and before.created_at != facts.created_at
    _keep(row, ready_once=(row.ready_once and not made_again) or facts.state == "Succeeded", state=facts.state,
          facts=plain.dump(facts), owner=owner, team=team, instance_type=facts.instance_type,
          instance_count=facts.instance_count, weight=row.weight if weight is None else weight, gone_at=None,
          refused=False)
    return attempts.follow_deployment(row, facts)


def _keep(row: Endpoint | Deployment, **fields: object) -> None:
    """Write a row only where it turned, and have its incidents followed: most looks at a fleet find it as it was."""
    if row.pk and all(getattr(row, name) == value for name, value in fields.items()):
        return
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=[*fields] if row.pk else None)
    _turned({row.endpoint_id if isinstance(row, Deployment) else row.pk})


def _turned(endpoints: Collection[int]) -> None:
    Endpoint.objects.filter(id__in=endpoints).update(revision=F("revision") + 1)


def _watched(facts: DeploymentFacts) -> dict[str, object]:
    return {name: getattr(facts, name) for name in WATCHED}


def _note_changes(endpoint: Endpoint, deployment: Deployment | None, before: dict, after: dict, again: bool) -> None:
    """One Change for each field that turned; a name that is made again begins with a change of its own."""
    now = clock.now()
    rows = [Change(endpoint=endpoint, deployment=deployment, at=now, field=name, before=_told(before[name]),
                   after=_told(after[name])) for name in before if before[name] != after[name]]
    if again:
        rows.insert(0, Change(endpoint=endpoint, deployment=deployment, at=now, field="made again"))
    Change.objects.bulk_create(rows)


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {percent} %" for name, percent in sorted(value.items()))
    if isinstance(value, tuple):
        return ", ".join(name for name, _ in value)
    return "" if value is None else str(value)


def _gone(seen: FleetSeen, endpoints_left: dict[str, Endpoint], deployments_left: dict[str, Deployment]) -> set[int]:
    """Mark what Azure no longer lists; what could not be read whole is left as it was."""
    now = clock.now()
    unread = {clean.name(name).lower() for name in seen.unread}
    lost = {row.id for row in endpoints_left.values() if seen.whole and row.gone_at is None}
    read = {clean.name(facts.place.endpoint).lower() for facts in seen.endpoints} - unread
    names = {row.id: row.name.lower() for row in Endpoint.objects.filter(
        id__in={d.endpoint_id for d in deployments_left.values()})}
    missing = [row for row in deployments_left.values() if row.gone_at is None and not row.refused
               and (row.endpoint_id in lost or names[row.endpoint_id] in read)]
    Endpoint.objects.filter(id__in=lost).update(gone_at=now)
    _turned(lost | {row.endpoint_id for row in missing})
    Deployment.objects.filter(id__in=[row.id for row in missing]).update(gone_at=now)
    Change.objects.bulk_create(
        [Change(endpoint_id=one, at=now, field="deleted") for one in lost]
        + [Change(endpoint_id=row.endpoint_id, deployment=row, at=now, field="deleted") for row in missing])
    return attempts.touch([row.latest_id for row in missing if row.latest_id])


def who(tags: Sequence[tuple[str, str]], created_by: str, team: str = "", owner: str = "") -> tuple[str, str]:
    """Owner and team: from the tags `owner` and `team`, else from what stands above, else from the creator."""
    own = {name.lower(): value for name, value in tags}
    return own.get("owner") or created_by or owner, own.get("team") or team
