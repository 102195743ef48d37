"""The fleet page: every endpoint in its workspace, the workspace with the worst endpoint first."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from troubleshoot import ranks, stakes
from troubleshoot.boards import hurt
from troubleshoot.boards.spaces import Space, Spaces
from troubleshoot.boards.words import Moment, moment, percent, size
from troubleshoot.models import Attempt, Deployment, Endpoint, Incident, Workspace

STATES = ("hurt", "changing", "stale", "healthy")
_WORST = {"affected": 0, "unsure": 1, "failed": 2, "slow": 3, "changing": 4, "stale": 5, "healthy": 6}
_RANKED = {ranks.AFFECTED: "affected", ranks.NOT_KNOWN: "unsure", ranks.NOT_AFFECTED: "failed", ranks.SLOW: "slow"}
_FAILED = ("affected", "unsure", "failed")
_SHAPES = {
    "affected": ("hurt", "bad", "Traffic affected"), "unsure": ("warn", "warn", "Traffic not known"),
    "failed": ("bad", "bad", "Failed"), "slow": ("run", "run", "Slower than usual"),
    "changing": ("run", "run", "Changing"),
    "stale": ("stale", "mut", "Not polled lately"), "healthy": ("ok", "ok", "Healthy")}


@dataclass(frozen=True, slots=True)
class Below:
    """One deployment of an endpoint, with its share of the traffic."""

    name: str
    share: str
    weight: int
    x: float  # where its part of the bar begins, in percent
    width: float
    glyph: str
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """One endpoint."""

    name: str
    state: str
    glyph: str
    tone: str
    said: str
    cause: str
    incident: int  # the open one that tells it; 0: there is none
    below: tuple[Below, ...]
    instances: str
    change: Moment | None
    changed: str
    first_seen: bool  # when that was is not told; `change` is our first look
    team: str
    owner: str


@dataclass(frozen=True, slots=True)
class Group:
    """A workspace with its endpoints, worst first."""

    space: Space
    rows: tuple[Row, ...]
    closed: bool  # healthy rows are folded away in a very large fleet
    hidden: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What was asked for; a value that nothing has is left out."""

    state: str = ""
    region: str = ""
    team: str = ""
    q: str = ""

    @property
    def any(self) -> bool:
        """True when something is filtered."""
        return bool(self.state or self.region or self.team or self.q)


@dataclass(frozen=True, slots=True)
class Board:
    """All that the fleet page shows."""

    title: str
    counts: tuple[tuple[int, str, str], ...]  # (number, words, tone); they add up to the endpoints
    groups: tuple[Group, ...]
    total: int
    shown: int
    states: tuple[tuple[str, str, int], ...]  # (value, words, how many of what the other filters leave)
    regions: tuple[str, ...]
    teams: tuple[str, ...]
    filters: Filters
    spaces: Spaces


def board(visible: QuerySet[Workspace], spaces: Spaces, now: datetime, asked: Filters,
          only: str = "") -> Board:
    """The page for what a person may see, or one workspace of it; four queries, whatever the size."""
    seen = tuple(one for one in spaces.all if not only or one.slug == only)
    rows = _rows(visible, {one.id: one for one in seen}, now)
    everything = [row for found in rows.values() for row in found]
    asked = _possible(asked, seen, everything)
    pairs = [(one, row) for one in seen for row in rows.get(one.id, ()) if _fits(replace(asked, state=""), one, row)]
    groups = _groups(pairs, asked, seen, large=len(everything) > 300)
    return Board(
        title=_title(len(everything), seen, only), counts=_counts(everything), groups=groups, total=len(everything),
        shown=sum(len(group.rows) + group.hidden for group in groups), states=_states(pairs),
        regions=tuple(sorted({one.location for one in seen if one.location})),
        teams=tuple(sorted({row.team for row in everything if row.team})), filters=asked, spaces=spaces)


def _title(count: int, seen: Sequence[Space], only: str) -> str:
    ends = f"{count:,} endpoint{'' if count == 1 else 's'}"
    if only:
        return f"{ends} in {only}"
    return f"{ends} in {len(seen)} workspace{'' if len(seen) == 1 else 's'}"


