"""What whoever takes over needs: impact, cause, way back, the same cause before, and what is still open."""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.boards import changes, hurt
from troubleshoot.boards.card import doing, split
from troubleshoot.boards.happened import came_late
from troubleshoot.boards.triage import traffic_fact, way_back
from troubleshoot.boards.words import Moment, moment, plural
from troubleshoot.diagnosis.facts import Step, Verdict
from troubleshoot.models import Attempt, Deployment, Endpoint

ALIKE = 5


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
class HandOver:
    """The answers to the questions at a hand-over, with the same as text for a ticket."""

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
    text: str


def of(end: Endpoint, newest: Sequence[Attempt], shown: Sequence[Attempt], siblings: list[Deployment],
       verdicts: Mapping[int, Verdict], gaps: int, blind: int, now: datetime) -> HandOver:
    """The hand-over of an endpoint from rows in hand; no query. It is about the worst that is open, else the last."""
    row = _subject(newest, shown)
    if row is None:
        return HandOver(None, False, None, "Nothing went wrong in this range.", "", "", "", None, "", (), (), "")
    best = verdicts.get(row.id, Verdict()).best
    is_open = row.state in hurt.BAD and not hurt.is_gone(row)
    steps = (*way_back(row, siblings, best.steps if best else ()), *changes.way_back(row)) if is_open else ()
    found = HandOver(
        link(row), is_open, moment(hurt.since(row), now), _impact(row, is_open), traffic_fact(row).tone if is_open
        else "", _cause(row, verdicts), best.cause if best else "", next(iter(steps), None), _back(row, steps, is_open),
        tuple(link(one) for one in shown if best and one.id != row.id and _slug(one, verdicts) == best.cause)[-ALIKE:],
        tuple(_asked(row, verdicts.get(row.id), gaps, blind)), "")
    return HandOver(**{name: getattr(found, name) for name in HandOver.__slots__} | {
        "text": "\n".join(_text(end, found)) + "\n"})


def link(row: Attempt) -> Link:
    """An attempt as a link."""
    at = row.started or row.recorded_at
    return Link(row.deployment.name if row.deployment else "", row.number, f"{at.day}\u00a0{at:%b}")


def _subject(newest: Sequence[Attempt], shown: Sequence[Attempt]) -> Attempt | None:
    """The open failure that matters most, oldest first; else the last attempt that Azure reported as failed."""
    bad = [one for one in newest if one.state in hurt.BAD and not hurt.is_gone(one)]
    if bad:
        return min(bad, key=lambda one: (hurt.traffic_of(one), hurt.since(one)))
    past = [one for one in (*shown, *newest) if one.state in hurt.BAD or one.failed_at]
    return max(past, key=hurt.since, default=None)


def _slug(row: Attempt, verdicts: Mapping[int, Verdict]) -> str:
    best = verdicts.get(row.id, Verdict()).best
    return best.cause if best else ""


def _impact(row: Attempt, is_open: bool) -> str:
    if not is_open:
        why = hurt.gone_words(row) if hurt.is_gone(row) else "a later attempt or a late success ended it"
        return f"Not open: {why}"
    fact = traffic_fact(row)
    return f"Production traffic {fact.value.lower()}: {fact.small}"


def _cause(row: Attempt, verdicts: Mapping[int, Verdict]) -> str:
    best = verdicts.get(row.id, Verdict()).best
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


def _asked(row: Attempt, verdict: Verdict | None, gaps: int, blind: int) -> Iterator[str]:
    """What is not known yet."""
    best = verdict.best if verdict else None
    if best is None and row.state in hurt.BAD:
        yield "No cause is proved." if verdict else "The attempt is not diagnosed yet."
    if best:
        yield from (f"Missing: {one}" for one in best.missing)
        if best.next_test:
            yield f"To be sure: {best.next_test}"
    if gaps:
        yield f"The stored logs have {gaps} gap{'' if gaps == 1 else 's'}: what stood there is not known."
    if blind:
        yield f"We saw nothing in {blind} stretch{'' if blind == 1 else 'es'} of this range."


def _text(end: Endpoint, one: HandOver) -> Iterable[str]:
    """The same as plain text, one below the other."""
    about = f", {one.about.words}" if one.about else ""
    yield f"{end.name} in {end.workspace.name}{about}"
    when = f", since {one.since.full}" if one.since and one.open else ""
    yield f"Impact: {one.impact}{when}"
    yield f"Cause: {one.cause}"
    yield f"Way back: {one.back}"
    yield from (f"    {line}" for line in (one.way.command.splitlines() if one.way else ()))
    if one.alike:
        yield f"Same cause before: {'; '.join(link.words for link in one.alike)}"
    yield from (f"Open: {question}" for question in one.asked)


def sentence(end: Endpoint, one: HandOver, own: Sequence[Attempt], newest: Sequence[Attempt]) -> str:
    """The account in one line: what is wrong now, else how it stands; `own` are the attempts of its deployments."""
    failed, late = sum(row.state in hurt.BAD for row in own), sum(came_late(row) for row in own)
    parts = (plural(len(own), "attempt"), f"{failed} failed" if failed else "none failed" if not late else "",
             f"{late} became ready late" if late else "")
    tried = ", ".join(filter(None, parts)) if own else "no attempt in this range"
    if end.gone_at:
        return f"{end.name} was deleted: {tried}"
    if one.open and one.cause and one.about:
        return f"{end.name}: {one.cause.rsplit(' (', 1)[0]}"
    moving = next((row for row in newest if row.state not in hurt.SETTLED), None)
    if moving:
        return f"{end.name}: {moving.deployment.name if moving.deployment else 'the endpoint'} {doing(moving)}"
    return f"{end.name}: {tried}"
