"""One week of one workspace: what failed, how long it took, which causes return, and what we did not see."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from troubleshoot.boards import week_causes, week_failed, week_rows, witness
from troubleshoot.boards.card import Fact
from troubleshoot.boards.spaces import Space
from troubleshoot.boards.week_causes import Cause
from troubleshoot.boards.week_failed import Failed
from troubleshoot.boards.week_rows import Held, Spell, Tried
from troubleshoot.boards.weeks import LONG, Week
from troubleshoot.boards.words import NB, day, moment, plural, region, span
from troubleshoot.models import Blind, Workspace

WEEKS = 6  # that the table of causes shows, this one included
MOST_GAPS = 8  # that the foot names


@dataclass(frozen=True, slots=True)
class Day:
    """The attempts that began on one day, by what became of them."""

    name: str  # Mon 16
    ready: int
    failed: int
    rest: int  # they go on, or nobody saw their outcome

    @property
    def all(self) -> int:
        """Every attempt of the day."""
        return self.ready + self.failed + self.rest


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took in this week: the words of a row; empty where it rests on nothing."""

    name: str
    median: str
    slowest: str
    before: str  # the median of the week before
    of: str


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page of a week shows."""

    week: Week
    workspace: str
    name: str
    title: str
    meta: tuple[str, ...]
    facts: tuple[Fact, ...]
    weeks: tuple[Week, ...]
    causes: tuple[Cause, ...]
    days: tuple[Day, ...]
    took: tuple[Took, ...]
    failed: tuple[Failed, ...]
    held: str  # how many incidents hold the failed attempts
    gaps: tuple[str, ...]
    cut: bool  # there were more attempts than are counted
    earlier: Week
    later: Week | None

    @property
    def attempts(self) -> int:
        """How many began in the week; the sum of the days."""
        return sum(one.all for one in self.days)

    @property
    def totals(self) -> tuple[int, int, int]:
        """Ready, failed, and neither."""
        return (sum(one.ready for one in self.days), sum(one.failed for one in self.days),
                sum(one.rest for one in self.days))


def page(space: Workspace, week: Week, now: datetime, polled: Space | None) -> Board:
    """The page of a week that began; six queries, whatever happened in it. `polled` is the workspace in the frame."""
    tried, cut = week_rows.attempts(space, week.on(-1).begin, week.end)
    before, mine = [one for one in tried if one.began < week.begin], [one for one in tried if one.began >= week.begin]
    held = week_rows.incidents(space, week.on(-1).begin, week.end)
    weeks = tuple(week.on(-back) for back in reversed(range(WEEKS)))
    first, living = week_rows.first_look(space)
    blind = week_rows.blind(space, weeks[0].begin, week.end)
    looked = _looked_until(space, polled, now)
    seen = [_was_seen(one, first, blind, looked) for one in weeks]
    causes = week_causes.of(weeks, seen, week_rows.causes(space, weeks), before, mine)
    failed = week_failed.of([one for one in mine if one.failed], held, week, now)
    began = [_spells(held, one) for one in (week, week.on(-1))]
    return Board(
        week=week, workspace=space.slug, name=space.name, title=_title(mine, causes, seen[-1]),
        meta=tuple(_meta(space, week, living, before, seen[-2], now)),
        facts=tuple(_facts(mine, before, began[0], held, week, seen, looked)), weeks=weeks, causes=causes,
        days=tuple(_days(week, mine)), took=tuple(_took(mine, before, *began)), failed=failed,
        held=week_failed.sentence(failed), gaps=tuple(_gaps(week, weeks[0], first, blind, looked, now)), cut=cut,
        earlier=week.on(-1), later=week.on(1) if week.end <= now else None)


def _looked_until(space: Workspace, polled: Space | None, now: datetime) -> datetime:
    """Until when we know: the last look at a workspace that is gone, or that is not polled any more; else now."""
    last = polled.polled_at if polled and polled.stale else None
    return min(filter(None, (now, space.gone_at, last)))


def _was_seen(week: Week, first: datetime | None, blind: Iterable[Blind], looked: datetime) -> bool:
    """True where the workspace was polled at some time in the week: then what is not there is zero."""
    since, until = max(week.begin, first or looked), min(week.end, looked)
    dark = week_rows.union((max(one.since, since), min(one.until, until)) for one in blind
                           if one.poll == "endpoints" and one.attempt_id is None)
    return since < until and week_rows.length(dark) < (until - since).total_seconds()


def _title(mine: Sequence[Tried], causes: Sequence[Cause], seen: bool) -> str:
    """`9 of 31 attempts failed; for the fourth week: a cause`."""
    failed = sum(one.failed for one in mine)
    if not mine:
        return "No attempt in this week" if seen else "This workspace was not polled in this week"
    if not failed:
        return f"{plural(len(mine), 'attempt')}, none failed"
    told = f"{failed} of {plural(len(mine), 'attempt')} failed"
    back = next((one for one in causes if one.returned), None)
    return f"{told}; {back.returned}: {back.title}" if back else f"{told}; no known cause returned"


def _meta(space: Workspace, week: Week, living: int, before: Sequence[Tried], seen: bool,
          now: datetime) -> Iterator[str]:
    yield week.days
    if now < week.end:
        at = moment(now, now)
        yield f"Not over yet, counted until {at.day} {at.clock} UTC" if at else ""
    yield f"{plural(living, 'endpoint')} now{f', {region(space.location)}' if space.location else ''}"
    yield f"Week before: {_share(before, seen)}"


def _share(tried: Sequence[Tried], seen: bool) -> str:
    """`7 of 28`; zero only where somebody looked."""
    if not tried:
        return "no attempt" if seen else "not polled"
    return f"{sum(one.failed for one in tried)} of {len(tried)}"


def _percent(tried: Sequence[Tried]) -> str:
    return f"{100 * sum(one.failed for one in tried) / len(tried):.0f}{NB}%" if tried else ""


def _facts(mine: Sequence[Tried], before: Sequence[Tried], began: Sequence[Spell], held: Sequence[Held], week: Week,
           seen: Sequence[bool], looked: datetime) -> Iterator[Fact]:
    failed = [one for one in mine if one.failed]
    yield _share_fact(mine, failed, before, seen)
    yield _traffic(held, week, seen[-1], looked)
    ended = sorted(took for one in began if (took := _until(one, "ended")) is not None)
    told = f"median of {len(ended)}; longest {span(ended[-1])}" if ended else f"of {plural(len(began), 'incident')}"
    none = "None resolved" if began else "No incident"
    yield Fact("Failed to resolved", span(median(ended)) if ended else none, told if began else "began in this week")
    waited = [one.took for one in failed if one.took is not None]
    yield Fact("Waited for failures", span(sum(waited)) if waited else f"0{NB}min" if not failed else "Not known", (
        f"sum of {plural(len(waited), 'failed attempt')}" if len(waited) == len(failed) else
        f"sum of {len(waited)} of {plural(len(failed), 'failed attempt')}; Azure tells no times of the rest"))


def _share_fact(mine: Sequence[Tried], failed: Sequence[Tried], before: Sequence[Tried], seen: Sequence[bool]) -> Fact:
    """How many of how many failed, this week and the one before."""
    rest = sum(not one.failed and not one.ready for one in mine)
    late = sum(one.state == "Succeeded" for one in failed)
    said = (_percent(mine), f"week before {', '.join(filter(None, (_share(before, seen[-2]), _percent(before))))}",
            f"{late} became ready later" if late else "", f"{rest} without an outcome yet" if rest else "")
    return Fact("Failed attempts", f"{len(failed)} of {len(mine)}" if mine or seen[-1] else "Not known",
                "; ".join(filter(None, said)))


def _traffic(held: Sequence[Held], week: Week, seen: bool, looked: datetime) -> Fact:
    """For how long production traffic was affected; what is not known is not counted as well."""
    name, until = "Production traffic affected", min(week.end, looked)
    sure, maybe = week_rows.affected(held, week.begin, until)
    many = f"not known for {span(maybe)} more" if maybe else ""
    if sure:
        return Fact(name, span(sure), "; ".join(filter(None, ("time in which at least one incident did", many))), "bad")
    if maybe or not seen:
        return Fact(name, "Not known", f"for {span(maybe)}; proved for none" if maybe else "nothing was polled", "warn")
    return Fact(name, f"0{NB}min", "no incident was seen to affect it")


def _spells(held: Iterable[Held], week: Week) -> list[Spell]:
    """The stretches of incidents that began with a failure in this week, where Azure told when."""
    return [spell for one in held if not one.row.silent for spell in one.spells
            if week.begin <= spell.began < week.end]


def _until(spell: Spell, edge: str) -> float | None:
    """Seconds from Failed by Azure's own time to this edge; None where one of both is not known."""
    at: datetime | None = getattr(spell, edge)
    return (at - spell.began).total_seconds() if spell.exact and at and at >= spell.began else None


