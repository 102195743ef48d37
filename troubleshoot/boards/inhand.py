"""Who has an incident in hand, what was done with it and by whom, and what can be done now."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import Case, Exists, OuterRef, Q, When

from troubleshoot import history, inhand, people, ranks, stakes, turned
from troubleshoot.boards.words import Moment, day, moment
from troubleshoot.models import Incident, IncidentEvent, Person

MOST_PEOPLE = 300  # to hand it to
MOST_DEEDS = 400  # the newest of a history: what fails every few minutes for weeks has thousands
MORNING = 9  # o'clock, UTC
GONE = people.name(None)
_BY_ITSELF = {"opened": "Incident {} opened", "joined": "It failed again", "regressed": "It came back after its end",
              "cause": "The verdict changed", "rank": "The traffic at stake changed", "woke": "The snooze ended",
              "ended": "Resolved by itself", "carried": "Goes on from the incident before"}
_UNDONE = {"took": "taking it", "handed": "handing it over", "left": "giving it up", "noted": "a note",
           "acknowledged": "the acknowledgement", "snoozed": "the snooze", "unsnoozed": "ending the snooze",
           "resolved": "the resolution", "reopened": "opening it again", "serving": "the answer whether it serves",
           "ticket": "the ticket"}


@dataclass(frozen=True, slots=True)
class Deed:
    """One row of an incident's history in words."""

    id: int
    what: str
    moment: datetime
    at: Moment | None
    who: str  # empty: by itself
    text: str
    small: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Hand:
    """All that `parts/inhand.html` shows and offers."""

    number: int
    open: bool
    owner: str  # empty: nobody
    owner_id: int | None
    mine: bool
    taken: Moment | None
    failed: bool  # Azure still calls it failed, as far as the polls tell
    times: int
    last: Moment | None
    regressed: Moment | None
    acknowledged: Moment | None
    acknowledged_by: str
    reason: str
    snooze: str  # how long, in words
    snoozed_by: str
    woke: str
    woke_at: Moment | None
    asks: bool  # whether it serves is not known, and can be answered
    serving: str
    serving_by: str
    serving_at: Moment | None
    ticket: str
    ticket_link: str  # only of an https address
    resolved: Moment | None
    resolved_by: str  # empty: it ended by itself
    how: str
    reopens: bool  # a person resolved it, so a person can open it again
    people: tuple[tuple[int, str], ...]
    lengths: tuple[tuple[str, str], ...]  # of a snooze: (value of the form, words)
    fails: bool  # its failures can be waited for
    undo: Deed | None
    deeds: tuple[Deed, ...]  # the newest, in the order they were told


def hand(row: Incident, person: Person, now: datetime) -> Hand:
    """How an incident stands in the hands of people, for the one who looks; two queries."""
    events = list(row.events.order_by("-id")[:MOST_DEEDS])[::-1]
    named = _people(row, events)
    names = {one.id: people.name(one) for one in named}
    deeds = {one.id: _deed(row, one, names, now) for one in events}
    last = inhand.undoable(events, person)
    woke = next((deeds[one.id] for one in reversed(events) if one.what == "woke"), None) if row.woke else None
    is_open = row.resolved_at is None
    return Hand(
        number=row.id, open=is_open, owner=_name(row.owner_id, names), owner_id=row.owner_id,
        mine=row.owner_id == person.id, taken=moment(row.taken_at, now), failed=_failed(row), times=row.times,
        last=moment(row.last_at, now), regressed=moment(row.regressed_at, now),
        acknowledged=moment(row.acknowledged_at, now), reason=row.reason,
        acknowledged_by=_name(row.acknowledged_by_id, names, gone=True),
        snooze=inhand.asleep(row.snooze, row.snooze_until, (row.snooze_times or 0) - row.times),
        snoozed_by=_name(row.snoozed_by_id, names, gone=True), woke=row.woke, woke_at=woke.at if woke else None,
        asks=asks(row), serving=row.serving, serving_by=_name(row.serving_by_id, names, gone=True),
        serving_at=moment(row.serving_at, now), ticket=row.ticket, ticket_link=address(row.ticket),
        resolved=moment(row.resolved_at, now), how=row.how, reopens=not is_open and _by_hand(events),
        resolved_by=_name(row.resolved_by_id, names, gone=_by_hand(events)) if not is_open else "",
        people=tuple((one.id, names[one.id]) for one in named if one.__dict__["may"] and one.id != row.owner_id),
        lengths=lengths(now, row.silent), fails=not row.silent,
        undo=deeds[last.id] if last and turned.stands(row, last) else None, deeds=tuple(deeds.values()))


def asks(row: Incident) -> bool:
    """True where whether a deployment still serves is not known, or was answered by a person."""
    return row.resolved_at is None and not row.silent and row.deployment_id is not None and (
        bool(row.serving) or row.rank == ranks.NOT_KNOWN)


