"""What happened to an endpoint and its deployments: attempts, container starts, warnings, quoted lines, changes."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import people, stakes
from troubleshoot.boards.around import ASKED, FIELDS
from troubleshoot.boards.card import doing, tone
from troubleshoot.boards.lines import alike
from troubleshoot.boards.said import kind_of
from troubleshoot.boards.words import NB, exact, instances, plural
from troubleshoot.diagnosis import facts, logs, plain
from troubleshoot.diagnosis.changed import asset_name
from troubleshoot.diagnosis.facts import CONTAINERS, DeploymentFacts, Evidence, Verdict
from troubleshoot.models import Attempt, Change, Correction
from troubleshoot.record.activity import SEEN_BY

KINDS = {"state": "State", "traffic": "Traffic", "settings": "Settings", "container": "Container",
         "evidence": "Evidence", "logs": "Logs", "people": "People", "blind": "Not seen"}
ENDPOINT, TRAFFIC, STARTS, PROOF, LOGS, PEOPLE, BLIND, INCIDENT = (
    "Endpoint", "Traffic", "Restarts, kills", "Evidence", "Logs", "People", "Not seen", "Incident")
QUOTED = 6  # different quotations of one attempt; all of them stand on its page
STARTED = WARNED = 40  # starts of the containers of one attempt, and warnings about them, likewise
SHIFTED_BY = "traffic set by"  # as record.activity names who did it


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when, on which lane of the chart, what, and where it can be read."""

    moment: datetime
    lane: str
    kinds: tuple[str, ...]
    text: str
    small: str = ""
    tone: str = "mut"
    glyph: str = "idle"
    deployment: str = ""
    number: int = 0  # of its attempt; 0 where it belongs to none
    container: str = ""
    line: int = 0
    until: datetime | None = None  # the end of a stretch
    mark: str = ""  # words beside the vertical mark, where it has one


def lane_of(row: Attempt) -> str:
    """The lane of an attempt: that of its deployment, or of the endpoint itself."""
    return row.deployment.name if row.deployment else ENDPOINT


def began(row: Attempt) -> datetime:
    """When an attempt began, or when it was first seen."""
    return row.started or row.recorded_at


def over(row: Attempt) -> datetime | None:
    """When it ended as Azure or the poll told; None while it goes on, or where that is not known."""
    if row.state not in stakes.SETTLED:
        return None
    return row.ended or (row.failed_at if row.state in stakes.BAD else None)


def came_late(row: Attempt) -> bool:
    """True where Azure reported a failure, and the same operation became ready after all."""
    return row.state == "Succeeded" and row.failed_at is not None


def several(row: Attempt) -> bool:
    """True where a stored log may hold lines of several instances: Azure does not say whose log it gives."""
    return (row.spec.get("instance_count") or 0) > 1 if row.deployment_id and row.spec else False


def subject(row: Attempt) -> str:
    """What an attempt is about, as the subject of a sentence."""
    return row.deployment.name if row.deployment else "The endpoint"


def attempts(rows: Iterable[Attempt], verdicts: Mapping[int, Verdict]) -> Iterator[Event]:
    """Begin and end of each attempt, the starts of its containers, their warnings, and what was quoted."""
    for row in rows:
        verdict = verdicts.get(row.id, Verdict())
        if row.state != stakes.REFUSED:
            yield _begin(row)
        yield from _end(row, verdict)
        yield from _warnings(row)
        yield from _quotes(row, verdict)
    yield from _starts(rows, verdicts)


def _begin(row: Attempt) -> Event:
    what = {"create": "the creation of", "update": "an update of"}.get(row.kind, "an operation on")
    name = row.deployment.name if row.deployment else "the endpoint"
    text = f"{row.caller} asked for {what} {name}" if row.caller else f"{what.capitalize()} {name} began"
    told = [_spec(row), "" if row.started else "first seen then; when it began is not told"]
    return Event(began(row), PEOPLE if row.caller else lane_of(row), ("state", "people") if row.caller else ("state",),
                 text, "; ".join(filter(None, told)), glyph="me" if row.caller else "idle", **_whose(row))


def _whose(row: Attempt) -> dict:
    return {"deployment": row.deployment.name if row.deployment else "", "number": row.number}


