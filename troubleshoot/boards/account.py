"""The record of one endpoint on one page: every attempt of it and its deployments, and all that happened, by time."""
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from troubleshoot import stakes, watches
from troubleshoot.boards import handover, happened, hurt, served, tried, witness
from troubleshoot.boards.card import split
from troubleshoot.boards.handover import HandOver
from troubleshoot.boards.happened import Event, began, over
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import Verdict
from troubleshoot.models import Attempt, Blind, Change, Correction, Deployment, Endpoint, Log, LogRead

RANGES = {"": "Newest attempts", "6h": "6 hours", "24h": "24 hours", "7d": "7 days", "30d": "30 days"}
_LONG = {"6h": timedelta(hours=6), "24h": timedelta(hours=24), "7d": timedelta(days=7), "30d": timedelta(days=30)}
NEWEST = 12  # attempts on the page where no range is asked for
MOST = 40  # attempts on one page, whatever is asked for; older ones are behind a link
MOST_ROWS = 300  # of each other table
MOST_READS = 120  # of the ledger of one log, newest first
QUIET = timedelta(days=1)  # between attempts: what came before a longer one stands behind a link, unless asked for
BEFORE = timedelta(minutes=10)  # what happened shortly before the first attempt belongs to it


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    range: str = ""
    kind: str = ""
    deployment: str = ""
    newest_first: bool = False
    until: datetime | None = None
    wrong: bool = False  # it asked for something that no page has; this is the nearest
    since: datetime | None = None  # of an incident's page: where it begins
    told: tuple[Event, ...] = ()  # and what its own history adds


@dataclass(frozen=True, slots=True)
class Row:
    """One event in the list, with its moment in words."""

    event: Event
    at: Moment
    until: Moment | None


@dataclass(frozen=True, slots=True)
class Page:
    """All that the record page shows."""

    workspace: str
    name: str
    title: str
    tone: str
    state: str
    split: str
    gone: Moment | None
    asked: Asked
    days: str
    attempts: tuple[tried.Line, ...]
    rows: tuple[Row, ...]
    total: int  # events before the filter
    counts: tuple[tuple[str, str, int], ...]  # (kind, its name, how many)
    names: tuple[str, ...]  # deployments, in the order of their colours
    spans: tuple[tuple[str, int, datetime, datetime | None, str], ...]  # (lane, number, from, to, state)
    ready: tuple[tuple[str, datetime, datetime], ...]  # (deployment, from, to): nothing was asked of it meanwhile
    shares: tuple[tuple[datetime, tuple[tuple[str, int], ...]], ...]
    since: datetime
    until: datetime
    open: bool
    older: datetime | None  # where the page of what happened before ends
    cut: bool  # more happened than a page holds
    hand: HandOver
    siblings: tuple[Deployment, ...]
    unseen: tuple[int, int]  # gaps of the logs, and stretches in which we saw nothing
    ended: datetime | None = None  # of an incident's page: where its end is drawn


def page(end: Endpoint, asked: Asked, now: datetime) -> Page:
    """The page of an endpoint that was loaded with its workspace; seven queries, whatever it went through."""
    deployments = {one.id: one for one in end.deployments.select_related("latest__verdict")}
    asked = _known(asked, [one.name for one in deployments.values()])
    until = asked.until or now + timedelta(seconds=1)  # what is seen at this very moment belongs to it
    known, more = _attempts(end, deployments, asked, until)
    found = known if asked.range or asked.since else _together(known, until)
    more = more or len(found) < len(known)
    newest = _newest(end, deployments, known)
    verdicts = {one.id: plain.load(Verdict, one.verdict.data) for one in (*known, *newest) if hasattr(one, "verdict")}
    seen = _seen(end, found, verdicts, _since(end, found, asked, until, more), until, now, asked)
    hand = handover.of(end, newest, known, list(deployments.values()), verdicts, seen.gaps, seen.blind, now)
    own = [one for one in found if one.deployment_id]
    mine = [one for one in found if asked.deployment in ("", happened.lane_of(one))]
    last = max((one.until or one.moment for one in seen.events), default=until)
    ends = last if end.gone_at or asked.until else now
    return Page(
        workspace=end.workspace.slug, name=end.name, tone=hand.tone,
        title=handover.sentence(end, hand, own, newest), state=end.state,
        split=split(end.traffic) if stakes.mapped(end) else hurt.NO_MAP, gone=moment(end.gone_at, now), asked=asked,
        days=days(seen.since, last),
        attempts=tuple(tried.line(one, verdicts.get(one.id, Verdict()), now) for one in mine),
        rows=rows([one for one in seen.events if _wanted(one, asked)], asked, now), total=len(seen.events),
        counts=counts(seen.events), names=tuple(sorted(one.name for one in deployments.values())),
        spans=tuple((happened.lane_of(one), one.number, began(one), over(one), one.state) for one in mine),
        shares=_shares(end, asked, seen, until), since=seen.since,
        ready=served.ready(seen.events, asked.deployment, ends), until=ends, open=_is_open(end, newest, asked),
        older=seen.since if more or asked.range and seen.since > end.first_seen_at else None,
        cut=len(seen.changes) == MOST_ROWS, hand=hand,
        siblings=tuple(deployments.values()), unseen=(seen.gaps, seen.blind))