def _possible(asked: Filters, seen: Sequence[Space], rows: Iterable[Row]) -> Filters:
    """The nearest valid view: values that nothing has fall away."""
    rows = list(rows)
    return Filters(
        asked.state if asked.state in STATES else "",
        asked.region if any(one.location == asked.region for one in seen) else "",
        asked.team if any(row.team == asked.team for row in rows) else "", asked.q)


def _fits(asked: Filters, space: Space, row: Row) -> bool:
    words = " ".join((row.name, space.name, row.instances, row.owner, row.team, *(one.name for one in row.below)))
    return ((not asked.state or kind(row) == asked.state) and (not asked.region or space.location == asked.region)
            and (not asked.team or row.team == asked.team) and asked.q.lower() in words.lower())


def kind(row: Row) -> str:
    """The filter that a row falls under."""
    return "hurt" if _WORST[row.state] <= _WORST["slow"] else row.state


def _states(pairs: Sequence[tuple[Space, Row]]) -> tuple[tuple[str, str, int], ...]:
    found = [kind(row) for _, row in pairs]
    return (("", "All", len(found)), *((name, name.capitalize(), found.count(name)) for name in STATES))


def _counts(rows: Sequence[Row]) -> tuple[tuple[int, str, str], ...]:
    names = (("affected", "failing traffic", "bad"), ("unsure", "traffic not known", "warn"),
             ("failed", "hurt, no traffic affected", "bad"), ("slow", "slower than usual", "run"),
             ("changing", "changing", "run"), ("healthy", "healthy", ""),
             ("stale", "unknown, workspace not polled lately", "warn"))
    counted = [(sum(1 for row in rows if row.state == state), words, tone) for state, words, tone in names]
    return tuple(one for one in counted if one[0])


def _groups(pairs: Sequence[tuple[Space, Row]], asked: Filters, seen: Sequence[Space],
            large: bool) -> tuple[Group, ...]:
    found = []
    for space in seen:
        rows = sorted((row for one, row in pairs if one is space and (not asked.state or kind(row) == asked.state)),
                      key=lambda row: (_WORST[row.state], row.name))
        open_rows = [row for row in rows if row.state != "healthy"] if large and not asked.any else rows
        if rows or not asked.any:
            found.append(Group(space, tuple(open_rows), len(open_rows) < len(rows), len(rows) - len(open_rows)))
    worst = {id(group): min((_WORST[row.state] for row in group.rows), default=9) for group in found}
    return tuple(sorted(found, key=lambda group: (worst[id(group)], group.space.slug)))


def _rows(visible: QuerySet[Workspace], seen: dict[int, Space], now: datetime) -> dict[int, list[Row]]:
    held: dict[int, list[Deployment]] = {}
    for one in Deployment.objects.filter(
            endpoint__workspace__in=visible.order_by().values("id"), gone_at=None,
    ).annotate(modified=KeyTextTransform("modified_at", "latest__spec")).select_related("latest__verdict").only(
            "name", "endpoint_id", "state", "instance_type", "instance_count", "weight", "team", "owner",
            "ready_once", "refused", "gone_at", "latest__state", "latest__started", "latest__ended",
            "latest__recorded_at", "latest__failed_at", "latest__first_provisioning", "latest__kind",
            "latest__verdict__title", "latest__verdict__cause"):
        if one.latest:
            one.latest.__dict__["modified"] = one.__dict__["modified"]
        held.setdefault(one.endpoint_id, []).append(one)
    ends = Endpoint.objects.filter(workspace__in=visible.order_by().values("id"), gone_at=None).only(
        "name", "workspace_id", "state", "traffic", "facts", "gone_at", "owner", "team", "first_seen_at")
    found: dict[int, list[Row]] = {}
    told = _told(visible)
    for end in ends:
        if end.workspace_id in seen:
            row = _row(end, held.get(end.id, []), told.get(end.id, {}), seen[end.workspace_id], now)
            found.setdefault(end.workspace_id, []).append(row)
    return found


Told = Mapping[int | None, tuple[int, int, str]]  # worst open incident of each deployment: rank, number, title


def _told(visible: QuerySet[Workspace]) -> dict[int, dict[int | None, tuple[int, int, str]]]:
    """The worst open incident of each deployment, or of the endpoint itself under None; one query."""
    rows = Incident.objects.filter(
        workspace__in=visible.order_by().values("id"), resolved_at=None, endpoint__isnull=False).order_by()
    found: dict[int, dict[int | None, tuple[int, int, str]]] = {}
    for end, own, rank, number, title in rows.values_list("endpoint", "deployment", "rank", "id", "title"):
        mine, told = found.setdefault(end or 0, {}), (rank, number, title)
        mine[own] = min(mine.get(own, told), told)
    return found