def _spec(row: Attempt) -> str:
    """Size, model and environment that an attempt asked for."""
    if row.deployment is None or not row.spec:
        return ""
    spec = plain.load(DeploymentFacts, row.spec)
    return ", ".join(filter(None, (instances(spec.instance_count, spec.instance_type), asset_name(spec.model),
                                   asset_name(spec.environment))))


def _end(row: Attempt, verdict: Verdict) -> Iterator[Event]:
    """How it ended; a success that came late has its own entry, made from the change of state."""
    at = over(row)
    if at is None and not came_late(row):
        return
    mood, best = tone(row), verdict.best
    small = f"after {exact((at - row.started).total_seconds())}" if at and row.started and at > row.started else ""
    if came_late(row):
        yield Event(at or row.failed_at or row.recorded_at, lane_of(row), ("state",),
                    f"Azure reported that {subject(row).lower() if not row.deployment else subject(row)} failed",
                    "it became ready later without a new operation", "bad", "bad", mark="failed", **_whose(row))
    elif at and row.state in stakes.BAD:
        why = f"{best.title} ({best.certainty})" if best else "cause not known"
        stopped = next((f"stopped at {one.name.lower()}" for one in verdict.stages if one.state == "stopped"), "")
        yield Event(at, lane_of(row), ("state",), f"{subject(row)} {doing(row)}",
                    "; ".join(filter(None, (why, stopped, small))), mood, "warn" if mood == "warn" else "bad",
                    mark="failed" if mood == "bad" else "", **_whose(row))
    elif at:
        yield Event(at, lane_of(row), ("state",), f"{subject(row)} became ready", small, "ok", "ok", **_whose(row))


def _warnings(row: Attempt) -> Iterator[Event]:
    """Container events of type Warning: probes that failed, kills, back-offs; repeats are one."""
    told = [one for one in plain.load_all(facts.Event, row.events) if one.type == "Warning"]
    for one in told[:WARNED]:
        if one.at:
            text = " ".join(f"{one.name}: {one.message}".split())[:300] if one.message else one.name
            small = f"{plural(one.count, 'time')}{f', last {one.last:%H:%M:%S}' if one.last else ''}" \
                if one.count > 1 else ""
            yield Event(one.at, STARTS, ("container",), text, small, "warn", "warn", **_whose(row))


def _starts(rows: Iterable[Attempt], verdicts: Mapping[int, Verdict]) -> Iterator[Event]:
    """The starts of the containers, once each: an update first shows the log of the instances that it replaces."""
    seen: set[tuple[int | None, str, datetime]] = set()
    for row in sorted(rows, key=lambda one: (began(one), one.number)):
        for one in verdicts.get(row.id, Verdict()).restarts[:STARTED]:
            at = one.at or over(row) or began(row)
            if one.at and (row.deployment_id, one.container, one.at) in seen:
                continue
            seen.add((row.deployment_id, one.container, at))
            again, mixed = one.number > 1, several(row)
            least = f"; start {one.number} in a log of several instances" if mixed else \
                "; earlier starts are not in the stored log" if one.at_least else ""
            small = f"line {one.line:,}{least}{'' if one.at else '; its time is not told'}"
            text = f"{one.container} started{f' again, start {one.number}' if again and not mixed else ''}"
            yield Event(at, STARTS, ("container",), text, small, "warn" if again else "mut", "ev",
                        container=one.container, line=one.line, **_whose(row))


def _quotes(row: Attempt, verdict: Verdict) -> Iterator[Event]:
    """The log lines that prove the cause, equal ones once, each at its own time or at the start before it."""
    cited = [one for one in verdict.best.evidence if one.source in CONTAINERS and one.line] if verdict.best else []
    for same in alike(cited)[:QUOTED]:
        first, rest = same[0], [f"{one.line:,}" for one in same[1:] if one.line]
        at = _when(first, verdict) or over(row) or began(row)
        small = f"{first.source}, line {first.line:,}"
        small += f"; the same in line{'s' if len(rest) > 1 else ''} {', '.join(rest[:6])}" if rest else ""
        yield Event(at, PROOF, ("evidence",), first.text.split("\n")[0].strip()[:300], small, "mark", "log",
                    container=first.source, line=first.line or 0, mark="first evidence", **_whose(row))


