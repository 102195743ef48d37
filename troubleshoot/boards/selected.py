"""One incident as Triage shows it: the four facts, what to do now, why, and what happened."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from troubleshoot import ranks, stakes
from troubleshoot.boards import changes, hurt, lines, quiet, story, update
from troubleshoot.boards.card import Fact, card, doing, split
from troubleshoot.boards.inhand import Deed, Hand, hand
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.spaces import Spaces
from troubleshoot.boards.story import Entry
from troubleshoot.boards.traffic import traffic_fact, way_back
from troubleshoot.boards.words import Moment, moment, span
from troubleshoot.diagnosis import facts, plain
from troubleshoot.diagnosis.facts import Step
from troubleshoot.models import Attempt, Deployment, Incident, Notice, Person, Workspace

STEPS = 2  # that the page shows, so that the evidence stands on the first screen; the attempt page has all
DEEDS = 8  # of the incident's own history; all of it stands on its timeline


@dataclass(frozen=True, slots=True)
class Newer:
    """An attempt that came after the one that is shown."""

    number: int
    doing: str
    failed: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """The selected incident."""

    id: int
    rank: int
    glyph: str
    tone: str
    workspace: str
    endpoint: str
    deployment: str
    family: str
    number: int | None  # of the attempt that is shown
    whose: str  # who Azure's tags say that it belongs to
    resolved: bool
    how: str
    onward: int  # number of the incident as which it went on; 0 where it ended
    slug: str  # of the cause
    sentence: str
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    more: int  # steps that only the attempt page shows
    none: str  # what stands there instead of steps
    certainty: str
    excerpts: tuple[Excerpt, ...]
    rests: tuple[str, ...]  # what it rests on, where no line proves it
    events: tuple[Entry, ...]
    newer: Newer | None
    first: Moment | None
    last: Moment | None
    times: int
    hand: Hand


def find(visible: QuerySet[Workspace], *numbers: int) -> Incident | None:
    """The first of these incidents that is there, with all that the page names of it, and who was told; one query."""
    told = Notice.objects.filter(incident=OuterRef("pk"), what="failed", sent_at__isnull=False).order_by("-sent_at")
    rows = Incident.objects.filter(workspace__in=visible.order_by().values("id"), id__in=numbers).select_related(
        "workspace", "endpoint__workspace", "deployment", "last__verdict").annotate(
        paged_at=Subquery(told.values("sent_at")[:1]), paged=Subquery(told.values("channel__name")[:1]))
    return min(rows, key=lambda one: numbers.index(one.id), default=None)


def detail(one: Incident, person: Person, spaces: Spaces, now: datetime, number: int = 0) -> Detail:
    """The incident, as of one of its attempts where `number` names it; six queries, or two without an attempt."""
    held = hand(one, person, now)
    row, others, newest = _attempts(one, number)
    shown = _failed(one, row, others, now) if row else quiet.of(one, others, spaces, now)
    verdict, onward = _verdict(row), one.onward_id or 0
    return Detail(
        id=one.id, rank=_rank(one), glyph="idle" if onward else ranks.GLYPHS[_rank(one)],
        tone="mut" if onward else ranks.TONES[_rank(one)], onward=onward,
        workspace=one.workspace.slug, endpoint=one.endpoint.name if one.endpoint else "",
        deployment=one.deployment.name if one.deployment else "", family=one.family, number=row.number if row else None,
        whose=_whose(one), resolved=one.resolved_at is not None, how=one.how, slug=one.cause,
        sentence=_sentence(one, row, verdict, now),
        facts=_facts(one, row, held, verdict, now), steps=shown.steps[:STEPS] if one.resolved_at is None else (),
        more=max(0, len(shown.steps) - STEPS), none=shown.none, certainty=one.certainty, excerpts=shown.excerpts,
        rests=shown.rests, events=_events(one, shown.events, held.deeds, now), newer=_newer(row, newest),
        first=moment(one.opened_at, now), last=moment(one.last_at, now), times=one.times, hand=held)


def _rank(one: Incident) -> int:
    return ranks.RESOLVED if one.resolved_at else one.rank


def _attempts(one: Incident, number: int) -> tuple[Attempt | None, list[Deployment], Attempt | None]:
    """The attempt that is shown, the deployments beside it, and the newest attempt; one query."""
    row = one.last
    if one.endpoint is None:
        return None, [], None
    if row and number and number != row.number:
        return _of_number(one, row, number)
    others = list(one.endpoint.deployments.select_related("latest").defer("latest__spec", "latest__events"))
    own = next((each for each in others if each.id == one.deployment_id), None)
    if row:
        row.endpoint, row.deployment = one.endpoint, own
    return row, others, own.latest if own else None


def _of_number(one: Incident, last: Attempt, number: int) -> tuple[Attempt, list[Deployment], Attempt]:
    """Another attempt of the subject, or its last one where there is none of that number; no way back is told of it."""
    mine = Attempt.objects.filter(endpoint=one.endpoint_id, deployment=one.deployment_id)
    newest = mine.order_by("-number").values("id")[:1]
    rows = {row.number: row for row in mine.filter(
        Q(number=number) | Q(id=Subquery(newest))).select_related("verdict")}
    for row in (last, *rows.values()):
        row.deployment = one.deployment
        if one.endpoint:
            row.endpoint = one.endpoint
    return rows.get(number, last), [], max((last, *rows.values()), key=lambda row: row.number)


def _verdict(row: Attempt | None) -> facts.Verdict | None:
    return plain.load(facts.Verdict, row.verdict.data) if row and hasattr(row, "verdict") else None


def _failed(one: Incident, row: Attempt, others: list[Deployment], now: datetime) -> quiet.Shown:
    """What a failed attempt gives: the way back, the fix, the lines that prove it, and its story; two queries."""
    verdict = _verdict(row)
    best = verdict.best if verdict else None
    logs = {log.container: log for log in row.logs.all()}
    evidence = best.evidence if best else (verdict.first_errors[:3] if verdict else ())
    kept = lines.texts(lines.wanted(logs.values(), evidence, preview=0))
    own = quiet.step(one, others) if one.silent else _ask(one, row, others)
    back = (*way_back(row, others, best.steps if best else ()), *changes.way_back(row)) if others else ()
    return quiet.Shown(
        steps=(*own, *back, *(best.steps if best else ())), none=quiet.WAIT if one.cause == "slow" else quiet.NO_FIX,
        rests=quiet.rests(one) if one.silent else (),
        excerpts=lines.excerpts(evidence, logs, kept, proof=best is not None),
        events=story.short(story.of(row, verdict, logs.values(), kept, now)))


def _ask(one: Incident, row: Attempt, others: list[Deployment]) -> tuple[Step, ...]:
    """The call that tells whether it still serves, while nobody knows: it comes before the cause."""
    if row.deployment is None or not others or one.serving or one.rank != ranks.NOT_KNOWN or row.state != "Failed":
        return ()
    text = "Azure does not tell it after a failed update. 200: it serves. Anything else: it fails."
    return (Step(f"Find out whether {row.deployment.name} still serves", text, update.invoke(row, row.deployment)),)


def _whose(one: Incident) -> str:
    """The owner and the team that Azure's tags name."""
    named = one.deployment or one.endpoint or one.workspace
    return ", ".join(filter(None, (named.owner, named.team)))