def _row(end: Endpoint, found: Sequence[Deployment], told: Told, space: Space, now: datetime) -> Row:
    mine = [one for one in found if not _old_refusal(one, now)]
    states = {one.id: _RANKED[told[one.id][0]] if one.id in told else state_of(one) for one in mine}
    marks = {one.id: states[one.id] if (state := state_of(one)) in _FAILED else state for one in mine}
    own = _RANKED[told[None][0]] if None in told else _endpoint_state(end)
    worst = min((*states.values(), own), key=lambda state: _WORST[state])
    state = "stale" if space.stale and _WORST[worst] > _WORST["slow"] else worst
    _, number, title = min(told.values(), default=(0, 0, ""))
    glyph, tone, said = _SHAPES[state]
    last = max(filter(None, (one.latest for one in mine)), key=_when, default=None)
    teams = list(dict.fromkeys(filter(None, (end.team, *(one.team for one in mine)))))
    cause = title or next((hurt.cause_of(one.latest, now) for one in mine if one.latest and states[one.id] == worst
                           and worst in _FAILED), "")
    return Row(
        end.name, state, glyph, tone, said, cause, number, below(mine, marks), _instances(mine),
        moment(_when(last), now) if last else None, _what(last),
        last is not None and stakes.told(last) is None, teams[0] if teams else "", end.owner)


def _old_refusal(one: Deployment, now: datetime) -> bool:
    """A deployment that never came to be: its refusal is shown for a day."""
    return one.refused and one.latest is not None and (
        one.latest.started or one.latest.recorded_at) < now - stakes.KEPT


def _when(row: Attempt) -> datetime:
    return stakes.since(row)


def _what(row: Attempt | None) -> str:
    if row is None:
        return ""
    return {"Succeeded": "became ready", "Failed": "failed", "Canceled": "cancelled",
            stakes.REFUSED: "refused"}.get(row.state, row.state.lower())


def state_of(one: Deployment) -> str:
    """Where one deployment stands: affected, unsure, failed, changing or healthy."""
    state = one.latest.state if one.latest and one.refused else one.state
    if state in stakes.BAD:
        first = one.latest.first_provisioning if one.latest else None
        return {ranks.AFFECTED: "affected", ranks.NOT_KNOWN: "unsure"}.get(stakes.stake(one, first), "failed")
    return "changing" if stakes.moves(state) else "healthy"


def _endpoint_state(end: Endpoint) -> str:
    if end.state in stakes.BAD:
        return "unsure" if stakes.endpoint_stake(end) == ranks.NOT_KNOWN else "failed"
    return "changing" if stakes.moves(end.state) else "healthy"


def below(found: Sequence[Deployment], states: Mapping[int, str] | None = None) -> tuple[Below, ...]:
    """The deployments with their parts of one bar, most traffic first; where they stand, if that is known already."""
    order = sorted(found, key=lambda one: (-(one.weight or 0), one.name))
    whole = sum(one.weight or 0 for one in order) or 1
    x, parts = 0.0, []
    for one in order:
        state = states[one.id] if states else state_of(one)
        glyph, tone, said = _SHAPES[state]
        if state == "healthy":
            glyph, tone, said = ("", "", "ready") if one.weight else ("idle", "mut", "ready, no traffic")
        width = 100 * (one.weight or 0) / whole
        share = "refused" if one.refused else percent(one.weight) if one.weight is not None else "share unknown"
        parts.append(Below(one.name, share, one.weight or 0, round(x, 2), round(max(0.0, width - 0.8), 2),
                           glyph, tone, said))
        x += width
    return tuple(parts)


def _instances(found: Sequence[Deployment]) -> str:
    """`4 DS2 v2, 3 DS3 v2`: what is held, by size."""
    held: dict[str, int] = {}
    for one in found:
        if one.instance_type and one.instance_count is not None and not one.refused:
            held[size(one.instance_type)] = held.get(size(one.instance_type), 0) + one.instance_count
    return ", ".join(f"{count} {name}" for name, count in held.items())