def _when(quoted: Evidence, verdict: Verdict) -> datetime | None:
    """The time in a quotation; a line of a traceback has none, so the start of the container that printed it."""
    own = next((at for line in quoted.text.split("\n")[:20] if (at := logs.moment(line))), None)
    before = [one for one in verdict.restarts if one.container == quoted.source and one.line <= (quoted.line or 0)]
    return own or (before[-1].at if before else None)


def changes(rows: Sequence[Change], known: Sequence[Attempt]) -> Iterator[Event]:
    """Traffic, settings, deletions and who asked for them, names made again, states that turned by themselves."""
    for one in rows:
        own = one.deployment.name if one.deployment else ""
        name, lane = own or "The endpoint", own or ENDPOINT
        if one.field == "state":
            yield from _turned(one, rows, known)
        elif one.field == "traffic":
            yield _shift(one, rows)
        elif one.field in ASKED and one.field != SHIFTED_BY:
            text = f"{one.after} {ASKED[one.field].format(own or 'the endpoint')}"
            yield Event(one.at, PEOPLE, ("state", "people"), text, glyph="me", deployment=own)
        elif one.field != SHIFTED_BY:
            text, small, kind = _told(one, name)
            yield Event(one.at, lane, (kind,), text, small, "mut", "idle", own)


def _told(one: Change, name: str) -> tuple[str, str, str]:
    """A change as text, what stands small beside it, and its kind."""
    if one.field == "deleted":
        return f"{name} was deleted", "Azure lists it no more; what was collected is kept", "state"
    if one.field == "made again":
        return f"{name} was made again under the same name", "", "state"
    both = f"{asset_name(one.before) or 'nothing'} to {asset_name(one.after) or 'nothing'}"
    field = FIELDS.get(one.field, one.field.replace("_", " "))
    return f"{name}: {field} changed", both if one.before or one.after else "", "settings"


def _shift(one: Change, rows: Sequence[Change]) -> Event:
    """A new split of the traffic, by whom where the activity log told it."""
    who = next((by.after for by in rows if by.field == SHIFTED_BY and by.at <= one.at <= by.at + SEEN_BY), "")
    text = f"{who} set the traffic to" if who else "Traffic set to"
    after, before = ((split or "nothing").replace(" %", f"{NB}%") for split in (one.after, one.before))
    return Event(one.at, TRAFFIC, ("people", "traffic") if who else ("traffic",), f"{text} {after}",
                 f"before: {before}", "mut", "me" if who else "ev", mark="traffic")


def _turned(one: Change, rows: Sequence[Change], known: Sequence[Attempt]) -> Iterator[Event]:
    """States that no attempt tells: a success after a failure, and a deletion that was not seen to end."""
    name = one.deployment.name if one.deployment else "The endpoint"
    lane = one.deployment.name if one.deployment else ENDPOINT
    row = next((found for found in sorted(known, key=began, reverse=True)
                if found.deployment_id == one.deployment_id and began(found) <= one.at), None)
    if (one.before, one.after) == ("Failed", "Succeeded") and row and row.failed_at:
        later = exact((one.at - (row.ended or row.failed_at)).total_seconds())
        yield Event(one.at, lane, ("state",), f"{name} became ready late, without a new operation",
                    f"seen {later} after Azure had reported a failure", "ok", "ok", **_whose(row))
    gone = any(later.field == "deleted" and later.deployment_id == one.deployment_id and later.at >= one.at
               for later in rows)
    if one.after == "Deleting" and not gone:
        yield Event(one.at, lane, ("state",), f"{name} is being deleted", "", "run", "run",
                    one.deployment.name if one.deployment else "")


def opinions(rows: Iterable[tuple[Correction, Attempt]]) -> Iterator[Event]:
    """What people hold to be the cause of an attempt."""
    for one, row in rows:
        cause = kind_of(one.cause) if one.cause else "none that the handbook has"
        who = people.name(one.person) if one.person else "Somebody"
        yield Event(one.at, PEOPLE, ("people",), f"{who} named the cause: {cause}", one.note, glyph="me",
                    **_whose(row))