def _known(asked: Asked, names: Sequence[str]) -> Asked:
    """What is asked for with the deployment's name as it is written, or without one that is not there."""
    name = next((one for one in names if one.lower() == asked.deployment.lower()), "")
    return replace(asked, deployment=name, wrong=asked.wrong or bool(asked.deployment and not name))


@dataclass(frozen=True, slots=True)
class Seen:
    """What happened in the range of a page, in one order."""

    since: datetime
    events: tuple[Event, ...]
    changes: tuple[Change, ...]
    gaps: int
    blind: int


def _seen(end: Endpoint, found: Sequence[Attempt], verdicts: Mapping[int, Verdict], since: datetime,
          until: datetime, now: datetime, asked: Asked) -> Seen:
    """Everything that was recorded in the range, by time; five queries."""
    changed = _changes(end, asked, since, until)
    told, gaps = _logs(found, now)
    stretches = Blind.objects.filter(Q(attempt=None) | Q(attempt__endpoint=end), workspace=end.workspace_id,
                                     until__gte=since, since__lt=min(until, end.gone_at or until))
    blind = tuple(witness.blind(one for one in stretches.order_by("-until")[:MOST_ROWS]
                                if one.until - one.since >= watches.stale_after()))
    said = Correction.objects.filter(attempt__in=found).select_related("person").order_by("at", "id")[:MOST_ROWS]
    known = {one.id: one for one in found}
    events = (*happened.attempts(found, verdicts), *happened.changes(changed, found), *told, *blind,
              *happened.opinions((one, known[one.attempt_id]) for one in said), *asked.told)
    inside = [one for one in events if one.moment < until and (one.until or one.moment) >= since]
    return Seen(since, tuple(sorted(inside, key=_place)), changed, gaps, len(blind))


def _changes(end: Endpoint, asked: Asked, since: datetime, until: datetime) -> tuple[Change, ...]:
    """What changed in the range; of an ended incident also what came after, which tells the split of then."""
    rows = Change.objects.filter(endpoint=end, at__gte=since).select_related("deployment")
    if asked.since and asked.until:
        return tuple(rows.order_by("at", "id")[:MOST_ROWS])
    return tuple(rows.filter(at__lt=until).order_by("-at", "-id")[:MOST_ROWS])[::-1]


def _shares(end: Endpoint, asked: Asked, seen: Seen, until: datetime) -> tuple[
        tuple[datetime, tuple[tuple[str, int], ...]], ...]:
    """The split of the traffic in the range; where nothing changed since, it is the one of now."""
    newest = asked.until is None or asked.since is not None and len(seen.changes) < MOST_ROWS
    return tuple(one for one in served.shares(seen.changes, end, seen.since, newest) if one[0] < until)


def _attempts(end: Endpoint, deployments: Mapping[int, Deployment], asked: Asked,
              until: datetime) -> tuple[list[Attempt], bool]:
    """The attempts of the range, oldest first, and whether there are more before them; one query."""
    rows = Attempt.objects.filter(Q(started__lt=until) | Q(started=None, recorded_at__lt=until), endpoint=end)
    most = MOST if asked.range or asked.since else NEWEST
    if asked.range or asked.since:
        since = asked.since or _base(end, asked, until) - _LONG[asked.range]
        rows = rows.filter(Q(started__gte=since) | Q(recorded_at__gte=since) | Q(ended__gte=since)
                           | ~Q(state__in=stakes.SETTLED))
    found = list(rows.select_related("verdict").defer("assets").order_by("-recorded_at", "-id")[:most + 1])
    kept = sorted((one for one in found[:most] if not asked.since or _reaches(one, asked.since)),
                  key=lambda one: (began(one), one.id))
    for one in kept:
        one.endpoint = end
        one.deployment = deployments.get(one.deployment_id) if one.deployment_id else None
    return kept, len(found) > most


def _reaches(one: Attempt, since: datetime) -> bool:
    """True where an attempt goes on in the range, whenever we recorded it."""
    return one.state not in stakes.SETTLED or max(began(one), over(one) or began(one)) >= since


