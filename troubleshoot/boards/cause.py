"""The page of one cause: what the handbook says of it, and where it was seen here."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Subquery, When

from troubleshoot import stakes
from troubleshoot.boards.card import Fact
from troubleshoot.boards.causes import WINDOW, failed, when
from troubleshoot.boards.traffic import way_back
from troubleshoot.boards.words import Moment, moment, span
from troubleshoot.diagnosis import handbook, plain, shelf
from troubleshoot.diagnosis.facts import Step
from troubleshoot.diagnosis.facts import Verdict as Whole
from troubleshoot.diagnosis.handbook import Entry
from troubleshoot.models import Attempt, Correction, Verdict, Workspace

SHOWN = 20  # places of one cause that its page lists
REACH = 500  # places that its time to resolve is taken from
OPEN, AGAIN, GONE = "open", "tried again", "deleted"


@dataclass(frozen=True, slots=True)
class Place:
    """An attempt that a cause was found in."""

    attempt: int
    workspace: str
    endpoint: str
    deployment: str
    number: int
    title: str
    certainty: str
    when: Moment | None
    seconds: float | None  # until the next attempt that succeeded
    resolved: str  # the same in words, or what became of it

    @property
    def name(self) -> str:
        """`churn-scorer / green`."""
        return f"{self.endpoint} / {self.deployment}" if self.deployment else self.endpoint


@dataclass(frozen=True, slots=True)
class Page:
    """All that the page of one cause shows."""

    entry: Entry
    recent: int  # attempts in 90 days that the reader may see
    total: int  # attempts at any time that the reader may see
    others: bool  # there are some that the reader may not see
    wrong: int  # how often a reader held it to be another cause
    wrong_certain: int
    facts: tuple[Fact, ...]
    places: tuple[Place, ...]
    example: Place | None  # the open case whose names the steps hold
    steps: tuple[Step, ...]
    rules: str


def page(slug: str, visible: QuerySet[Workspace], now: datetime) -> Page | None:
    """The page of a cause; None where the handbook has none of this slug. Three queries, five with an open case."""
    entry = handbook.entries().get(slug)
    if entry is None:
        return None
    places = _places(failed(visible).filter(verdict__cause__in=_spelled(slug)), now)
    example = next((one for one in places if one.resolved == OPEN), None)
    steps = _filled(example.attempt) if example else ()
    every, told = _counts(slug, visible, now)
    return Page(
        entry=entry, **told, **_wrong(slug, visible), others=every > told["total"], facts=_facts(entry, places),
        places=places[:SHOWN], example=example if steps else None, steps=steps or entry.steps,
        rules=shelf.fingerprint())


def _spelled(slug: str) -> tuple[str, str]:
    """A slug as it is, and as the first verdicts wrote it."""
    return slug, slug.replace("-", "_")


def _counts(slug: str, visible: QuerySet[Workspace], now: datetime) -> tuple[int, dict[str, int]]:
    """How many attempts it explains anywhere, and where the reader may see; one query."""
    inside = Q(attempt__endpoint__workspace__in=visible.order_by().values("id"))
    rows = Verdict.objects.filter(cause__in=_spelled(slug), attempt__state__in=stakes.BAD)
    rows = rows.annotate(at=when("attempt__"))
    told = rows.aggregate(every=Count("id"), mine=Count("id", filter=inside),
                          recent=Count("id", filter=inside & Q(at__gte=now - WINDOW)))
    return told["every"], {"recent": told["recent"], "total": told["mine"]}


def _wrong(slug: str, visible: QuerySet[Workspace]) -> dict[str, int]:
    """How often readers corrected it, where the reader may see; one query."""
    inside = visible.order_by().values("id")
    rows = Correction.objects.filter(told__in=_spelled(slug), attempt__endpoint__workspace__in=inside)
    rows = rows.exclude(cause__in=_spelled(slug))
    return rows.aggregate(wrong=Count("id"), wrong_certain=Count("id", filter=Q(certainty="certain")))


def _places(rows: QuerySet[Attempt], now: datetime) -> tuple[Place, ...]:
    """Where it was seen, newest first; one query."""
    later = Attempt.objects.filter(number__gt=OuterRef("number")).order_by("number")
    own, below = later.filter(endpoint=OuterRef("endpoint"), deployment=None), later.filter(
        deployment=OuterRef("deployment"))
    found = rows.annotate(
        at=when(),
        mended=Case(When(deployment=None, then=Subquery(own.filter(state="Succeeded").values("ended")[:1])),
                    default=Subquery(below.filter(state="Succeeded").values("ended")[:1])),
        again=Case(When(deployment=None, then=Exists(own)), default=Exists(below)))
    return tuple(_place(row, now) for row in found.order_by("-at", "-id").values_list(
        "id", "endpoint__workspace__slug", "endpoint__name", "deployment__name", "number", "verdict__title",
        "verdict__certainty", "at", "mended", "again", "deployment__gone_at", "endpoint__gone_at",
        "endpoint__workspace__gone_at")[:REACH])


def _place(row: Sequence, now: datetime) -> Place:
    pk, space, end, one, number, title, certainty, at, mended, again, *gone = row
    seconds = (mended - at).total_seconds() if mended and mended > at else None
    resolved = span(seconds) if seconds is not None else AGAIN if again else GONE if any(gone) else OPEN
    return Place(pk, space, end, one or "", number, title or "", certainty or "", moment(at, now), seconds, resolved)


def _filled(attempt: int) -> tuple[Step, ...]:
    """The steps as the open case fills them, with the way back first where traffic is at stake; two queries."""
    row = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").get(id=attempt)
    best = plain.load(Whole, row.verdict.data).best
    if best is None:
        return ()
    return (*way_back(row, list(row.endpoint.deployments.all()), best.steps), *best.steps)


def _facts(entry: Entry, places: Sequence[Place]) -> tuple[Fact, ...]:
    """Who fixes it, whether a retry helps, how long it took here, and how urgent it is."""
    took = sorted(one.seconds for one in places if one.seconds is not None)
    measured = Fact("Time to resolve here", span(median(took)),
                    f"median of {len(took)}, longest {span(took[-1])}") if took else Fact(
        "Time to resolve here", "Not known", "none resolved yet" if places else "not seen here")
    word, serving, idle = entry.urgent
    return (Fact("Who fixes it", entry.who[:1].upper() + entry.who[1:], entry.kind),
            Fact("Does a retry help", *entry.retry), measured,
            Fact("Urgent", word, f"With traffic: {serving}. Without: {idle}."))


