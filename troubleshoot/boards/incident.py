"""The record of one incident: what happened in its time, on one axis and as a list, and the hand-over."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import QuerySet

from troubleshoot import ranks
from troubleshoot.boards import account, handed_over
from troubleshoot.boards.account import Asked, Row
from troubleshoot.boards.handover import HandOver
from troubleshoot.boards.happened import INCIDENT, KINDS, PEOPLE, Event
from troubleshoot.boards.inhand import MOST_DEEDS, Deed, Hand, hand
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import Verdict
from troubleshoot.models import Incident, Notice, Person, Workspace

RANGES = {"": "Incident", "6h": "6 hours", "24h": "24 hours"}
_LONG = {"6h": timedelta(hours=6), "24h": timedelta(hours=24)}
LEAD = timedelta(minutes=10)  # what happened shortly before it opened belongs to it
MOST_NOTICES = 100
CHANNELS = {"email": "e-mail", "teams": "Microsoft Teams", "slack": "Slack", "webhook": "webhook"}
_TOLD = {"failed": "", "recovered": " that it is over", "digest": " in a digest"}
_TONES = {"opened": ("bad", "bad"), "regressed": ("bad", "bad"), "joined": ("bad", "bad"), "ended": ("ok", "ok"),
          "woke": ("warn", "warn"), "rank": ("warn", "warn"), "resolved": ("ok", "ok")}


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of an incident shows; `account` is None where the subject is no endpoint."""

    number: int
    title: str
    workspace: str
    name: str  # of the endpoint
    deployment: str
    attempt: int | None  # the newest that failed so
    open: bool
    tone: str
    glyph: str
    state: str
    since: Moment | None
    first_seen: bool
    range: str
    kind: str
    days: str
    rows: tuple[Row, ...]
    total: int
    counts: tuple[tuple[str, str, int], ...]
    account: account.Page | None
    cut: bool
    in_hand: Hand
    hand: HandOver


def page(row: Incident, person: Person, visible: QuerySet[Workspace], wanted: tuple[str, str], address: str,
         now: datetime) -> Page:
    """The page of an incident as `access.incident` loads it; eleven queries, four without an endpoint.

    `wanted` is the range and the kind of event that the address asks for, `address` the whole one of the incident.
    """
    in_hand = hand(row, person, now)
    span, kind = (one if one in known else "" for one, known in zip(wanted, (RANGES, ("", *KINDS)), strict=True))
    own = tuple(sorted((*_deeds(in_hand.deeds), *_notices(row)), key=lambda one: one.moment))
    asked = _asked(row, own, span, kind, now)
    record = account.page(row.endpoint, asked, now) if row.endpoint else None
    if record:
        record = replace(record, title=title(row), open=in_hand.open, ended=row.resolved_at)
    events = [one for one in own if kind in ("", *one.kinds)]
    since, until = asked.since or row.opened_at, asked.until or now
    return Page(
        number=row.id, title=title(row), workspace=row.workspace.slug, name=row.endpoint.name if row.endpoint else "",
        deployment=row.deployment.name if row.deployment else "", attempt=row.last_number, open=in_hand.open,
        **_state(row),
        since=moment(row.since if in_hand.open else row.opened_at, now),
        first_seen=row.first_seen and not (in_hand.open and row.regressed_at), range=span, kind=kind,
        days=account.days(since, until), rows=record.rows if record else account.rows(events, asked, now),
        total=record.total if record else len(own), counts=record.counts if record else account.counts(own),
        account=record, in_hand=in_hand, cut=len(in_hand.deeds) == MOST_DEEDS
        or record is not None and (record.cut or record.older is not None),
        hand=_hand(row, record, in_hand, visible, address, now))


def title(row: Incident) -> str:
    """`churn-scorer / green: score.py imports lightgbm, but …`."""
    return f"{handed_over.where(row)}: {row.title}"


def _state(row: Incident) -> dict[str, str]:
    """How it stands: in words, and by colour and shape."""
    if number := row.onward_id:
        return {"state": f"Went on as incident {number}", "tone": "mut", "glyph": "idle"}
    rank = ranks.RESOLVED if row.resolved_at else row.rank
    said = "Resolved" if row.resolved_at else ranks.GROUPS[rank]
    return {"state": said, "tone": ranks.TONES[rank], "glyph": ranks.GLYPHS[rank]}


def _asked(row: Incident, own: Sequence[Event], span: str, kind: str, now: datetime) -> Asked:
    """From shortly before it opened to now, or to its end and what was done with it after; else its last hours."""
    last = max((one.moment for one in own), default=row.opened_at)
    until = max(row.resolved_at, last) + timedelta(seconds=1) if row.resolved_at else None
    begin = min([row.opened_at, *([row.first.started] if row.first and row.first.started else [])]) - LEAD
    since = (until or now) - _LONG[span] if span else begin
    return Asked(kind=kind, until=until, since=since, told=tuple(one for one in own if one.moment >= since))


def _deeds(deeds: Sequence[Deed]) -> Iterator[Event]:
    """The history of the incident as events: what people did on their lane, the rest on its own."""
    for one in deeds:
        tone, glyph = _TONES.get(one.what, ("mut", "me" if one.who else "ev"))
        small = "; ".join(filter(None, (one.small, "taken back since" if one.undone else "")))
        yield Event(one.moment, PEOPLE if one.who else INCIDENT, ("people",) if one.who else ("state",),
                    one.text, small, tone, glyph)


def _notices(row: Incident) -> Iterator[Event]:
    """The notices of it that left the house: who was told, when; one query."""
    sent = Notice.objects.filter(incident=row).exclude(sent_at=None).select_related("channel").order_by("sent_at")
    for one in sent[:MOST_NOTICES]:
        if one.sent_at:
            text = f"{one.channel.name} was told by {CHANNELS.get(one.channel.kind, one.channel.kind)}"
            yield Event(one.sent_at, PEOPLE, ("people",), text + _TOLD.get(one.what, ""), one.channel.shown, "mut",
                        "me")


def _hand(row: Incident, record: account.Page | None, in_hand: Hand, visible: QuerySet[Workspace], address: str,
          now: datetime) -> HandOver:
    """What whoever takes over needs; one query, none where the cause is not known."""
    noted = next((one for one in reversed(in_hand.deeds) if one.what == "noted" and not one.undone), None)
    verdict = plain.load(Verdict, row.last.verdict.data) if row.last and hasattr(row.last, "verdict") else None
    if row.last and row.endpoint:
        row.last.endpoint = row.endpoint
    return handed_over.of(
        row, row.last, list(record.siblings) if record else [], verdict, now, address=address,
        earlier=handed_over.before(row, visible), unseen=record.unseen if record else (0, 0), note=_note(noted))


def _note(told: Deed | None) -> str:
    """`what was tried (Priya Raman, 23 Nov 03:02:11 UTC)`."""
    return f"{told.small} ({told.who}{f', {told.at.full}' if told.at else ''})" if told else ""
