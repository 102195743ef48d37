"""What changed since the last good attempt: the rows of the comparison, the suspect, and the way back."""
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from troubleshoot import stakes
from troubleshoot.boards import lines
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.words import NB, day, plural
from troubleshoot.diagnosis import logs, plain, timeline
from troubleshoot.diagnosis.changed import APART, FITS, NAMED, SETTINGS, SLOWER, Difference
from troubleshoot.diagnosis.compared import Changed, Seen
from troubleshoot.diagnosis.facts import Step, Verdict
from troubleshoot.models import Attempt

_SPEAKS = {NAMED: "for: ", FITS: "could be: ", APART: "against: ", SLOWER: "a trace: "}
_FIRST = ("code", "model", "environment", "instance type", "instances", "scoring script")  # named where they are alike
NEVER = "No attempt of {} that was recorded here has been ready: nothing to compare with."
NOTHING = ("Nothing that can be compared changed. Then the reason lies outside these settings: in roles and networks, "
           "in what the script reads or calls, in quota, or in Azure itself.")


@dataclass(frozen=True, slots=True)
class Row:
    """One difference as the page shows it."""

    name: str
    kind: str
    before: str
    after: str
    speaks: str
    tag: str  # set for the suspect


@dataclass(frozen=True, slots=True)
class Board:
    """All that the page shows of a comparison."""

    none: str  # why nothing is compared
    good: str
    now: str
    sub: str
    rows: tuple[Row, ...]
    nothing: str
    same: str  # names, in one sentence
    notes: tuple[str, ...]
    cited: str  # the suspect as a sentence
    evidence: int  # its number among the evidence
    new: tuple[Excerpt, ...]
    new_said: str
    gone: tuple[Seen, ...]
    gone_said: str


def of(row: Attempt, verdict: Verdict | None) -> Board | None:
    """The comparison that was stored with the verdict; None where none was made. No query."""
    kept = _kept(row)
    if not kept.made:
        return None
    best = verdict.best if verdict else None
    number = len(lines.alike(best.evidence)) + 1 if best and kept.suspect else 0
    found = tuple(_row(one, number if not at else 0) for at, one in enumerate(kept.differences))
    name = row.deployment.name if row.deployment else row.endpoint.name
    ready = f"Attempt {kept.good}, ready{f' {day(kept.ready_at)}' if kept.ready_at else ''}"
    return Board(
        none="" if kept.good else NEVER.format(name), good=ready, now=f"Attempt {row.number}, {row.state.lower()}",
        sub=_sub(kept), rows=found, nothing=_nothing(kept), same=_same(kept),
        notes=tuple(_notes(kept, row)), cited=_cited(kept), evidence=number,
        new=tuple(_new(kept.new)), new_said=_new_said(kept), gone=kept.gone,
        gone_said=f"A{_whose(kept)[1:]} printed lines that this log does not hold")


def _kept(row: Attempt) -> Changed:
    verdict = getattr(row, "verdict", None)
    return plain.load(Changed, verdict.changed) if verdict else Changed()


def _row(one: Difference, evidence: int) -> Row:
    speaks = _SPEAKS.get(one.speaks, "") + one.why
    if evidence and one.speaks == FITS:
        speaks = f"for: the only difference {one.why}"
    name = one.name if one.kind in ("variable", "package", "request") else one.name[:1].upper() + one.name[1:]
    return Row(name, one.kind if one.kind in ("variable", "package", "stage") else "", _value(one, one.before),
               _value(one, one.after), speaks, f"Evidence {evidence}, suspect" if evidence else "")


def _value(one: Difference, value: str) -> str:
    """One side of a difference in words."""
    if one.kind == "package":
        between = "" if value[:1] in tuple("=<>!~") else ", "
        return f"{one.name}{between}{value}" if value else "not listed"
    return f"{int(value):,}" if value.isdecimal() else value or "not set"


def _sub(kept: Changed) -> str:
    """`4 differences; 11 settings are the same, among them code and model`."""
    if not kept.good:
        return ""
    count = len(kept.differences) + kept.more
    known = [name for name in _FIRST if name in kept.same][:4]
    among = f", among them {_and(known)}" if known else ""
    return f"{plural(count, 'difference') if count else f'No{NB}difference'}; " \
           f"{plural(kept.same_count, 'setting is', 'settings are')} the same{among}"


def _nothing(kept: Changed) -> str:
    """What it means that no row is there; nothing, where a side does not tell its settings."""
    untold = any(name == SETTINGS for name, _, _ in kept.untold)
    return "" if kept.differences or untold or not kept.same_count else NOTHING