def address(ticket: str) -> str:
    """The ticket as an address to link to: https, with a host, and nobody's password; else nothing."""
    try:
        parts = urlsplit(ticket)
        sound = parts.scheme == "https" and parts.hostname and not parts.username and parts.port in (None, 443)
    except ValueError:
        return ""
    return ticket if sound and ticket.isascii() and ticket.isprintable() and " " not in ticket else ""


def lengths(now: datetime, silent: bool = False) -> tuple[tuple[str, str], ...]:
    """The lengths of a snooze that are one press away; of silent trouble only a time, which it cannot outlast."""
    at = morning(now)
    times = (("1h", "For 1\u00a0hour"), ("morning", f"Until 09:00 UTC, {day(at)}"), ("1d", "For 1\u00a0day"),
             ("7d", "For 7\u00a0days"))
    more = (("attempt", "Until the next attempt"), ("cause", "Until the cause changes"))
    return times if silent else (*times, *more)


def morning(now: datetime) -> datetime:
    """The next nine o'clock that is at least an hour away, in UTC."""
    at = now.astimezone(UTC).replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return at if at - now >= timedelta(hours=1) else at + timedelta(days=1)


def _people(row: Incident, events: Iterable[IncidentEvent]) -> list[Person]:
    """Everybody whom the history names, and who may see the workspace (`may`); one query."""
    named = {row.owner_id, row.acknowledged_by_id, row.snoozed_by_id, row.serving_by_id, row.resolved_by_id}
    for one in events:
        named |= {one.person_id, one.before.get("owner_id"), one.after.get("owner_id")}
    named.discard(None)
    may = Exists(people.may_see(row.workspace_id).filter(id=OuterRef("id")).order_by())
    rows = Person.objects.annotate(may=may).filter(Q(may=True) | Q(id__in=named))
    return list(rows.only("first_name", "last_name", "username").order_by(
        Case(When(id__in=named, then=0), default=1), "first_name", "last_name", "username")[:MOST_PEOPLE + len(named)])


def _name(number: int | None, names: Mapping[int, str], gone: bool = False) -> str:
    """The name of a person; where `gone`, that there was one whose account is no more."""
    return names.get(number, GONE) if number is not None else GONE if gone else ""


def _by_hand(events: Sequence[IncidentEvent]) -> bool:
    return next((one.what for one in reversed(events) if one.what in ("resolved", "ended") and not one.undone_at),
                "ended") == "resolved"


def _failed(row: Incident) -> bool:
    return row.resolved_at is None and not row.silent and row.last is not None and row.last.state in stakes.BAD


def _deed(row: Incident, one: IncidentEvent, names: Mapping[int, str], now: datetime) -> Deed:
    itself = one.what in history.ITSELF
    who = "" if itself else _name(one.person_id, names, gone=True)
    text = _BY_ITSELF[one.what].format(row.id) if itself else _did(one, who, names)
    small = "" if one.what == "undid" else one.text
    if one.what == "ended" and one.after.get("onward_id"):
        return Deed(one.id, "onward", one.at, moment(one.at, now), who, "It went on as another incident", small, False)
    if one.what == "cause":
        text = _turned_cause(one)
    if one.what == "rank" and "rank" in one.after:
        text = f"Production traffic: {ranks.TRAFFIC[one.after['rank']].lower()}"
    if one.what == "took" and one.before.get("owner_id"):
        small = f"{_name(one.before['owner_id'], names)} had it before"
    return Deed(one.id, one.what, one.at, moment(one.at, now), who, text, small, one.undone_at is not None)


def _turned_cause(one: IncidentEvent) -> str:
    """How the cause turned, in words."""
    if "cause" not in one.after:
        return "The verdict is told in other words"
    if not one.after["cause"]:
        return "No cause is proved any more"
    return "Another cause is told" if one.before.get("cause") else "The cause was found"


def _did(one: IncidentEvent, who: str, names: Mapping[int, str]) -> str:
    """What a person did, as a sentence."""
    if one.what == "undid":
        return f"{who} took back {_UNDONE.get(one.text, 'the last change')}"
    return {
        "took": f"{who} took it", "left": f"{who} gave it up", "noted": f"{who} noted",
        "handed": f"{who} handed it to {_name(one.after.get('owner_id'), names, gone=True)}",
        "acknowledged": f"{who} acknowledged it", "snoozed": f"{who} snoozed it",
        "unsnoozed": f"{who} ended the snooze", "resolved": f"{who} resolved it", "reopened": f"{who} opened it again",
        "serving": f"{who} found that it {'still serves' if one.after.get('serving') == 'yes' else 'does not serve'}",
        "ticket": f"{who} {'named the ticket' if one.text else 'took the ticket away'}"}[one.what]