def _days(week: Week, mine: Sequence[Tried]) -> Iterator[Day]:
    for back in range(7):
        at = week.begin + timedelta(days=back)
        own = [one for one in mine if at <= one.began < at + timedelta(days=1)]
        ready, failed = sum(one.ready for one in own), sum(one.failed for one in own)
        yield Day(f"{at:%a} {at.day}", ready, failed, len(own) - ready - failed)


def _took(mine: Sequence[Tried], before: Sequence[Tried], spells: Sequence[Spell],
          earlier: Sequence[Spell]) -> Iterator[Took]:
    """The rows of `How long it took`; each says how many it rests on."""
    yield _row("Start to ready", "attempt", *([one.took for one in rows if one.ready] for rows in (mine, before)))
    yield _row("Start to failed", "attempt", *([one.took for one in rows if one.failed] for rows in (mine, before)))
    yield _row("Failed to cause shown", "attempt",
               *([one.until_shown for one in rows if one.failed] for rows in (mine, before)))
    once = len(spells) == len({one.incident for one in spells})
    for name, edge in (("Failed to taken", "taken"), ("Failed to resolved", "ended")):
        yield _row(name, "incident" if once else "opening",
                   *([_until(one, edge) for one in rows] for rows in (spells, earlier)))


def _row(name: str, what: str, found: Sequence[float | None], before: Sequence[float | None] = ()) -> Took:
    known, past = ([one for one in rows if one is not None] for rows in (found, before))
    of = plural(len(found), what)
    return Took(name, span(median(known)) if known else "", span(max(known)) if known else "",
                span(median(past)) if past else "", of if len(known) == len(found) else f"{len(known)} of {of}")


def _gaps(week: Week, oldest: Week, first: datetime | None, blind: Sequence[Blind], looked: datetime,
          now: datetime) -> Iterator[str]:
    """What was not seen in this week, and since when the workspace is collected at all."""
    if first is None:
        yield "Nothing of this workspace was seen yet."
    elif first >= oldest.begin:
        yield (f"Collected since {day(first)} {first.year}: of what was before, only the newest attempt of each "
               "deployment is known.")
    events = list(witness.blind(one for one in blind if one.until > week.begin and one.since < week.begin + LONG))
    for one in events[:MOST_GAPS]:
        yield f"{day(one.moment)}: {one.text}, {span(((one.until or now) - one.moment).total_seconds())}."
    if len(events) > MOST_GAPS:
        yield f"{len(events) - MOST_GAPS} more gaps in this week."
    at = moment(looked, now)
    if at and looked < min(now, week.end):
        yield f"Not polled since {at.full}."
    elif not events and first is not None and first < week.begin + LONG:
        yield "No gap of collection in this week."