def _together(rows: Sequence[Attempt], until: datetime) -> list[Attempt]:
    """The newest attempts that lie close together: weeks of quiet before them would press their hours into one mark."""
    for at in range(len(rows) - 1, 0, -1):
        begin = began(rows[at])
        if begin - max(_lasts(one, until) for one in rows[:at]) > max(QUIET, until - begin):
            return list(rows[at:])
    return list(rows)


def _lasts(one: Attempt, until: datetime) -> datetime:
    """Until when an attempt matters: to its end, or to now while it goes on or its failure stands."""
    newest = one.deployment is None or one.deployment.latest_id == one.id
    stands = one.state in stakes.BAD and newest and not stakes.is_gone(one)
    return until if stands or one.state not in stakes.SETTLED else over(one) or began(one)


def _base(end: Endpoint, asked: Asked, until: datetime) -> datetime:
    """Where a range ends: where the page ends, or with the endpoint."""
    return end.gone_at if end.gone_at and not asked.until else until


def _since(end: Endpoint, found: Sequence[Attempt], asked: Asked, until: datetime, more: bool) -> datetime:
    """Where the page begins: with its first attempt, or with the range that was asked for."""
    first = min((began(one) for one in found), default=until - BEFORE)
    if asked.since:
        return asked.since
    if asked.range and not more:
        return _base(end, asked, until) - _LONG[asked.range]
    return first if more else first - BEFORE


def _logs(found: Sequence[Attempt], now: datetime) -> tuple[tuple[Event, ...], int]:
    """What was answered for the logs of these attempts, and how many seams they have; two queries."""
    rows: dict[int, list[Log]] = defaultdict(list)
    for log in Log.objects.filter(attempt__in=found).order_by("container"):
        rows[log.attempt_id].append(log)
    place = Window(RowNumber(), partition_by=F("log"), order_by=F("id").desc())
    ledger = LogRead.objects.filter(log__attempt__in=found).annotate(place=place).filter(place__lte=MOST_READS)
    reads: dict[int, list[LogRead]] = defaultdict(list)
    for one in ledger.order_by("id"):
        reads[one.log_id].append(one)
    known = {one.id: one for one in found}
    return tuple(witness.logs(rows, reads, known, now)), sum(len(log.gaps) for kept in rows.values() for log in kept)


def _newest(end: Endpoint, deployments: Mapping[int, Deployment], found: Sequence[Attempt]) -> list[Attempt]:
    """The newest attempt of each deployment, and of the endpoint itself where the page has it."""
    rows = []
    for one in deployments.values():
        if one.latest:
            one.endpoint = one.latest.endpoint = end
            one.latest.deployment = one
            rows.append(one.latest)
    own = [one for one in found if one.deployment_id is None]
    return rows + own[-1:]


def _is_open(end: Endpoint, newest: Sequence[Attempt], asked: Asked) -> bool:
    """True where the page reaches to now, and something goes on or is wrong."""
    if asked.until or end.gone_at:
        return False
    return any(one.state not in stakes.SETTLED or one.state in stakes.BAD for one in newest)


_ORDER = ("traffic", "settings", "people", "state", "container", "evidence", "logs", "blind")  # at one moment


def _place(one: Event) -> tuple:
    own = one.lane == happened.INCIDENT  # follows from what it stands beside
    return one.moment, _ORDER.index(one.kinds[-1]), own, one.deployment, one.number, one.line, one.text


def _wanted(one: Event, asked: Asked) -> bool:
    """Events of the kind and the deployment that were asked for; what is the endpoint's concerns each deployment."""
    return asked.kind in ("", *one.kinds) and asked.deployment in ("", one.deployment) or (
        asked.kind in ("", *one.kinds) and not one.deployment and not one.number)


def rows(shown: Sequence[Event], asked: Asked, now: datetime) -> tuple[Row, ...]:
    """Events as the rows of a list, in the order that was asked for."""
    order = reversed(shown) if asked.newest_first else shown
    return tuple(Row(one, at, moment(one.until, now)) for one in order if (at := moment(one.moment, now)))


def counts(events: Sequence[Event]) -> tuple[tuple[str, str, int], ...]:
    """How many events of each kind there are, all of them first."""
    counted = Counter(kind for one in events for kind in one.kinds)
    return (("", "All", len(events)), *((key, name, counted[key]) for key, name in happened.KINDS.items()
                                        if counted[key]))


def days(since: datetime, until: datetime) -> str:
    """`26 Nov 2026`, or from and to where it is more than one day."""
    first, last = (f"{at.day}\u00a0{at:%b %Y}" for at in (since, until))
    return first if first == last else f"{first} to {last}"
