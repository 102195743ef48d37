"""What stands beside the claim: what was looked at, other explanations, the next test, and what was told before."""
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Min, Q, QuerySet, Sum

from troubleshoot import stakes
from troubleshoot.boards import next_test, story
from troubleshoot.boards.card import Card, Fact, serving
from troubleshoot.boards.said import kind_of
from troubleshoot.boards.words import Moment, day, moment, plural
from troubleshoot.diagnosis import facts, support
from troubleshoot.diagnosis.facts import CERTAIN, RULED_OUT, Finding, Step, Verdict, WorkspaceFacts
from troubleshoot.models import Attempt, Log, Watch
from troubleshoot.models import Verdict as VerdictRow

_LOG = " log"


@dataclass(frozen=True, slots=True)
class Looked:
    """One source that was looked at: what it said, how often, and when."""

    source: str
    said: str
    glyph: str
    tone: str
    first: Moment | None = None
    last: Moment | None = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """A cause beside the one that is told, with its evidence counted."""

    finding: Finding
    counts: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the attempt was told as until other rules judged it."""

    kind: str
    certainty: str
    until: str
    rules: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """All that a doubter asks for."""

    tests: tuple[Step, ...]
    looked: tuple[Looked, ...]
    fits: tuple[Explanation, ...]
    out: tuple[Explanation, ...]
    status: str  # the operation as it was told, where no container printed a line
    support: str
    earlier: tuple[Earlier, ...]
    held: str
    made: Moment | None
    rules: str


def logs(row: Attempt) -> QuerySet[Log]:
    """The logs of an attempt with how often, and from when to when, Azure gave the newest kind of answer; one query.

    From when to when it withheld the log, and when it first gave lines, comes with them.
    """
    same, withheld = Q(reads__answer_class=F("last_class")), Q(reads__answer_class=facts.WITHHELD)
    return row.logs.annotate(times=Sum("reads__times", filter=same), first_at=Min("reads__at", filter=same),
                             newest_at=Max("reads__last_at", filter=same),
                             withheld_from=Min("reads__at", filter=withheld),
                             withheld_until=Max("reads__last_at", filter=withheld),
                             first_logs=Min("reads__at", filter=Q(reads__answer_class=facts.LOGS)))


def of(row: Attempt, verdict: Verdict | None, found: Mapping[str, Log], watches: Sequence[Watch],
       now: datetime) -> Doubt:
    """What stands beside the claim of an attempt; no query."""
    kept: VerdictRow | None = getattr(row, "verdict", None)
    best = verdict.best if verdict else None
    others = tuple(one for one in verdict.findings if one is not best) if verdict else ()
    return Doubt(
        tests=next_test.steps(row, found) if verdict and not best else (),
        looked=tuple(_looked(row, verdict, found, watches, now)) if verdict else (),
        fits=tuple(explanation(one) for one in others if one.certainty != RULED_OUT),
        out=tuple(explanation(one) for one in others if one.certainty == RULED_OUT),
        status=_status(row) if not any(log.lines for log in found.values()) else "",
        support=_support(row, verdict, found, now) if verdict and row.state in stakes.BAD else "",
        earlier=_earlier(kept), held=kept.held if kept else "", made=moment(kept.made_at, now) if kept else None,
        rules=kept.fingerprint[:8] if kept else "")


def told(claim: Card, row: Attempt, beside: Doubt) -> Card:
    """The card of a cause that is not known, with what was weighed, what is not touched, and the next step."""
    weighed = f"{len(beside.out)} explanation{'s were' if len(beside.out) > 1 else ' was'} ruled out, none is proved." \
        if beside.out else "No explanation of the handbook fits what was collected."
    if row.state == "Canceled":
        weighed = ""
    best = (Fact("Best next step", next_test.shortest(beside.tests)),) if beside.tests else ()
    return dataclasses.replace(
        claim, text=" ".join(filter(None, (weighed, untouched(row), claim.text))),
        facts=(claim.facts[0], Fact("Looked at", plural(len(beside.looked), "source")), *best, *claim.facts[2:]))


def untouched(row: Attempt) -> str:
    """Who serves and is not touched by the failure; empty where nothing is known to serve."""
    own = row.deployment.name if row.deployment else ""
    if not own or not stakes.mapped(row.endpoint) or row.endpoint.gone_at:
        return ""
    share = serving(row.endpoint.traffic, own)
    return f"{share} and is not touched." if share.count("serves") == 1 else ""


def explanation(one: Finding) -> Explanation:
    """A cause with its evidence counted."""
    counts = f"{len(one.evidence)} for, {len(one.against)} against, {len(one.missing)} missing"
    return Explanation(one, f"{one.certainty.capitalize()}: {counts}" if one.certainty == CERTAIN else counts)


def _looked(row: Attempt, verdict: Verdict, found: Mapping[str, Log], watches: Sequence[Watch],
            now: datetime) -> Iterable[Looked]:
    """Each source, also those that said nothing or may not be read."""
    polled = {one.poll: one.ok_at for one in watches if one.ok_at}
    denied = {one.poll: one for one in watches if one.trouble}
    for source, said in verdict.looked_at:
        log = found.get(source.removesuffix(_LOG))
        if source.endswith(_LOG) and log:
            yield _log(source, said, log, now)
        else:
            yield _source(row, source, said, polled, now)
    for poll, watch in denied.items():
        yield Looked(f"{watch.container or poll} poll", f"{watch.trouble}: {watch.said}"[:300], "lock", "warn",
                     last=moment(watch.tried_at, now))
    yield Looked("Instance metrics", "not collected by this app", "idle", "")


def _log(source: str, said: str, log: Log, now: datetime) -> Looked:
    glyph, tone = ("lock", "warn") if log.last_class == facts.DENIED else ("log", "") if log.lines else ("idle", "")
    times = getattr(log, "times", 0) or 0
    return Looked(source, said, glyph, tone, moment(getattr(log, "first_at", None), now),
                  moment(getattr(log, "newest_at", None) or log.read_at, now), times)


def _source(row: Attempt, source: str, said: str, polled: Mapping[str, datetime], now: datetime) -> Looked:
    if source == "operation error":
        bad = said != "no error reported"
        return Looked(source, said, "bad" if bad else "idle", "bad" if bad else "",
                      last=moment(row.ended or row.failed_at or polled.get("attempts"), now))
    if source in ("instance status", "container events"):
        return Looked(source, said, "log", "", last=moment(polled.get("logs"), now))
    if source.endswith(" version"):
        found = said.startswith("found")
        return Looked(source, said, "ok" if found else "warn", "ok" if found else "warn",
                      last=moment(polled.get("artifacts"), now))
    return Looked(source, said, "idle", "")


def _status(row: Attempt) -> str:
    """Status, moments and error of the operation, as they were told."""
    told = row.operation or {}
    lines = [f"{name}: {told[key]}" for name, key in (
        ("status", "status"), ("startTime", "started"), ("endTime", "ended")) if told.get(key)]
    return "\n".join(lines)


def _support(row: Attempt, verdict: Verdict, found: Mapping[str, Log], now: datetime) -> str:
    space = row.endpoint.workspace
    case = story.case_of(row, found.values(), {}, now)
    case = dataclasses.replace(case, workspace=WorkspaceFacts(case.place, space.location))
    answers = [support.Answer(f"{log.container} log", log.last_class, log.said, getattr(log, "times", 0) or 0,
                              getattr(log, "first_at", None), getattr(log, "newest_at", None))
               for log in found.values()]
    return support.text(case, verdict, answers)


def _earlier(kept: VerdictRow | None) -> tuple[Earlier, ...]:
    """The newest first."""
    return tuple(Earlier(kind_of(one["cause"]) if one["cause"] else "", one["certainty"],
                         day(datetime.fromisoformat(one["until"])), one["fingerprint"][:8])
                 for one in reversed(kept.earlier)) if kept else ()
