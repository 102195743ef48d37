"""What whoever takes over needs: impact, cause, way back, the same cause before, and what is still open."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from troubleshoot import stakes
from troubleshoot.boards import changes, hurt
from troubleshoot.boards.card import doing, split
from troubleshoot.boards.happened import came_late
from troubleshoot.boards.traffic import traffic_fact, way_back
from troubleshoot.boards.unmarked import address, fenced, inert
from troubleshoot.boards.words import Moment, moment, plural
from troubleshoot.diagnosis.facts import Evidence, Step, Verdict
from troubleshoot.models import Attempt, Deployment, Endpoint

ALIKE = 5
QUOTED, WIDE = 3, 400  # lines of evidence in the text, and characters of each


@dataclass(frozen=True, slots=True)
class Link:
    """An attempt of this endpoint, for a link; the endpoint's own where `deployment` is empty."""

    deployment: str
    number: int
    day: str

    @property
    def words(self) -> str:
        """`attempt 2 of blue, 23 Nov`."""
        return f"attempt {self.number} of {self.deployment or 'the endpoint'}, {self.day}"


@dataclass(frozen=True, slots=True)
class Before:
    """An incident of the same cause that came before, for a link."""

    number: int
    where: str
    day: str
    ended: str
    same: bool  # the same deployment or endpoint

    @property
    def words(self) -> str:
        """`incident 1732, churn-scorer / green, 12 Nov, ended after 52 min`."""
        return f"incident {self.number}, {self.where}, {self.day}, {self.ended}"


@dataclass(frozen=True, slots=True)
class HandOver:
    """The answers to the questions at a hand-over; `text` has them for a ticket."""

    about: Link | None  # the attempt that it is about; None where nothing went wrong
    open: bool
    since: Moment | None
    impact: str
    tone: str
    cause: str
    slug: str
    way: Step | None
    back: str
    alike: tuple[Link, ...]
    asked: tuple[str, ...]
    title: str = ""
    address: str = ""  # the whole one, of the incident
    ended: str = ""  # when and how; empty while it is open
    evidence: tuple[str, ...] = ()
    fix: tuple[Step, ...] = ()
    who: str = ""
    note: str = ""
    ticket: str = ""
    before: tuple[Before, ...] = ()
    more: bool = False  # there are older ones than those in `before`

    @property
    def text(self) -> str:
        """The same as plain text, one below the other; empty where there is nothing to hand over."""
        return "\n".join(_text(self)) + "\n" if self.about or self.title else ""


def of(end: Endpoint, newest: Sequence[Attempt], shown: Sequence[Attempt], siblings: list[Deployment],
       verdicts: Mapping[int, Verdict], gaps: int, blind: int, now: datetime) -> HandOver:
    """The hand-over of an endpoint from rows in hand; no query. It is about the worst that is open, else the last."""
    row = _subject(newest, shown)
    if row is None:
        return HandOver(None, False, None, "Nothing went wrong in this range.", "", "", "", None, "", (), ())
    is_open, slug = row.state in stakes.BAD and not stakes.is_gone(row), _slug(row, verdicts)
    alike = [link(one) for one in shown if slug and one.id != row.id and _slug(one, verdicts) == slug]
    found = attempt(row, siblings, verdicts.get(row.id), is_open, now)
    return replace(found, title=f"{end.name} in {end.workspace.name}, {link(row).words}", alike=tuple(alike[-ALIKE:]),
                   asked=(*found.asked, *unseen(gaps, blind)))


def attempt(row: Attempt, siblings: list[Deployment], verdict: Verdict | None, is_open: bool,
            now: datetime) -> HandOver:
    """What one attempt hands over, from rows in hand; no query."""
    best = verdict.best if verdict else None
    steps = (*way_back(row, siblings, best.steps if best else ()), *changes.way_back(row)) if is_open else ()
    return HandOver(
        about=link(row), open=is_open, since=moment(stakes.since(row), now), impact=_impact(row, is_open),
        tone=traffic_fact(row).tone if is_open else "", cause=_cause(row, verdict), slug=best.cause if best else "",
        way=next(iter(steps), None), back=_back(row, steps, is_open), alike=(), asked=tuple(_asked(row, verdict)),
        evidence=tuple(_quoted(one) for one in (best.evidence if best else ())[:QUOTED]),
        fix=best.steps if best else ())


def _quoted(one: Evidence) -> str:
    """`inference-server, line 12: ModuleNotFoundError: …`, on one line."""
    return f"{one.source}{f', line {one.line}' if one.line else ''}: {' '.join(one.text.split())[:WIDE]}"


def link(row: Attempt) -> Link:
    """An attempt as a link."""
    at = row.started or row.recorded_at
    return Link(row.deployment.name if row.deployment else "", row.number, f"{at.day}\u00a0{at:%b}")


