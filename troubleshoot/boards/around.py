"""What happened around an attempt, from rows: changes, people, answers for logs, and where we did not see."""
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce

from troubleshoot import stakes, watches
from troubleshoot.boards.said import kind_of
from troubleshoot.boards.words import exact, moment, plural
from troubleshoot.diagnosis import facts
from troubleshoot.diagnosis.changed import asset_name
from troubleshoot.diagnosis.timeline import Entry, joined
from troubleshoot.models import Attempt, Blind, Change, Correction, Log

SAME_LOOK = timedelta(seconds=5)  # a look notes what changed some moments before it records the attempt
MOST = 400  # rows of a kind that are read; an entry says where a lane is cut (timeline.bounded)
WHY = {
    "": "nothing polled", "denied": "Azure refused (denied)", "throttled": "Azure asked us to wait (throttled)",
    "unreachable": "Azure did not answer (unreachable)", "gone": "Azure answered that it is not there (gone)",
    "malformed": "Azure's answers could not be read (malformed)", "not signed in": "we were not signed in",
    "broken": "our own poll broke", "parked": "the poll was parked after it had died four times"}
_SAW = {"endpoints": "states", "attempts": "the operation"}
ASKED = {"traffic set by": "set the traffic", "deletion asked by": "asked for the deletion of {}",
          "deletion refused for": "was refused the deletion of {}"}
ASSETS = ("model", "environment", "code")
FIELDS = {"instance_type": "VM size", "instance_count": "number of instances", "code": "code",
           "variables": "environment variables", "egress": "outbound access", "traffic": "traffic split"}


@dataclass(frozen=True, slots=True)
class Turned:
    """A watched field that turned, or what the activity log told of it."""

    at: datetime
    field: str
    before: str
    after: str
    name: str  # its deployment; empty for the endpoint


