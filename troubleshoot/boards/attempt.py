"""The page of one attempt, in any state, from the rows that its view loads."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from troubleshoot import corrections, stakes
from troubleshoot.boards import around, changes, doubt, lines, odd, room, said, story, tabs, update, usual
from troubleshoot.boards.card import Card, Stop, card, rail, reported
from troubleshoot.boards.clock import Clock, join
from troubleshoot.boards.head import Other, Where, head
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.tabs import LogTab
from troubleshoot.boards.traffic import way_back
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import CERTAIN, Finding, OperationFacts, Stage, Step, Verdict
from troubleshoot.models import Attempt, Watch


@dataclass(frozen=True, slots=True)
class Page:
    """All that the attempt page shows."""

    where: Where
    title: str
    heading: str
    state: str
    tone: str
    since: Moment | None
    first_seen: bool  # when it came to its state is not told; `since` is our first look
    traffic: str  # the share of this deployment, or the split of the endpoint
    others_serve: str
    instances: str
    count: int | None
    pollable: bool
    number: str
    caller: str
    gone: Moment | None
    newer: int  # number of the newest attempt when this is an older one
    earlier_unseen: bool
    running: bool
    card: Card
    rail: tuple[Stop, ...]
    clock: Clock | None  # while it runs
    update: update.Update | None  # of a failed update of what was ready before
    excerpts: tuple[Excerpt, ...]
    reported: str
    codes: str  # Azure's code for it, today's and the old one
    symptom: str  # what to make of Azure's own words
    steps: tuple[Step, ...]
    changed: changes.Board | None  # since the last good attempt
    cause: str  # slug of what is told
    unknown: bool  # it went wrong, was judged, and no cause holds
    correctable: bool  # it went wrong and was judged, so that a reader may know better
    first_errors: tuple[Excerpt, ...]
    doubt: doubt.Doubt
    said: said.Opinions
    next_test: str
    missing: tuple[str, ...]
    sum: room.Sum | None
    notes: tuple[odd.Note, ...]
    entries: tuple[story.Entry, ...]
    gave_up: datetime | None  # when Azure reported a failure, also one that a late success followed
    stages: tuple[Stage, ...]
    began: datetime | None
    ended: datetime | None
    logs: tuple[LogTab, ...]
    no_log: str
    others: tuple[Other, ...]
    ages: tuple[tuple[str, Moment], ...]
    ids: tuple[tuple[str, str], ...]
    troubles: tuple[tuple[str, str], ...]

    @property
    def has_lines(self) -> bool:
        """True where a log of it holds lines."""
        return any(one.total for one in self.logs)


def page(row: Attempt, now: datetime, tab: str = "", person: int | None = None) -> Page:
    """The page of an attempt that was loaded with deployment, endpoint, workspace and verdict; nine queries."""
    verdict = plain.load(Verdict, row.verdict.data) if hasattr(row, "verdict") else None
    best = verdict.best if verdict else None
    at_stake = row.deployment and row.deployment.weight != 0 and row.state in stakes.BAD
    siblings = update.beside(row) if at_stake else []
    neighbours = usual.attempts(row, verdict.stages if verdict else ())
    logs = {log.container: log for log in doubt.logs(row)}
    cited = best.evidence if best else verdict.first_errors if verdict else ()
    preview = 0 if best and best.stage == "quota" else lines.PREVIEW  # the sum takes the query of the lines
    kept = lines.texts(lines.wanted(logs.values(), cited, preview))
    watches = list(_watches(row))
    opinions = list(corrections.of(row))
    seen = next((one.ok_at for one in watches if one.poll == "endpoints"), None)
    meanwhile = around.of(row, opinions, seen, now)
    back = (*way_back(row, siblings, best.steps if best else ()), *changes.way_back(row))
    steps = (*back, *(best.steps if best else ()))
    beside, claim = doubt.of(row, verdict, logs, watches, now), _claim(row, verdict, best, now, meanwhile.ready_at(row))
    if claim["unknown"]:
        claim["card"] = doubt.told(claim["card"], row, beside)
    ticking, claim = join(row, neighbours, verdict, logs, watches, claim, now)
    return Page(
        **head(row, neighbours, now, meanwhile.ready_at(row)), **claim, steps=steps, clock=ticking,
        changed=changes.of(row, verdict), update=update.of(row, siblings, best, person, now),
        excerpts=lines.excerpts(best.evidence, logs, kept) if best else (),
        first_errors=lines.excerpts(verdict.first_errors, logs, kept, proof=False) if verdict and not best else (),
        doubt=beside, said=said.board(row, opinions, person, now),
        sum=room.of(row, best),
        entries=usual.on_list(story.of(row, verdict, logs.values(), kept, now, meanwhile), claim["rail"]),
        notes=odd.notes(row, verdict, meanwhile), gave_up=_gave_up(row),
        stages=verdict.stages if verdict else (),
        logs=tabs.tabs(row, logs, best.evidence if best else (), kept, now, tab),
        no_log=tabs.none(row, best, logs.values()), ages=_ages(watches, row, now), troubles=_troubles(watches))


def _gave_up(row: Attempt) -> datetime | None:
    late = row.state == "Succeeded" and row.failed_at is not None
    return row.ended or row.failed_at if late else None


def _claim(row: Attempt, verdict: Verdict | None, best: Finding | None, now: datetime,
           ready_at: datetime | None) -> dict:
    """Card, rail, Azure's own words, and what else was weighed."""
    operation = plain.load(OperationFacts, row.operation)
    owner = (row.deployment or row.endpoint).owner
    team = (row.deployment or row.endpoint).team
    return {
        "card": card(row, verdict, now, f"{owner}, {team}" if owner and team else owner, ready_at),
        "rail": rail(verdict.stages, now) if verdict else (), "reported": reported(operation), "codes": codes(best),
        "symptom": _symptom(best, operation), "cause": best.cause if best else "",
        "unknown": verdict is not None and best is None and row.state in stakes.BAD,
        "correctable": verdict is not None and row.state in stakes.BAD, "next_test": best.next_test if best else "",
        "missing": best.missing if best else (),
    }