def _sentence(one: Incident, row: Attempt | None, verdict: facts.Verdict | None, now: datetime) -> str:
    if one.silent or row is None or one.resolved_at:
        return one.title
    return card(row, verdict, now, "").sentence


def _facts(one: Incident, row: Attempt | None, held: Hand, verdict: facts.Verdict | None, now: datetime
           ) -> tuple[Fact, ...]:
    """Production traffic, since, certainty, who has it."""
    return _traffic(one, row, held), _since(one, now), _certainty(one, verdict), _who(one, held, now)


def _certainty(one: Incident, verdict: facts.Verdict | None) -> Fact:
    best = verdict.best if verdict else None
    if one.silent:
        return Fact("Certainty", "Certain", "what the polls saw")
    if best:
        return Fact("Certainty", best.certainty.capitalize(), best.kind)
    if one.resolved_at and one.cause and one.certainty:
        return Fact("Certainty", one.certainty.capitalize(), "as it was told before its end")
    return Fact("Certainty", "Not known", "no cause is proved")


def _traffic(one: Incident, row: Attempt | None, held: Hand) -> Fact:
    name, value, tone = "Production traffic", ranks.TRAFFIC[one.rank], ("bad", "warn", "", "")[one.rank]
    if onward := one.onward_id:
        return Fact(name, "Went on", f"as incident {onward}")
    if one.resolved_at:
        return Fact(name, "Over", f"at worst {ranks.TRAFFIC[one.worst].lower()}", "ok")
    if one.endpoint is None:
        return Fact(name, value, "quota of the workspace" if one.family else "all its endpoints", tone)
    if one.serving:
        said = "still serves" if one.serving == "yes" else "does not serve"
        return Fact(name, value, f"{held.serving_by} found that it {said}", tone)
    if row and not one.silent:
        return traffic_fact(row)
    if one.rank == ranks.SLOW and one.deployment and stakes.stake(one.deployment, None) == ranks.NOT_AFFECTED:
        value = ranks.TRAFFIC[ranks.NOT_AFFECTED]
    return Fact(name, value, split(one.endpoint.traffic) if stakes.mapped(one.endpoint) else hurt.NO_MAP, tone)


