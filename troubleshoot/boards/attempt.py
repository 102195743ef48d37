"""The page of one attempt, in any state, from the rows that its view loads."""
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from troubleshoot import corrections
from troubleshoot.boards import doubt, hurt, lines, room, said, story, tabs
from troubleshoot.boards.card import Card, Fact, Stop, card, doing, rail, reported, serving, split, tone
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.tabs import LogTab
from troubleshoot.boards.triage import traffic_fact, way_back
from troubleshoot.boards.words import NB, Moment, instances, moment, percent
from troubleshoot.diagnosis import facts, plain
from troubleshoot.diagnosis.facts import CERTAIN, DeploymentFacts, Finding, OperationFacts, Stage, Step, Verdict
from troubleshoot.models import Attempt, Change, Watch


@dataclass(frozen=True, slots=True)
class Where:
    """The address of an attempt in the words of a URL."""

    workspace: str
    endpoint: str
    deployment: str
    number: int
    name: str  # the workspace as Azure calls it
    group: str
    subscription: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another attempt of the same deployment or endpoint."""

    number: int
    state: str
    tone: str
    current: bool


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
    facts: tuple[Fact, ...]  # four facts of a failed update, else none
    excerpts: tuple[Excerpt, ...]
    reported: str
    codes: str  # Azure's code for it, today's and the old one
    symptom: str  # what to make of Azure's own words
    steps: tuple[Step, ...]
    invoke: str  # the call that tells whether a deployment still serves
    cause: str  # slug of what is told
    unknown: bool  # it went wrong, was judged, and no cause holds
    correctable: bool  # it went wrong and was judged, so that a reader may know better
    first_errors: tuple[Excerpt, ...]
    doubt: doubt.Doubt
    said: said.Opinions
    next_test: str
    missing: tuple[str, ...]
    sum: room.Sum | None
    entries: tuple[story.Entry, ...]
    stages: tuple[Stage, ...]
    began: datetime | None
    ended: datetime | None
    logs: tuple[LogTab, ...]
    no_log: str
    others: tuple[Other, ...]
    ages: tuple[tuple[str, Moment], ...]
    ids: tuple[tuple[str, str], ...]
    troubles: tuple[tuple[str, str], ...]


def page(row: Attempt, now: datetime, tab: str = "", person: int | None = None) -> Page:
    """The page of an attempt that was loaded with deployment, endpoint, workspace and verdict; eight queries."""
    verdict = plain.load(Verdict, row.verdict.data) if hasattr(row, "verdict") else None
    best = verdict.best if verdict else None
    siblings = list(row.endpoint.deployments.all()) if row.deployment and row.deployment.weight else []
    rows = _attempts(row)
    logs = {log.container: log for log in doubt.logs(row)}
    cited = best.evidence if best else verdict.first_errors if verdict else ()
    preview = 0 if best and best.stage == "quota" else lines.PREVIEW  # the sum takes the query of the lines
    kept = lines.texts(lines.wanted(logs.values(), cited, preview))
    watches = list(_watches(row))
    changes = list(_changes(row))
    steps = (*way_back(row, siblings, best.steps if best else ()), *(best.steps if best else ()))
    beside, claim = doubt.of(row, verdict, logs, watches, now), _claim(row, verdict, best, now)
    if claim["unknown"]:
        claim["card"] = doubt.told(claim["card"], row, beside)
    return Page(
        **_head(row, rows, now), **claim, steps=steps,
        excerpts=lines.excerpts(best.evidence, logs, kept) if best else (),
        first_errors=lines.excerpts(verdict.first_errors, logs, kept, proof=False) if verdict and not best else (),
        doubt=beside, said=said.board(row, corrections.of(row), person, now),
        sum=room.of(row, best), entries=story.of(row, verdict, logs.values(), kept, now, changes),
        stages=verdict.stages if verdict else (),
        logs=tabs.tabs(row, logs, best.evidence if best else (), kept, now, tab),
        no_log=tabs.none(row, best, logs.values()), ages=_ages(watches, row, now), troubles=_troubles(watches))


def _head(row: Attempt, rows: Sequence[tuple[int, str]], now: datetime) -> dict:
    """Name, state, traffic and the other attempts."""
    space, one = row.endpoint.workspace, row.deployment
    name = f"{row.endpoint.name} / {one.name}" if one else row.endpoint.name
    spec = plain.load(DeploymentFacts, row.spec) if one and row.spec else DeploymentFacts(facts.Place("", "", ""))
    newest = max((number for number, _ in rows), default=row.number)
    return {
        "where": Where(space.slug, row.endpoint.name, one.name if one else "", row.number, space.name, space.group,
                       space.subscription),
        "heading": f"{name} {doing(row)}", "title": _title(row, name), "state": row.state or "No state",
        "tone": tone(row), "since": moment(hurt.since(row), now), "first_seen": hurt.told(row) is None,
        "traffic": _traffic(row), "others_serve": _others(row),
        "instances": instances(spec.instance_count, spec.instance_type),
        "count": spec.instance_count,
        "pollable": row.state != hurt.REFUSED and not hurt.is_gone(row) and newest <= row.number,
        "number": f"Attempt {row.number}", "caller": row.caller,
        "gone": moment((one or row.endpoint).gone_at, now), "newer": newest if newest > row.number else 0,
        "earlier_unseen": row.earlier_unseen or any_unseen(rows, row), "running": row.state not in hurt.SETTLED,
        "began": row.started or min(hurt.since(row), row.recorded_at),
        "ended": row.ended or (row.failed_at if row.state in hurt.BAD and row.failed_at != row.recorded_at else None),
        "others": tuple(Other(number, state, _tone(state), number == row.number) for number, state in rows),
        "ids": tuple(_ids(row)),
    }


def any_unseen(rows: Sequence[tuple[int, str]], row: Attempt) -> bool:
    """True only for the first attempt that was recorded: before it there may have been others."""
    return row.earlier_unseen and row.number == min((number for number, _ in rows), default=row.number)


def _tone(state: str) -> str:
    return "bad" if state in ("Failed", hurt.REFUSED) else "ok" if state == "Succeeded" else "mut" \
        if state == "Canceled" else "run"


def _title(row: Attempt, name: str) -> str:
    """The answer in one line, for the browser's tab."""
    own = row.deployment.name if row.deployment else row.endpoint.name
    verdict = getattr(row, "verdict", None)
    if row.state in hurt.BAD and verdict and verdict.title:
        return f"{own} {'failed' if row.state == 'Failed' else doing(row)}: {verdict.title} · {row.endpoint.name}"
    return f"{name} {doing(row)}"