def codes(best: Finding | None) -> str:
    """`ResourceNotReady, formerly ERR_2200`."""
    if best is None:
        return ""
    old = best.old_code if best.old_code != best.code else ""
    return ", ".join(filter(None, (best.code, f"formerly {old}" if old else "")))


def _symptom(best: Finding | None, operation: OperationFacts | None) -> str:
    """What Azure's words are: the proof itself, or a symptom beside proof from elsewhere."""
    if best is None or operation is None or operation.error is None:
        return ""
    if any(one.source in ("operation error", "error code") for one in best.evidence):
        sure = best.certainty == CERTAIN
        return "This is where the cause is told." if sure else "This speaks for it; it is no proof."
    if best.certainty != CERTAIN:
        return "This names the symptom, not the cause."
    return "This names the symptom, not the cause: the proof stands in the evidence above."


def _watches(row: Attempt) -> Iterable[Watch]:
    return Watch.objects.filter(Q(attempt=row) | Q(workspace=row.endpoint.workspace_id, poll="endpoints")).only(
        "poll", "container", "ok_at", "trouble", "said")


def _ages(watches: Sequence[Watch], row: Attempt, now: datetime) -> tuple[tuple[str, Moment], ...]:
    names = {"endpoints": "Deployment state" if row.deployment_id else "Endpoint state", "attempts": "Operation",
             "logs": "Logs", "artifacts": "Model, environment and code"}
    newest: dict[str, datetime] = {}
    for one in watches:
        if one.ok_at and one.poll in names:
            newest[names[one.poll]] = max(one.ok_at, newest.get(names[one.poll], one.ok_at))
    return tuple((name, found) for name, at in newest.items() if (found := moment(at, now)))


def _troubles(watches: Sequence[Watch]) -> tuple[tuple[str, str], ...]:
    """What could not be read, and what Azure said to it."""
    return tuple((f"{one.container or one.poll}: {one.trouble}", one.said) for one in watches if one.trouble)
