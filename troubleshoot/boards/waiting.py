"""What helps whoever waits for a running attempt: what is known, whether to stop, what comes, what was asked."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from troubleshoot import stakes
from troubleshoot.boards import tabs
from troubleshoot.boards.usual import Usual
from troubleshoot.boards.words import NB, Moment, exact, instances, moment, plural, span
from troubleshoot.diagnosis import deadline, facts, plain
from troubleshoot.diagnosis.changed import asset_name
from troubleshoot.diagnosis.facts import STAGES, AssetFacts, DeploymentFacts, Evidence, OperationFacts, Probe, Verdict
from troubleshoot.models import Attempt, Log, Watch
from troubleshoot.record.logs import AFTER_END, SOON

_SILENT = "Azure's sentence is an answer, not a log: it means nothing about the container."


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known, or known not to be told, before the end."""

    glyph: str
    tone: str
    name: str  # the thing, in code font where `code`
    said: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """Whether to stop now: `proof` is the line that says so, else nothing proves it."""

    title: str
    text: str
    deletion: str
    proof: Evidence | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to Azure: its newest answer, how often it gave it, and when."""

    name: str
    said: str
    words: bool  # the answer is in Azure's own words
    note: str
    times: int
    last: Moment | None


def of(row: Attempt, spec: DeploymentFacts, verdict: Verdict | None, usual: Usual, proof: Evidence | None,
       logs: Mapping[str, Log], watches: Sequence[Watch], now: datetime) -> dict[str, Any]:
    """What stands beside the clock; no query."""
    return {"known": tuple(_known(row, spec, verdict, usual)), "stop": _stop(row, verdict, proof),
            "spec": tuple(_spec(spec)), "asked": tuple(_asked(row, logs, watches, now))}


def _known(row: Attempt, spec: DeploymentFacts, verdict: Verdict | None, usual: Usual) -> Iterator[Known]:
    yield Known("ok", "ok", "Quota:", "Azure accepted the request.")
    if spec.environment:
        yield _used("Environment", spec.environment, usual.same_environment,
                    "started a container in {}; its image need not be built.", "started a container")
    if spec.model:
        yield _used("Model", spec.model, usual.same_model, "became ready in {}.", "became ready with it")
    for asset in plain.load_all(AssetFacts, row.assets):
        if asset.found is False:
            yield Known("warn", "warn", f"The {asset.kind} version", f"is not there: {asset.said}",
                        asset_name(asset.reference))
    yield _instance(verdict)


def _used(kind: str, reference: str, count: int, before: str, what: str) -> Known:
    name = asset_name(reference)
    if count:
        return Known("ok", "ok", kind, before.format(f"{plural(count, 'earlier attempt')} here"), name)
    return Known("idle", "", kind, f"is not known from here: no earlier attempt that was compared {what}.", name)


def _instance(verdict: Verdict | None) -> Known:
    """An instance is there as soon as Azure tells of a pull or a start; before it tells, nobody knows."""
    moved = (STAGES["image_pull"], STAGES["model_and_code"], STAGES["container_start"], STAGES["probes"])
    if verdict and any(one.started and one.name in moved for one in verdict.stages):
        return Known("ok", "ok", "Instance:", "one is attached; Azure tells of its container.")
    return Known("idle", "", "Instance:",
                 "whether one is attached is not told. Without one, the clock for a crash does not run.")


def _stop(row: Attempt, verdict: Verdict | None, proof: Evidence | None) -> Stop:
    deletion = _deletion(row)
    if proof:
        return Stop("Stop now: this cannot succeed",
                    "Its own log proves it, and no further start of the container can change it. There is no use in "
                    "waiting for the end: the fix can be prepared now.", deletion, proof)
    if verdict and verdict.best:
        return Stop("Stop it now?", "What was found so far does not prove that it cannot succeed.", deletion, None)
    return Stop("Stop it now?", "Nothing known says that it cannot succeed.", deletion, None)


def _deletion(row: Attempt) -> str:
    """What a deletion would do now: behind a creation it waits (azure/WIRE 5.5); of an update nobody has told."""
    if row.deleting_at:
        return "A deletion waits already: Azure carries it out when the running operation has ended."
    if row.state == "Creating":
        return "A deletion would not shorten it: Azure lets a deletion wait for the running creation."
    return "Whether Azure would let a deletion wait for it, as it does while it creates, is not known."


def at_the_end(started: datetime, latest: datetime, now: datetime) -> tuple[tuple[str, str], ...]:
    """What this app does when the attempt ends, or does not end; what it did already is told as such."""
    late = moment(latest, started)
    every, long = span(SOON.total_seconds()), span(AFTER_END.total_seconds())
    return (
        ("When it fails", f"The operation error is read at once: how long Azure keeps it is not known. Both logs are "
         f"asked for every {every} for {long}, because they can appear late. Stages and times are filled in from the "
         "container events; then the cause, and Triage lists it."),
        ("When it succeeds", "The stages are filled in, and what is usual is counted anew. Only the end of an incident "
         "is told as news."),
        ("When it goes on", f"Triage lists it as slower than usual once it runs longer than 95{NB}% of its own earlier "
         f"ones, or than {span(stakes.STUCK.total_seconds())} where there are fewer than {deadline.ENOUGH}. "
         f"{'Since' if now > latest else 'From'} {late.clock if late else ''}{NB}UTC "
         f"{'' if now > latest else 'on '}this page says that no failure is known that came later."))


def _spec(spec: DeploymentFacts) -> Iterator[tuple[str, str]]:
    """What Azure was asked for, as this attempt began; what is not set is left out, but for the probe."""
    named = (("Size", instances(spec.instance_count, spec.instance_type)),
             ("Environment", asset_name(spec.environment)), ("Model", asset_name(spec.model)),
             ("Code", asset_name(spec.code)), ("Liveness probe", _probe(spec.liveness)))
    yield from ((name, value) for name, value in named if value)


def _probe(probe: Probe | None) -> str:
    seconds = exact(deadline.probe_seconds(probe))
    return f"lets it be silent for {seconds}{'' if probe else ', which is the default of Azure'}"


def _asked(row: Attempt, logs: Mapping[str, Log], watches: Iterable[Watch], now: datetime) -> Iterator[Asked]:
    polled: dict[str, datetime] = {}
    for one in watches:
        if one.ok_at:
            polled[one.poll] = max(one.ok_at, polled.get(one.poll, one.ok_at))
    yield Asked("Deployment state", row.state, True, "", 0, moment(polled.get("endpoints"), now))
    operation = plain.load(OperationFacts, row.operation)
    if operation:
        said = operation.status or operation.trouble or "no status"
        note = "Azure says this for a creation too" if row.state == "Creating" and said == "Updating" else ""
        yield Asked("Operation", said, bool(operation.status), note, 0, moment(polled.get("attempts"), now))
    shown = set()
    for name, log in logs.items():
        yield _log(name, log, row, log.said in shown and bool(log.said), now)
        shown.add(log.said)


def _log(name: str, log: Log, row: Attempt, again: bool, now: datetime) -> Asked:
    times, last = getattr(log, "times", 0) or 0, moment(log.read_at, now)
    if log.lines:
        return Asked(f"{name} log", plural(log.lines, "line"), False, "", times, last)
    if again:
        return Asked(f"{name} log", "the same sentence", False, "", times, last)
    if log.said:
        return Asked(f"{name} log", log.said, True, _SILENT if log.last_class == facts.WITHHELD else "", times, last)
    return Asked(f"{name} log", tabs.note(log, row), False, "", times, last)