def _traffic(row: Attempt) -> str:
    one = row.deployment
    if one is None:
        return split(row.endpoint.traffic) if hurt.mapped(row.endpoint) else hurt.NO_MAP
    if one.refused:
        return "none"
    if one.weight is None:
        return "share not known"
    return percent(one.weight)


def _others(row: Attempt) -> str:
    """Who serves beside this deployment; without a traffic map that is not known."""
    one = row.deployment
    if one is None:
        return ""
    return serving(row.endpoint.traffic, one.name) if hurt.mapped(row.endpoint) else hurt.NO_MAP


def _claim(row: Attempt, verdict: Verdict | None, best: Finding | None, now: datetime) -> dict:
    """Card, rail, Azure's own words, and what else was weighed."""
    operation = plain.load(OperationFacts, row.operation)
    owner = (row.deployment or row.endpoint).owner
    team = (row.deployment or row.endpoint).team
    one = row.deployment
    update = row.state == "Failed" and one is not None and hurt.traffic_of(row) == hurt.NOT_KNOWN \
        and not hurt.never_ready(one, row.first_provisioning)
    when = moment(hurt.since(row), now)
    return {
        "card": card(row, verdict, now, f"{owner}, {team}" if owner and team else owner),
        "rail": rail(verdict.stages, now) if verdict else (), "reported": reported(operation), "codes": codes(best),
        "symptom": _symptom(best, operation), "cause": best.cause if best else "",
        "unknown": verdict is not None and best is None and row.state in hurt.BAD,
        "correctable": verdict is not None and row.state in hurt.BAD, "next_test": best.next_test if best else "",
        "missing": best.missing if best else (), "invoke": _invoke(row) if update else "",
        "facts": (traffic_fact(row), Fact("Since", when.age if when else "not known", since=when,
                                          first_seen=hurt.told(row) is None),
                  Fact("Owner", owner or "Owner unknown", team, "" if owner else "warn"),
                  Fact("Certainty", best.certainty.capitalize() if best else "Not known")) if update else (),
    }


def codes(best: Finding | None) -> str:
    """`ResourceNotReady, formerly ERR_2200`."""
    if best is None:
        return ""
    old = best.old_code if best.old_code != best.code else ""
    return ", ".join(filter(None, (best.code, f"formerly {old}" if old else "")))


def _invoke(row: Attempt) -> str:
    """One scoring call to this deployment alone, for the reader to run."""
    space, own = row.endpoint.workspace, row.deployment.name if row.deployment else ""
    end, group, name = (shlex.quote(one) for one in (row.endpoint.name, space.group, space.name))
    return (f"az ml online-endpoint invoke -n {end} --deployment-name {shlex.quote(own)} \\\n"
            f"    --request-file sample-request.json -g {group} -w {name}")


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


def _attempts(row: Attempt) -> list[tuple[int, str]]:
    rows = Attempt.objects.filter(endpoint=row.endpoint, deployment=row.deployment)
    return list(rows.order_by("-number").values_list("number", "state")[:60])


def _watches(row: Attempt) -> Iterable[Watch]:
    return Watch.objects.filter(Q(attempt=row) | Q(workspace=row.endpoint.workspace_id, poll="endpoints")).only(
        "poll", "container", "ok_at", "trouble", "said")


def _changes(row: Attempt) -> Iterable[Change]:
    """What changed at the endpoint or this deployment while the attempt was the newest one."""
    began = row.started or row.recorded_at
    own = Q(deployment=row.deployment_id) | Q(deployment=None)
    ours = Change.objects.filter(own, endpoint=row.endpoint_id, at__gte=began).exclude(field="state")
    return ours.select_related("deployment")[:40]


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


def _ids(row: Attempt) -> Iterable[tuple[str, str]]:
    if row.operation_id:
        yield ("Activity" if row.operation_id.startswith("activity:") else "Operation",
               row.operation_id.removeprefix("activity:"))
    verdict = getattr(row, "verdict", None)
    if verdict and verdict.cause:
        yield f"Rule{NB}", verdict.cause.replace("_", "-")
