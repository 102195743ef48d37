"""The verdict clock of a running attempt: when Azure can say that it failed, and what each moment rests on."""
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from troubleshoot import stakes
from troubleshoot.boards import axis, usual, waiting, words
from troubleshoot.boards.card import Card, Fact
from troubleshoot.boards.usual import Usual
from troubleshoot.boards.waiting import Asked, Known, Stop
from troubleshoot.boards.words import NB, exact, moment, span
from troubleshoot.diagnosis import deadline, hopeless, plain
from troubleshoot.diagnosis.facts import STAGES, DeploymentFacts, Evidence, Verdict
from troubleshoot.models import Attempt, Log, Watch


@dataclass(frozen=True, slots=True)
class Row:
    """One moment of the clock as a row of its table."""

    name: str
    at: words.Moment
    day: str  # only where it is another day than now
    passed: bool
    strong: bool
    rests_on: str


@dataclass(frozen=True, slots=True)
class Clock:
    """All that the page of a running attempt shows beside its card."""

    axis: axis.Axis
    told: str  # the axis in words
    rows: tuple[Row, ...]
    late: bool  # the latest moment has passed
    latest: str
    known: tuple[Known, ...]
    stop: Stop
    end: tuple[tuple[str, str], ...]
    spec: tuple[tuple[str, str], ...]
    asked: tuple[Asked, ...]


def join(row: Attempt, neighbours: Sequence[Mapping[str, Any]], verdict: Verdict | None, logs: Mapping[str, Log],
         watches: Sequence[Watch], claim: dict[str, Any], now: datetime) -> tuple[Clock | None, dict[str, Any]]:
    """The clock, if the attempt runs, and the claim of the page with what is usual in its card and rail.

    `neighbours` are what `usual.attempts` gave. At most one query, and none for an attempt that is over.
    """
    stages = verdict.stages if verdict else ()
    rows = [(one["number"], one["state"]) for one in neighbours]
    ticks = _ticks(row, rows)
    if row.deployment_id is None or not (ticks or usual.worth(stages)):
        return None, claim
    known = usual.of(row, neighbours, widely=ticks)
    claim = claim | {"rail": usual.on_rail(claim["rail"], stages, known)}
    if not ticks or row.started is None:
        return None, claim
    spec = plain.load(DeploymentFacts, row.spec)
    alone = _alone(row, rows)
    container = next((one.started for one in stages if alone and one.name == STAGES["probes"]), None)
    proof = hopeless.proof(verdict, row.started, alone) if verdict else None
    moments = {one.key: one for one in deadline.moments(row.started, spec.liveness, known.before, container)}
    clock = _clock(row, moments, known, now)
    beside = waiting.of(row, spec, verdict, known, proof, logs, watches, now)
    card = _card(claim["card"], row, verdict, moments, known, proof, now)
    return Clock(**clock, **beside), claim | {"card": card}


def _ticks(row: Attempt, rows: Sequence[tuple[int, str]]) -> bool:
    """A running attempt that is the newest of its deployment, which is still there, and whose start Azure told."""
    return (row.state not in stakes.SETTLED and row.started is not None and not stakes.is_gone(row)
            and all(number <= row.number for number, _ in rows))


def _alone(row: Attempt, rows: Sequence[tuple[int, str]]) -> bool:
    """True where no broken container of an earlier attempt can be there to be read."""
    before = [state for number, state in rows if number < row.number]
    return row.kind == "create" or before[:1] == ["Succeeded"]