@dataclass(frozen=True, slots=True)
class Unseen:
    """A stretch in which a poll did not see."""

    since: datetime
    until: datetime
    poll: str
    container: str
    why: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An attempt beside this one: the next of the same subject, or one of the same endpoint that failed meanwhile."""

    name: str  # its deployment; empty for the endpoint's own operation
    number: int
    state: str
    began: datetime
    same: bool


@dataclass(frozen=True, slots=True)
class Around:
    """The rows around an attempt, while it was the newest of its subject, oldest first."""

    changes: tuple[Turned, ...] = ()
    blind: tuple[Unseen, ...] = ()
    beside: tuple[Neighbour, ...] = ()
    corrections: tuple[Correction, ...] = ()
    lasts: bool = False  # the newest stretch without a look goes on

    @property
    def next(self) -> Neighbour | None:
        """The attempt of the same subject that came after this one."""
        return next((one for one in self.beside if one.same), None)

    def states(self, row: Attempt) -> list[Turned]:
        """The states that looks saw the subject of an attempt turn to."""
        return [one for one in self.changes if one.field == "state" and one.name == _name(row)]

    def ready_at(self, row: Attempt) -> datetime | None:
        """When a look first saw the attempt ready that had been reported failed."""
        if row.state != "Succeeded" or row.failed_at is None:
            return None
        return next((one.at for one in reversed(self.states(row)) if one.after == row.state), None)


def of(row: Attempt, corrections: Iterable[Correction], seen: datetime | None, now: datetime) -> Around:
    """The newest MOST rows of all three kinds together; one query. `seen` is when the workspace was last listed."""
    began = (row.started or row.recorded_at) - SAME_LOOK
    found = _changes(row, began).union(_blind(row, began), _beside(row), all=True)
    rows = [_Row(*one) for one in found.order_by("-row_since")[:MOST]][::-1]
    beside = tuple(Neighbour(one.name, one.number, one.first, one.since, one.name == _name(row))
                   for one in rows if one.kind == "beside")
    following = next((one.began for one in beside if one.same), None)
    until = following - SAME_LOOK if following else now + SAME_LOOK
    blind = [Unseen(one.since, one.until, one.first, one.second, one.third) for one in rows
             if one.kind == "blind" and one.since < until and one.until - one.since >= watches.stale_after()]
    lasts = seen is not None and following is None and now - seen >= watches.stale_after()
    if seen and lasts:
        blind.append(_since(seen, blind, now))
    return Around(
        tuple(Turned(one.since, one.first, one.second, one.third, one.name)
              for one in rows if one.kind == "change" and one.since < until),
        tuple(blind), beside, tuple(one for one in corrections if one.attempt_id == row.id), lasts)


def _since(seen: datetime, blind: Iterable[Unseen], now: datetime) -> Unseen:
    """The stretch that lasts until now, for the reason that the polls met last."""
    why = next((one.why for one in blind if one.poll == "endpoints" and one.until > seen), "")
    return Unseen(seen, now, "endpoints", "", why)


class _Row(NamedTuple):
    """One row of the union: what the columns mean depends on its kind."""

    kind: str
    since: datetime
    until: datetime
    first: str
    second: str
    third: str
    name: str
    number: int


def _name(row: Attempt) -> str:
    return row.deployment.name if row.deployment else ""


def _as_rows(rows: QuerySet[Any], kind: str, *columns: Any) -> QuerySet[Any, Any]:
    """The columns of a `_Row`; the last two are the name of its deployment and a number."""
    every = dict(zip((f"row_{name}" for name in _Row._fields), (_text(kind), *columns), strict=True))
    return rows.order_by().annotate(**every).values_list(*every)


def _text(said: str) -> Value:
    return Value(said, output_field=TextField())


_OWN = Coalesce(F("deployment__name"), _text(""))


def _changes(row: Attempt, began: datetime) -> QuerySet[Any, Any]:
    """What turned at the endpoint or this deployment since the attempt began."""
    own = Q(deployment=row.deployment_id) | Q(deployment=None)
    ours = Change.objects.filter(own, endpoint=row.endpoint_id, at__gte=began)
    return _as_rows(ours, "change", F("at"), F("at"), F("field"), F("before"), F("after"), _OWN, Value(0))


def _blind(row: Attempt, began: datetime) -> QuerySet[Any, Any]:
    of_it = Q(attempt=row.id) | Q(attempt=None, poll="endpoints")
    found = Blind.objects.filter(of_it, workspace=row.endpoint.workspace_id, until__gt=began)
    return _as_rows(found, "blind", F("since"), F("until"), F("poll"), F("container"), F("why"), _text(""), Value(0))


def _beside(row: Attempt) -> QuerySet[Any, Any]:
    """The next attempt of the same subject, and failures of others of the endpoint that overlap with this one."""
    began, ended = row.started or row.recorded_at, row.ended or row.failed_at
    others = Q(state__in=stakes.BAD) & (Q(ended__gte=began) | Q(ended=None, failed_at__gte=began))
    if ended:
        others &= Q(started__lte=ended) | Q(started=None, recorded_at__lte=ended)
    others &= ~Q(deployment=row.deployment_id) if row.deployment_id else Q(deployment__isnull=False)
    found = Attempt.objects.filter(Q(deployment=row.deployment_id, number=row.number + 1) | others,
                                   endpoint=row.endpoint_id)
    began_at = Coalesce(F("started"), F("recorded_at"))
    return _as_rows(found, "beside", began_at, began_at, F("state"), _text(""), _text(""), _OWN, F("number"))


def entries(row: Attempt, around: Around, logs: Iterable[Log], now: datetime) -> Iterator[Entry]:
    """All of it as entries of the timeline; no query."""
    for change in around.changes:
        if (told := _change(row, change)) is not None:
            yield told
    yield from _people(row, around)
    yield from _ended_otherwise(row, around)
    for log in logs:
        yield from _answers(log)
    yield from _unseen(around, now, (row.deployment or row.endpoint).gone_at)


def _change(row: Attempt, one: Turned) -> Entry | None:
    """A field that turned; states of the attempt itself are told where they are no mere end of it."""
    name, mine = one.name or "the endpoint", one.name == _name(row)
    if one.field in ASKED:
        return Entry(one.at, "people", f"{one.after} {ASKED[one.field].format(name)}", small="from the activity log")
    if one.field in ("deleted", "made again"):
        known = mine and one.field == "deleted" and (row.deployment or row.endpoint).gone_at
        return None if known else Entry(one.at, "change", f"{one.name or 'The endpoint'} was {one.field}")
    if one.field == "state" and mine:
        return _state(row, one, name)
    before, after = (asset_name(value) if one.field in ASSETS else value for value in (one.before, one.after))
    small = f"{before or 'nothing'} to {after or 'nothing'}" if before or after else ""
    what = FIELDS.get(one.field, one.field.replace("_", " "))
    return Entry(one.at, "change", f"{what[0].upper()}{what[1:]} of {name} changed", small=small)


def _state(row: Attempt, one: Turned, name: str) -> Entry | None:
    late = row.state == "Succeeded" and row.failed_at is not None
    if late and one.after == "Succeeded":
        return Entry(one.at, "operation", f"{name} became ready without a new operation", "passed",
                     small="first seen so then")
    if one.after in (row.state, "Failed", "Deleting"):
        return None  # told by the operation, the report of the failure, or the deletion
    if one.at <= row.recorded_at + SAME_LOOK:
        return None  # the state in which the attempt was first seen
    return Entry(one.at, "operation", f"Azure lists {name} as {one.after or 'without a state'}",
                 small=f"before: {one.before or 'no state'}")


def _people(row: Attempt, around: Around) -> Iterator[Entry]:
    began = row.started or row.recorded_at
    if row.caller:
        what = {"create": "the creation", "update": "the update"}.get(row.kind, "the operation")
        yield Entry(began, "people", f"{row.caller} asked for {what}")
    for one in around.corrections:
        who = one.person.get_username() if one.person else "somebody whose account is gone"
        yield Entry(one.at, "people", f"{who} named the cause: {kind_of(one.cause) if one.cause else 'none of ours'}",
                    small=one.note)


def _ended_otherwise(row: Attempt, around: Around) -> Iterator[Entry]:
    """A deletion, and the attempt that came after this one."""
    subject = row.deployment.name if row.deployment else row.endpoint.name
    if row.deleting_at:
        waits = row.ended is None or row.ended > row.deleting_at
        yield Entry(row.deleting_at, "operation", f"A deletion of {subject} was first seen", "warning",
                    small="it waits until Azure has ended this attempt" if waits else "")
    after = around.next
    if after is not None:
        unseen = row.state not in facts.TERMINAL_STATES
        yield Entry(after.began, "operation", f"Attempt {after.number} of {subject} began", "warning" if unseen else "",
                    small="the end of this one was not seen" if unseen else "")


def _answers(log: Log) -> Iterator[Entry]:
    """Answers for a log by their kind, from the ledger (boards/doubt.logs brings the moments)."""
    name = log.container
    withheld, until = getattr(log, "withheld_from", None), getattr(log, "withheld_until", None)
    first = getattr(log, "first_logs", None)
    if withheld and until:
        until = first if first and withheld < first < until else until  # a deletion withholds it once more
        yield Entry(withheld, "log", f"Azure withheld the log of {name}", source=name, until=until,
                    small=f"for {exact((until - withheld).total_seconds())}" if until > withheld else "one answer")
    if first:
        yield Entry(first, "log", f"First lines of {name} read", source=name)
    at = getattr(log, "first_at", None) or log.read_at
    if log.last_class and log.last_class not in (facts.LOGS, facts.WITHHELD) and at:
        kept = f"{plural(log.lines, 'line')} read before {'is' if log.lines == 1 else 'are'} kept" if log.lines else ""
        said = f"Azure's words: {log.said}" if log.said else ""
        yield Entry(at, "log", f"{name}: {_CLASSES.get(log.last_class, log.last_class)}", source=name,
                    small="; ".join(filter(None, (kept, said))))


_CLASSES = {facts.NONE_YET: "Azure has no log", facts.GONE: "the log is gone", facts.DENIED: "the log may not be read",
            facts.THROTTLED: "Azure asks us to wait", facts.BAD_REQUEST: "Azure refused the request"}


def looked(why: str) -> str:
    """What is said of us for a stretch without a look: it lay with us, or Azure did not let us."""
    return "did not look" if why in ("", "broken", "parked") else "could not look"


def _unseen(around: Around, now: datetime, gone: datetime | None) -> Iterator[Entry]:
    """The same stretch of several watches is one entry; of what is gone there is nothing to see any more."""
    told = [Entry(one.since, "blind", "", state=one.why,
                  small=_SAW.get(one.poll, f"the log of {one.container}"), until=one.until)
            for one in around.blind if gone is None or one.since < gone]
    for one in joined(told):
        since, until = moment(one.at, now), moment(one.until, now)
        if since and until:
            verb = looked(one.state)
            span = f"from {since.clock} to {until.clock if until.day == since.day else f'{until.day} {until.clock}'}"
            if around.lasts and one.until == now:
                verb, span = verb.replace("did not look", "have not looked"), f"since {since.clock}"
            seen = "" if not one.state and one.small == _SAW["endpoints"] else f"not seen: {one.small}"
            yield Entry(one.at, "blind", f"We {verb} {span}: {WHY.get(one.state, one.state)}",
                        "unseen", small=seen, until=one.until)