def _same(kept: Changed) -> str:
    more = kept.same_count - len(kept.same)
    return f"{', '.join(kept.same)}{f' and {more:,} more' if more else ''}." if kept.same else ""


def _whose(kept: Changed) -> str:
    return f"attempt{'s' if len(kept.healthy) > 1 else ''} {_and([str(one) for one in kept.healthy])}"


def _and(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _notes(kept: Changed, row: Attempt) -> Iterator[str]:
    """What a reader has to know of the two sides."""
    if kept.late:
        yield f"Azure had reported attempt {kept.good} as failed before it became ready."
    if kept.remade:
        yield f"The deployment was deleted and made again after attempt {kept.good}."
    for name, before, after in kept.untold:
        who = _and([f"attempt {number}" for number, told in ((kept.good, before), (row.number, after)) if not told])
        yield f"Not compared: {name}; not told of {who}."
    if kept.more:
        yield f"{plural(kept.more, 'more difference is', 'more differences are')} not shown."
    if kept.good:
        yield from kept.unread


def _cited(kept: Changed) -> str:
    """The suspect as a sentence; empty where there is none."""
    if not kept.suspect or not kept.differences:
        return ""
    one = kept.differences[0]
    turned = f"went from {_value(one, one.before)} to {_value(one, one.after)}"
    if one.kind == "variable":
        turned = "has another value" if one.before and one.after else "was set" if one.after else "was taken out"
    why = "The evidence names it." if one.speaks == NAMED else f"It is the only difference {one.why}."
    return f"Since attempt {kept.good}, which was ready, {one.name} {turned}. {why}"


def _new(seen: Sequence[Seen]) -> Iterator[Excerpt]:
    """The new lines of each container, with their numbers; none of them is evidence."""
    for container in dict.fromkeys(one.container for one in seen):
        own = [one for one in seen if one.container == container]
        levels, most = logs.severities([one.text for one in own]), max(one.count for one in own)
        rows = [lines.line(one.line, one.text, level, 0) for one, level in zip(own, levels, strict=True)]
        if most > 1:
            rows.append(lines.gap(f"Lines like these stand there up to {most:,}{NB}times."))
        yield Excerpt(container, "", container, own[0].line, tuple(rows))


def _new_said(kept: Changed) -> str:
    """Whose logs do not hold these lines, and how many there are."""
    if not kept.new:
        return ""
    shown = f"{len(kept.new)} of {kept.new_count}, each" if kept.new_count > len(kept.new) else "Each"
    return f"{shown} shown once; not in what was collected of {_whose(kept)}, ready"


def entries(row: Attempt) -> tuple[timeline.Entry, ...]:
    """The suspect as an entry of the timeline, at the moment when the attempt brought it; none without a suspect."""
    kept = _kept(row)
    said = _cited(kept)
    if not said:
        return ()
    text = f"Suspect: {kept.differences[0].name} is not as in attempt {kept.good}"
    return (timeline.Entry(row.started or row.recorded_at, "change", text, "suspect", small=said),)


def way_back(row: Attempt) -> tuple[Step, ...]:
    """The step that gives a failed update the settings of the last good attempt; none for a failed first creation.

    Azure updates a deployment in place only when it was ready since it was made (domain/CATALOGUE 4).
    """
    kept, one = _kept(row), row.deployment
    if one is None or not kept.good or not (kept.back or kept.by_hand) or not _updatable(row, kept):
        return ()
    space = row.endpoint.workspace
    sets = " \\\n      ".join(shlex.quote(f"{path}={value}") for path, value in kept.back)
    end, name, group, where = (shlex.quote(part) for part in (row.endpoint.name, one.name, space.group, space.name))
    command = (f"az ml online-deployment update -e {end} -n {name} \\\n    --set {sets} \\\n    -g {group} -w {where}"
               if sets else "")
    assets = [value.removeprefix("azureml:") for path, value in kept.back if path in ("environment", "model")]
    since = f" since {day(kept.ready_at)}" if kept.ready_at else ""
    was = f"{one.name} was ready{f' with {_and(assets)}' if assets else ''}{since}."
    hand = f" To be set by hand as well: {_and(kept.by_hand)}; " \
           "the values of variables are not kept here." if kept.by_hand else ""
    return (Step(f"Way back: attempt {kept.good} again",
                 f"{was} It may be updated, because it was ready once.{hand}", command),)


def _updatable(row: Attempt, kept: Changed) -> bool:
    """True for the newest attempt of a deployment that was ready since it was made and is still there."""
    one = row.deployment
    return (one is not None and row.state in ("Failed", "Canceled") and one.latest_id == row.id and not kept.remade
            and row.first_provisioning is not True and not stakes.is_gone(row))
