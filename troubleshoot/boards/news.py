"""Where news goes: the channels that a person may see, how their last notices went, and who changed what."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q, QuerySet

from troubleshoot import clock
from troubleshoot.addresses import KINDS
from troubleshoot.boards import rules
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.words import Moment, moment, plural
from troubleshoot.models import AuditEntry, Channel, Incident, Notice, Rule, Workspace
from troubleshoot.people import name

SHOWN = 20  # newest notices of a channel
CHANGES = 20
WHATS = {"failed": "Failed", "recovered": "Over", "digest": "Digest", "test": "Test"}
_WAITS = Q(notices__sent_at=None, notices__gave_up_at=None, notices__digest=None, notices__isnull=False)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule in words."""

    id: int
    said: str


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel, without its secrets."""

    id: int
    name: str
    kind: str
    shown: str
    on: bool
    rules: tuple[RuleRow, ...]
    glyph: str
    tone: str
    state: str
    ok: Moment | None
    error: str
    failed: Moment | None
    rests: Moment | None
    waiting: int
    slug: str  # of its workspace; empty: the whole installation


@dataclass(frozen=True, slots=True)
class Group:
    """The channels of one workspace, or of the whole installation (`slug` is empty)."""

    slug: str
    channels: tuple[ChannelRow, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One change that a person made."""

    at: Moment | None
    who: str
    what: str
    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that the list of channels shows."""

    title: str
    groups: tuple[Group, ...]
    silent: tuple[str, ...]  # workspaces without a channel of their own
    record: tuple[Entry, ...]
    whole: bool  # the reader may make channels of the whole installation


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice, and how it went."""

    id: int
    what: str
    made: Moment | None
    incident: int | None
    place: str  # of the incident
    title: str
    glyph: str
    tone: str
    state: str
    at: Moment | None  # of the state
    error: str
    tries: int


@dataclass(frozen=True, slots=True)
class Page:
    """One channel with its newest notices."""

    channel: ChannelRow
    notices: tuple[NoticeRow, ...]
    made: Moment | None
    by: str  # empty: not known


def board(channels: QuerySet[Channel], visible: QuerySet[Workspace], spaces: Spaces, whole: bool,
          now: datetime) -> Board:
    """Every channel that a person may see, in its workspace; three queries, whatever the size."""
    rows = [_row(one, now) for one in _read(channels)]
    slugs = ["", *(one.slug for one in spaces.all)]
    slugs += sorted({one.slug for one in rows} - {*slugs})  # workspaces that Azure no longer lists
    groups = [Group(slug, tuple(one for one in rows if one.slug == slug)) for slug in slugs]
    silent = tuple(one.slug for one in groups if one.slug and not one.channels)
    told = tuple(one for one in groups if one.channels)
    return Board(_title(rows), told, silent, _record(visible, whole, now), whole)


def page(channels: QuerySet[Channel], number: int, now: datetime) -> Page | None:
    """One of these channels with its newest notices; None where it is not among them. Three queries."""
    found = next(iter(_read(channels.filter(id=number))), None)
    if found is None:
        return None
    about = ("incident__workspace", "incident__endpoint", "incident__deployment")
    notices = found.notices.select_related(*about).order_by("-id")[:SHOWN]
    return Page(_row(found, now), tuple(_notice(one, found, now) for one in notices), moment(found.made_at, now),
                name(found.made_by) if found.made_by else "")


def tested(channel: Channel) -> bool:
    """Whether a test waits to be sent; one query."""
    return channel.notices.filter(what="test", sent_at=None, gave_up_at=None).exists()


def _read(channels: QuerySet[Channel]) -> Iterable[Channel]:
    told = Prefetch("rules", Rule.objects.select_related("workspace"))
    return channels.select_related("workspace", "made_by").prefetch_related(told).annotate(
        waiting=Count("notices", filter=_WAITS))


def _title(rows: Sequence[ChannelRow]) -> str:
    if not rows:
        return "News goes nowhere yet"
    bad = sum(one.glyph == "bad" for one in rows)
    told = f"News goes to {plural(sum(one.on and bool(one.rules) for one in rows), 'channel')}"
    return f"{told}, {bad} cannot be reached" if bad else told


def _row(one: Channel, now: datetime) -> ChannelRow:
    told = tuple(RuleRow(each.id, rules.said(each)) for each in one.rules.all())
    return ChannelRow(
        one.id, one.name, KINDS[one.kind], one.shown, one.on, told, *_state(one, bool(told)), moment(one.ok_at, now),
        one.error, moment(one.error_at, now), moment(one.rest_until, now) if one.rest_until else None,
        getattr(one, "waiting", 0), one.workspace.slug if one.workspace else "")


def _state(one: Channel, told: bool) -> tuple[str, str, str]:
    if not one.on:
        return "idle", "mut", "off"
    if one.error:
        return "bad", "bad", "last delivery failed"
    if not told:
        return "warn", "warn", "no rule, so nothing is told"
    return ("ok", "ok", "delivered") if one.ok_at else ("idle", "mut", "nothing sent yet")


def _notice(one: Notice, channel: Channel, now: datetime) -> NoticeRow:
    glyph, tone, state, at = _went(one, channel, now)
    title = one.incident.title if one.incident else ""
    silent = one.what == "failed" and one.incident is not None and one.incident.silent
    what = "Silent trouble" if silent else WHATS.get(one.what, one.what)
    return NoticeRow(one.id, what, moment(one.made_at, now), one.incident_id,
                     _place(one.incident), title, glyph, tone, state, moment(at, now),
                     "" if one.sent_at else one.error, one.tries)


def _place(one: Incident | None) -> str:
    if one is None:
        return ""
    names = [part.name for part in (one.endpoint, one.deployment) if part]
    return " / ".join(names) or one.family or one.workspace.slug


def _went(one: Notice, channel: Channel, now: datetime) -> tuple[str, str, str, datetime | None]:
    """Glyph, tone, words, and the moment that they speak of."""
    if one.sent_at:
        return "ok", "ok", "sent", one.sent_at
    if one.gave_up_at:
        return "bad", "bad", "failed" if one.what == "test" else "gave up", one.gave_up_at
    if one.digest_id:
        return "idle", "mut", "told in a digest", None
    if not channel.on:
        return "idle", "mut", "waits: the channel is off", None
    if one.claimed_until and one.claimed_until > clock.real_now():
        return "run", "run", "is being sent", None
    if one.error:
        again = channel.rest_until
        late = again is not None and again > now
        return "warn", "warn", f"failed, is tried again{' at' if late else ''}", again if late else None
    return "run", "run", "waits until" if one.due_at > now else "waits", one.due_at if one.due_at > now else None


def _record(visible: QuerySet[Workspace], whole: bool, now: datetime) -> tuple[Entry, ...]:
    may = Q(workspace__in=visible.order_by())
    if whole:
        may |= Q(workspace=None)
    rows = AuditEntry.objects.filter(may).select_related("person", "workspace")[:CHANGES]
    return tuple(Entry(moment(one.at, now), name(one.person), one.what, one.text,
                       one.workspace.slug if one.workspace else "the whole installation") for one in rows)
