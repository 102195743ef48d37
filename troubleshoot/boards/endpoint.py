"""The page of one endpoint: who serves, each deployment with its newest attempt, and its own operations."""
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import stakes
from troubleshoot.boards import hurt
from troubleshoot.boards.around import ASSETS, FIELDS
from troubleshoot.boards.card import doing, split, tone
from troubleshoot.boards.fleet import Below, below
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.words import Moment, instances, moment, percent
from troubleshoot.diagnosis.changed import asset_name
from troubleshoot.models import Attempt, Change, Deployment, Endpoint


@dataclass(frozen=True, slots=True)
class Line:
    """One deployment, or one operation of the endpoint itself."""

    name: str
    number: int
    state: str
    tone: str
    doing: str
    cause: str
    share: str
    instances: str
    owner: str
    when: Moment | None
    gone: Moment | None
    first_seen: bool  # when that was is not told; `when` is our first look


@dataclass(frozen=True, slots=True)
class Page:
    """All that the endpoint page shows."""

    workspace: str
    name: str
    state: str
    title: str
    split: str
    bar: tuple[Below, ...]
    gone: Moment | None
    owner: str
    team: str
    auth: str
    deployments: tuple[Line, ...]
    operations: tuple[Line, ...]
    changes: tuple[tuple[Moment, str, str, str, str], ...]  # (when, whose, field, before, after)
    polled: Moment | None


def page(row: Endpoint, spaces: Spaces, now: datetime) -> Page:
    """The page of an endpoint that was loaded with its workspace; three queries."""
    found = list(row.deployments.select_related("latest__verdict").all())
    own = Attempt.objects.filter(endpoint=row, deployment=None).select_related("verdict", "deployment", "endpoint")
    lines = tuple(_line(one.latest, one, row, now) for one in found if one.latest)
    living = [one for one in found if one.gone_at is None]
    bad = sum(1 for one in living if (one.latest.state if one.latest else one.state) in stakes.BAD)
    changes = Change.objects.filter(endpoint=row).select_related("deployment").order_by("-at", "-id")[:20]
    return Page(
        workspace=row.workspace.slug, name=row.name, state=row.state, title=_title(row, len(living), bad),
        split=split(row.traffic) if stakes.mapped(row) else hurt.NO_MAP, bar=below(living),
        gone=moment(row.gone_at, now), owner=row.owner, team=row.team,
        auth=str(row.facts.get("auth_mode", "")), deployments=lines,
        operations=tuple(_line(one, None, row, now) for one in own.order_by("-number")[:20]),
        changes=tuple((at, one.deployment.name if one.deployment else row.name, *_turned(one))
                      for one in changes if (at := moment(one.at, now))),
        polled=next((one.polled for one in spaces.all if one.id == row.workspace_id), None))


def _turned(one: Change) -> tuple[str, str, str]:
    """A changed field in the words of the pages, before and after; an asset by name and version."""
    before, after = (asset_name(value) if one.field in ASSETS else value for value in (one.before, one.after))
    return FIELDS.get(one.field, one.field.replace("_", " ")), before, after


def _title(row: Endpoint, living: int, bad: int) -> str:
    if row.gone_at:
        return f"{row.name} was deleted from Azure"
    if row.state in stakes.BAD:
        return f"{row.name}: the endpoint's own operation failed"
    if bad:
        return f"{row.name}: {bad} of {living} deployment{'' if living == 1 else 's'} failed"
    return f"{row.name}: {living} deployment{'' if living == 1 else 's'}, none failed"


def _line(latest: Attempt, one: Deployment | None, row: Endpoint, now: datetime) -> Line:
    subject = one or row
    weight = one.weight if one else None
    bad = latest.state in stakes.BAD
    return Line(
        subject.name, latest.number, latest.state, tone(latest), doing(latest),
        hurt.cause_of(latest, now) if bad else "", percent(weight) if weight is not None else "",
        instances(one.instance_count, one.instance_type) if one else "",
        subject.owner, moment(stakes.since(latest), now), moment(subject.gone_at, now),
        stakes.told(latest) is None)