def _subject(newest: Sequence[Attempt], shown: Sequence[Attempt]) -> Attempt | None:
    """The open failure that matters most, oldest first; else the last attempt that Azure reported as failed."""
    bad = [one for one in newest if one.state in stakes.BAD and not stakes.is_gone(one)]
    if bad:
        return min(bad, key=lambda one: (stakes.traffic_of(one), stakes.since(one)))
    past = [one for one in (*shown, *newest) if one.state in stakes.BAD or one.failed_at]
    return max(past, key=stakes.since, default=None)


def _slug(row: Attempt, verdicts: Mapping[int, Verdict]) -> str:
    best = verdicts.get(row.id, Verdict()).best
    return best.cause if best else ""


def _impact(row: Attempt, is_open: bool) -> str:
    if not is_open:
        why = hurt.gone_words(row) if stakes.is_gone(row) else "a later attempt or a late success ended it"
        return f"Not open: {why}"
    fact = traffic_fact(row)
    return f"Production traffic {fact.value.lower()}: {fact.small}"


def _cause(row: Attempt, verdict: Verdict | None) -> str:
    best = verdict.best if verdict else None
    if best:
        return f"{best.title} ({best.certainty})"
    return hurt.LATE if row.state == "Succeeded" else "Not known"


def _back(row: Attempt, steps: Sequence[Step], is_open: bool) -> str:
    """The way back in words, or why there is none."""
    if steps:
        title = steps[0].title.removeprefix("Way back: ")
        return f"{title[0].upper()}{title[1:]}. {steps[0].text}"
    if not is_open:
        return "Nothing to go back from"
    if row.deployment and not row.deployment.weight:
        return f"None needed: {row.deployment.name} has no traffic, {split(row.endpoint.traffic)}"
    return "No other deployment of this endpoint is ready"


def _asked(row: Attempt, verdict: Verdict | None) -> Iterator[str]:
    """What is not known yet."""
    best = verdict.best if verdict else None
    if best is None and row.state in stakes.BAD:
        yield "No cause is proved." if verdict else "The attempt is not diagnosed yet."
    if best:
        yield from (f"Missing: {one}" for one in best.missing)
        if best.next_test:
            yield f"To be sure: {best.next_test}"


def unseen(gaps: int, blind: int) -> Iterator[str]:
    """What we did not see of it."""
    if gaps:
        yield f"The stored logs have {gaps} gap{'' if gaps == 1 else 's'}: what stood there is not known."
    if blind:
        yield f"{plural(blind, 'stretch', 'stretches')} of this time {'was' if blind == 1 else 'were'} not polled."


def _text(one: HandOver) -> Iterator[str]:
    """What others wrote is made inert; quotations and commands stand between fences."""
    yield inert(one.title)
    if one.address:
        yield one.address
    when = f", since {one.since.full}" if one.since and one.open else ""
    yield f"Impact: {inert(one.impact)}{when}"
    if one.ended:
        yield f"Ended: {inert(one.ended)}"
    if one.who:
        yield f"Who has it: {inert(one.who)}"
    if one.ticket:
        yield f"Ticket: {address(one.ticket)}"
    yield f"Cause: {inert(one.cause)}"
    yield from fenced(one.evidence) if one.evidence else ()
    yield f"Way back: {inert(one.back)}"
    yield from _command(one.way)
    for number, step in enumerate(one.fix, 1):
        told = inert(f"{step.title}. {step.text}" if step.text else step.title)
        yield f"{'Fix: ' if number == 1 else ''}{number}. {told}"
        yield from _command(step)
    past = [link.words for link in one.alike] + [before.words for before in one.before]
    if past:
        yield f"Same cause before: {inert('; '.join(past))}{'; and older ones' if one.more else ''}"
    yield from (f"Open: {inert(question)}" for question in one.asked)
    if one.note:
        yield f"Note: {inert(one.note)}"


def _command(step: Step | None) -> list[str]:
    """The command of a step between fences; nothing where it has none."""
    return fenced(step.command.splitlines()) if step and step.command else []


def sentence(end: Endpoint, one: HandOver, own: Sequence[Attempt], newest: Sequence[Attempt]) -> str:
    """The account in one line: what is wrong now, else how it stands; `own` are the attempts of its deployments."""
    failed, late = sum(row.state in stakes.BAD for row in own), sum(came_late(row) for row in own)
    parts = (plural(len(own), "attempt"), f"{failed} failed" if failed else "none failed" if not late else "",
             f"{late} became ready late" if late else "")
    tried = ", ".join(filter(None, parts)) if own else "no attempt in this range"
    if end.gone_at:
        return f"{end.name} was deleted: {tried}"
    if one.open and one.cause and one.about:
        return f"{end.name}: {one.cause.rsplit(' (', 1)[0]}"
    moving = next((row for row in newest if row.state not in stakes.SETTLED), None)
    if moving:
        return f"{end.name}: {moving.deployment.name if moving.deployment else 'the endpoint'} {doing(moving)}"
    return f"{end.name}: {tried}"