def _since(one: Incident, now: datetime) -> Fact:
    """Since when it is wrong; of what is over, how long it was."""
    if one.resolved_at is None:
        when = moment(one.since, now)
        return Fact("Since", when.age if when else "", since=when, first_seen=one.first_seen and not one.regressed_at)
    ended = moment(one.resolved_at, now)
    lasted = span((one.resolved_at - one.since).total_seconds())
    return Fact("Lasted", f"at least {lasted}" if one.first_seen and not one.regressed_at else lasted,
                f"ended {ended.day} {ended.clock} UTC" if ended else "")


def _who(one: Incident, held: Hand, now: datetime) -> Fact:
    """Who has it, or who was told of it last."""
    name = "Who had it" if one.resolved_at else "Who has it"
    if held.owner:
        return Fact(name, held.owner, f"since {held.taken.clock} UTC" if held.taken else "")
    channel, at = _paged(one)
    paged = moment(at, now)
    told = f"paged {channel} {paged.clock} UTC" if paged else "no notice was sent"
    return Fact(name, "Nobody", told, "" if one.resolved_at else "warn")


def _paged(one: Incident) -> tuple[str, datetime | None]:
    """The channel that was told of it last, and when, as `find` read them beside it."""
    return vars(one)["paged"] or "", vars(one)["paged_at"]


def _events(one: Incident, told: Sequence[Entry], deeds: Iterable[Deed], now: datetime) -> tuple[Entry, ...]:
    """What happened to it, and what people did, in one order."""
    hidden = ("opened", "undid") if told else ("undid",)
    own = [each for each in deeds if not each.undone and each.what not in hidden][-DEEDS:]
    added = [Entry(each.at, each.moment, "People" if each.who else "", each.text, each.small, *_shape(each))
             for each in own]
    channel, at = _paged(one)
    if at:
        added.append(Entry(moment(at, now), at, "People", f"{channel} was paged", "", "", "me"))
    late = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted((*told, *added), key=lambda each: each.moment or late))


def _shape(one: Deed) -> tuple[str, str]:
    """Tone and glyph: a person, the end, a failure, or what else turned."""
    if one.who:
        return "", "me"
    return {"ended": ("ok", "ok"), "opened": ("bad", "bad"), "joined": ("bad", "bad"),
            "regressed": ("bad", "bad")}.get(one.what, ("mut", "idle"))


def _newer(row: Attempt | None, newest: Attempt | None) -> Newer | None:
    if row is None or newest is None or newest.number <= row.number:
        return None
    return Newer(newest.number, doing(newest), newest.state in stakes.BAD)