def _clock(row: Attempt, moments: Mapping[str, deadline.Moment], known: Usual, now: datetime) -> dict[str, Any]:
    started = row.started or now
    names = {"earliest": "earliest", "usual": "usually ready", "longest": "longest here", "latest": "latest"}
    at = {"started": ("started", started), "now": ("now", now)} | {
        key: (names[key], one.at) for key, one in moments.items()}
    points = [(key, name, _clock_time(when), max(0.0, (when - started).total_seconds()))
              for key, (name, when) in at.items()]
    drawn = axis.draw(sorted(points, key=lambda one: one[3]))
    rows = sorted(moments.values(), key=lambda one: one.at)
    return {
        "axis": drawn, "told": _told(points, bool(drawn.cuts)), "rows": tuple(_row(one, now) for one in rows),
        "late": now > moments["latest"].at, "latest": _clock_time(moments["latest"].at),
        "end": waiting.at_the_end(started, moments["latest"].at, now),
    }


def _told(points: Sequence[tuple[str, str, str, float]], cut: bool) -> str:
    at = {key: clock for key, _, clock, _ in points}
    said = [f"Started {at['started']}.", f"Now {at['now']}."]
    if "usual" in at:
        said.append(f"Usually ready at {at['usual']}.")
    said.append(f"A crash can be reported from {at['earliest']}; no failure is known later than {at['latest']}.")
    return " ".join([*said, "The axis is cut where a break is drawn."] if cut else said)


def _row(one: deadline.Moment, now: datetime) -> Row:
    when = moment(one.at, now)
    assert when is not None  # noqa: S101  (a moment of the clock always has its time)
    here = moment(now, now)
    return Row(one.name, when, when.day if here and here.day != when.day else "", one.at <= now,
               one.key in ("earliest", "latest"), one.rests_on)


def _clock_time(at: datetime) -> str:
    when = moment(at, at)
    return when.clock if when else ""


def _card(card: Card, row: Attempt, verdict: Verdict | None, moments: Mapping[str, deadline.Moment], known: Usual,
          proof: Evidence | None, now: datetime) -> Card:
    """The card of a running attempt with the clock in its sentence and its facts."""
    passed = (now - (row.started or now)).total_seconds()
    earliest, latest = moments["earliest"].at, moments["latest"].at
    facts = (Fact("So far", exact(passed)), _usually(known),
             Fact("Failure, earliest", _clock_time(earliest), " for a crash" + (", passed" if earliest <= now else "")),
             Fact("Failure, latest", _clock_time(latest), ", passed" if latest < now else ", none known later"),
             *card.facts[2:])
    best = verdict.best if verdict else None
    late = now > latest
    if proof and best:
        return dataclasses.replace(card, tone="bad", glyph="bad", label="In progress, but it cannot succeed",
                                   sentence=best.title, text=f"{best.happened} {best.fine}".strip(), facts=facts)
    if best:
        text = " ".join(filter(None, (
            "That is not the end: Azure has not reported a failure, and it may still become ready.", card.text)))
        return dataclasses.replace(card, text=text, facts=facts, label=f"In progress, with a {best.certainty} cause",
                                   tone="warn" if late else card.tone, glyph="warn" if late else card.glyph)
    return dataclasses.replace(card, sentence=_sentence(row, span(passed), moments, known, now), facts=facts,
                               tone="warn" if late else card.tone, glyph="warn" if late else card.glyph)


def _usually(known: Usual) -> Fact:
    if known.ready is None:
        return Fact("Usually", "not known", f", needs {deadline.ENOUGH} {known.whose}")
    least, most = span(known.ready.least), span(known.ready.most)
    return Fact("Usually", span(known.ready.median), f", {least} to {most} seen" if least != most else "")


def _sentence(row: Attempt, so_far: str, moments: Mapping[str, deadline.Moment], known: Usual, now: datetime) -> str:
    if now > moments["latest"].at:
        return f"{row.state} for {so_far}, longer than any failure that is known"
    done = so_far if known.ready is None else f"{so_far} of usually {span(known.ready.median)}"
    if known.ready and now > moments["usual"].at:
        done = f"{so_far}, usually {span(known.ready.median)}"
    earliest = moments["earliest"].at
    if now < earliest:
        return f"{done}; no crash is expected to be reported before {_clock_time(earliest)}{NB}UTC"
    return f"{done}; a crash can be reported at any moment now"
