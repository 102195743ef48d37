"""What the Explain page shows of a pasted text: the same card, rail and parts as an attempt's page, and no query."""
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from troubleshoot.boards import card, doubt, pasted
from troubleshoot.boards.card import Card, Fact, Stop
from troubleshoot.boards.doubt import Explanation
from troubleshoot.boards.lines import Excerpt
from troubleshoot.boards.words import NB, day, plural
from troubleshoot.diagnosis import fixes, names, outcome, paste
from troubleshoot.diagnosis.facts import (
    CERTAIN,
    RULED_OUT,
    STAGES,
    Case,
    Evidence,
    Finding,
    Place,
    Stage,
    Step,
    Verdict,
)
from troubleshoot.diagnosis.paste import Paste

# How a name that a command needs is asked for: its key in Place and Paste.names, its label, its word in commands.
ASKED = (("endpoint", "Endpoint", "endpoint"), ("deployment", "Deployment", "deployment"),
         ("workspace", "Workspace", "workspace"), ("group", "Resource group", "resource-group"))
FURTHER = (("subscription", "Subscription", "subscription"),)  # only where a command needs it
MOST = 20  # explanations beside the one that is told, and parts that were looked at
MOST_IDS = 4  # of one kind that are shown
NOT_TOLD = "not in the text"
_GAP = re.compile(r"<([a-z]{2,}(?:[-_][a-z]+)*)>")
_RETRY = {"wait": "after a wait", "after the fix": "only after the fix"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that commands need: what the reader gave, else what the text holds."""

    key: str
    label: str
    value: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A step of the fix; `whole` says that its command can be pasted as it stands."""

    step: Step
    whole: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """The explanations beside the one that is told."""

    fits: tuple[Explanation, ...]
    out: tuple[Explanation, ...]
    more: int  # that fit as well and are not shown


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the page shows after a paste."""

    title: str
    read_as: str
    extent: str  # how many lines, from when to when
    left_out: str
    secrets: str
    card: Card
    rail: tuple[Stop, ...]
    excerpts: tuple[Excerpt, ...]
    quoted_as: str  # heading of the excerpts
    removed: tuple[pasted.Removed, ...]
    absent: tuple[str, ...]
    steps: tuple[Shown, ...]
    names: tuple[Name, ...]  # asked for above the commands; none where nothing is missing
    lacking: str  # which names are still missing, as a sentence
    next_test: str
    missing: tuple[str, ...]
    codes: str
    looked_at: tuple[tuple[str, str], ...]
    doubt: Beside
    ids: tuple[tuple[str, str], ...]
    cause: str  # slug
    status: int | None  # of a scoring answer
    reason: str
    certainty: str
    quoted: tuple[Evidence, ...]
    place: Place
    support: str  # what Microsoft asks for, where no cause is known
    text: str  # the paste without its secrets, for the box


def answer(text: str, given: Place, now: datetime) -> Answer:
    """The answer to a paste; names that the reader gave go before those of the text."""
    read = paste.read(text)
    found = outcome.of([outcome.Source(pasted.YOURS, read)], given)
    case, verdict, place, best = found.case, found.verdict, found.case.place, found.verdict.best
    steps = _steps(read, case, best, verdict)
    asked = _names(place, given, [one.step for one in steps])
    lacking = _lacking(asked)
    claim = _card(best, verdict, any(one.step.command for one in steps))
    quoted, heading = _quoted(best, verdict)
    return Answer(
        title=claim.sentence if best or verdict.healthy else claim.label, read_as=read.read_as,
        extent=_extent(read, now), left_out=_left_out(read), secrets=pasted.secrets(read), card=claim,
        rail=_rail(found.rail, read, best, bool(verdict.healthy), now),
        excerpts=pasted.excerpts(read, quoted, proof=best is not None),
        quoted_as=heading, removed=pasted.removed(read), absent=found.absent,
        steps=tuple(replace(one, whole=one.whole and not lacking) for one in steps), names=asked, lacking=lacking,
        next_test=best.next_test if best else "", missing=best.missing if best else (), codes=_codes(best),
        looked_at=() if best else _looked(verdict), doubt=_beside(verdict),
        ids=_ids(read), cause=best.cause if best else "", status=read.status, reason=read.reason,
        certainty=best.certainty if best else "", quoted=tuple(quoted), place=place,
        support="" if best or verdict.healthy else outcome.support(found), text=read.text)


def _beside(verdict: Verdict) -> Beside:
    """The other findings, those that fit and those that something rules out."""
    others = [doubt.explanation(one) for one in verdict.findings if one is not verdict.best]
    fits = [one for one in others if one.finding.certainty != RULED_OUT]
    return Beside(tuple(fits[:MOST]), tuple(one for one in others if one.finding.certainty == RULED_OUT)[:MOST],
                  len(fits[MOST:]))


def _looked(verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """Each part of the text and what it is; of many the first ones."""
    rest = len(verdict.looked_at[MOST:])
    return (*verdict.looked_at[:MOST], *((("further parts", plural(rest, "part")),) if rest else ()))


def _quoted(best: Finding | None, verdict: Verdict) -> tuple[Sequence[Evidence], str]:
    """Which lines stand in the first panel, and what they are called."""
    if best:
        return best.evidence, "Evidence"
    if verdict.healthy:
        return verdict.healthy, "What shows it"
    return verdict.first_errors, "First error lines"


def _card(best: Finding | None, verdict: Verdict, testable: bool) -> Card:
    """The claim: a cause, no failure, or not known; the last two are never called certain."""
    if best:
        told = " ".join(filter(None, (best.happened, best.fine)))
        return Card("bad", "bad", "Cause", best.title, told, _about(best))
    if verdict.healthy:
        return Card("ok", "ok", "No failure", "This text shows no failure",
                    "The lines quoted below show that it went well. A failure that stands in another text is not "
                    "seen here.", (Fact("Kind", "No failure"), Fact("Shown by", _count(verdict.healthy))))
    out = sum(one.certainty == RULED_OUT for one in verdict.findings)
    weighed = f"{plural(out, 'explanation')} {'was' if out == 1 else 'were'} ruled out, none is proved." if out \
        else "No explanation of the handbook fits it."
    return Card("idle", "idle", "Cause not known", "Nothing in this text proves why it failed",
                f"{weighed} What was looked at is listed below.",
                (Fact("Kind", "Not known"), Fact("Looked at", plural(len(verdict.looked_at), "source")),
                 Fact("Best next step", f"a test of 20{NB}s" if testable else "Azure support")))


def _about(best: Finding) -> tuple[Fact, ...]:
    small = f", {_count(best.evidence)}" if best.certainty == CERTAIN else ""
    found = [Fact("Kind", best.kind), Fact("Certainty", best.certainty.capitalize(), small, "strong")]
    if best.who:
        found.append(Fact("Fixed by", best.who))
    if best.retry:
        found.append(Fact("Retry helps", _RETRY.get(best.retry, best.retry)))
    return tuple(found)


def _count(evidence: Sequence[Evidence]) -> str:
    return plural(len(evidence), "quoted line")


def _codes(best: Finding | None) -> str:
    """`ResourceNotReady, formerly ERR_2200`."""
    old = best.old_code if best and best.old_code != best.code else ""
    return ", ".join(filter(None, (best.code if best else "", f"formerly {old}" if old else "")))


def _rail(stages: Sequence[Stage], read: Paste, best: Finding | None, healthy: bool, now: datetime) -> tuple[Stop, ...]:
    """All seven stages: those that the text does not tell are hollow. None where the text is of no attempt."""
    told = any(one.state == "passed" for one in stages[1:])
    if len(stages) != len(STAGES) or not (told or best):
        stages = tuple(Stage(name, "no data") for name in STAGES.values())
    elif stages[1].state == "no data":  # nothing tells that the request was accepted, but that it went on
        stages = (Stage(stages[0].name, "no data"), *stages[1:])
    if not told and (read.status is not None or healthy):
        return ()
    return card.rail(tuple(replace(one, note=NOT_TOLD) if one.state == "no data" else one for one in stages), now)


def _steps(read: Paste, case: Case, best: Finding | None, verdict: Verdict) -> list[Shown]:
    """The fix; where no cause is known, the cheapest ways to a text that tells it."""
    if best:
        return [_shown(step) for step in best.steps]
    if verdict.healthy:
        return []
    known = names.of(case)
    return [_shown(replace(step, command=names.command(step.command, known))) for step in _next(read)]


def _next(read: Paste) -> Iterable[Step]:
    """The texts that this one lacks, each with its duration and what its outcomes mean."""
    kinds = {part.kind for part in read.parts}
    if "inference_log" not in kinds:
        yield replace(fixes.READ_LOG, title=f"{fixes.READ_LOG.title}, 20{NB}s",
                      text="Lines: its first exception tells the cause; paste them here, below this text. No lines: no "
                           "container was started, or its log is gone.")
    if "operation_error" not in kinds:
        yield Step(f"Read Azure's own error, 20{NB}s",
                   "The activity log keeps the error of a failed operation for 90 days. An error: paste it here, below "
                   "this text. None: Azure accepted the operation.",
                   "az monitor activity-log list -g {group} --status Failed --offset 7d "
                   "--namespace Microsoft.MachineLearningServices")
    if "storage_log" not in kinds:
        yield replace(fixes.READ_STORAGE_LOG, title=f"{fixes.READ_STORAGE_LOG.title}, 20{NB}s")
    if kinds >= {"inference_log", "operation_error", "storage_log"}:
        yield fixes.SUPPORT


def _shown(step: Step) -> Shown:
    """A step whose gaps are written as named settings."""
    gaps = _GAP.findall(step.command)
    if not gaps or step.form != "shell":
        return Shown(step, not gaps)
    return Shown(replace(step, command=_GAP.sub(lambda gap: "$" + gap[1].upper().replace("-", "_"), step.command)),
                 False)


def _names(place: Place, given: Place, steps: Sequence[Step]) -> tuple[Name, ...]:
    """The names to ask for, once: where a command lacks one, or the reader gave one before."""
    commands = "\n".join(step.command for step in steps)
    found = []
    for key, label, word in (*ASKED, *FURTHER):
        value = getattr(place, key)
        setting = re.escape("$" + word.upper().replace("-", "_")) + r"\b"
        missing = not value and (re.search(setting, commands) is not None or f"<{word}>" in commands)
        if missing or getattr(given, key) or (value and (key, label, word) in ASKED):
            found.append(Name(key, label, value, missing))
    asked = any(one.missing or getattr(given, one.key) for one in found)
    return tuple(found) if asked else ()


def _lacking(asked: Sequence[Name]) -> str:
    """What the commands still wait for; empty where they are complete."""
    wanted = [one for one in asked if one.missing]
    if not wanted:
        return ""
    labels = [one.label.lower() for one in wanted]
    told = " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
    when = "it is" if len(wanted) == 1 else "they are"
    return f"The text does not name the {told}. The commands can be copied as soon as {when} given."


def _extent(read: Paste, now: datetime) -> str:
    """`96 lines, 23 Nov 11:51 to 11:53 UTC`."""
    told = plural(read.lines, "line")
    began, ended = (at.astimezone(UTC) if at else None for at in (read.began, read.ended))
    if began is None:
        return told
    first = _when(began, now)
    if ended is None or f"{ended:%Y%m%d%H%M}" == f"{began:%Y%m%d%H%M}":
        return f"{told}, {first} UTC"
    return f"{told}, {first} to {f'{ended:%H:%M}' if ended.date() == began.date() else _when(ended, now)} UTC"


def _ids(read: Paste) -> tuple[tuple[str, str], ...]:
    """The ids of each kind in one row; of many the first ones."""
    found: dict[str, list[str]] = {}
    for kind, value in dict.fromkeys(read.ids):
        found.setdefault(kind, []).append(value)
    more = {kind: [f"{len(values) - MOST_IDS} more"] for kind, values in found.items() if len(values) > MOST_IDS}
    return tuple((kind, ", ".join(values[:MOST_IDS] + more.get(kind, []))) for kind, values in found.items())


def _when(at: datetime, now: datetime) -> str:
    return f"{day(at)}{'' if at.year == now.year else f' {at.year}'} {at:%H:%M}"


def _left_out(read: Paste) -> str:
    """Which lines were cut out of the middle, and why."""
    if read.left_out is None:
        return ""
    first, last = read.left_out
    return f"It was longer than {paste.MAX_CHARS // 1_000_000} MB: lines {first:,} to {last:,} were left out."
