"""Where a tail goes on from what is stored of its log, and what the seam says where it does not.

A tail is the newest lines of one container; Azure does not say of which instance, nor how many lines came before.
Only what lines prove is claimed: an agreement that chance could make is told as such, and nothing is guessed.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.diagnosis.loglines import moment
from troubleshoot.diagnosis.logs import overlap, restarts

SURE = 3  # different lines that must agree where none of them has a time
LOOKED = 60  # lines in which a time is looked for

OTHER = "Another instance answered again; Azure does not say which."
WEAK = ("Only lines without a time that may repeat agree here with what was stored: lines like them may be missing "
        "between.")
UNFINISHED = "The line above was read before it was finished; this is how it stood later."
REACHES = "This read reaches back further than what was stored: it tells the lines above again, and those before them."
REMOVED = "What was stored before was removed, so this read has nothing to go on from."
SHORTER = ("From here on Azure showed fewer lines than before: the container's log was cut or begun anew. All lines "
           "that it still showed are stored above.")
MISSING = ("No line of this read overlaps with what was stored before: lines may be missing, the container may have "
           "started anew, or another instance answered.")
STARTED = ("This read begins with the start of a container: it was started anew, or an instance that started by "
           "itself answered. What was printed last before that may be missing.")


@dataclass(frozen=True, slots=True)
class Joint:
    """How many lines of a tail are stored, the line number that they end at, and what a seam there must say."""

    known: int
    end: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Strand:
    """The newest stored lines that one instance printed, up to line `end`; `cut` where those before were removed."""

    end: int
    lines: Sequence[str]
    cut: bool = False


def joint(tail: Sequence[str], strands: Iterable[Strand]) -> Joint:
    """Where a tail goes on: `strands` are the log's own, then earlier ones; they are asked for only if needed.

    The longest agreement that is sure, else the one with the end of the log; `known` is 0 where nothing agrees.
    Linear in the lines. The longest agreement is the least claim: a repeat may be shorter than it was.
    """
    seen: list[Strand] = []
    best = Joint(0, 0)
    for strand in strands:
        here = _meeting(tail, strand)
        seen.append(strand)
        if len(seen) == 1:
            best = here
        elif here.reason != WEAK and (best.reason == WEAK or here.known > best.known):
            best = here if here.known else best
        if best.known == len(tail) and best.reason != WEAK:
            return best
    if not best.reason and _tells_again(tail, seen, best):
        return Joint(best.known, best.end if best.known else 0, REACHES)
    return best if best.known else Joint(0, 0, missing(seen[0].lines if seen else (), tail))


def _tells_again(tail: Sequence[str], seen: Iterable[Strand], best: Joint) -> bool:
    """True for a tail that holds a whole strand which it does not go on from: those lines come a second time."""
    others = (one for one in seen if not best.known or one.end != best.end)
    return any(_certain(one.lines) and upto(tail, one.lines) for one in others)


def _meeting(tail: Sequence[str], strand: Strand) -> Joint:
    lines, end = strand.lines, strand.end
    known = overlap(lines, tail)
    if strand.cut and _certain(lines) and (reached := upto(tail, lines)):
        return Joint(reached, end)
    if known in (len(tail), len(lines)) or _certain(tail[:known]):
        return Joint(known, end)
    if upto(lines, tail) and any(map(moment, tail)):
        return Joint(len(tail), end)  # an older answer once more
    before = overlap(lines[:-1], tail[:-1])
    grown = bool(lines and lines[-1].strip()) and tail[before].startswith(lines[-1])
    if _certain(tail[:before]) and (grown or any(map(moment, tail[:before]))):
        return Joint(before, end, UNFINISHED)
    return Joint(known, end, WEAK if known else "")


def _certain(agreed: Sequence[str]) -> bool:
    """True for lines that do not agree by chance: one with a time, or several that differ."""
    return len({line for line in agreed if line.strip()}) >= SURE or any(map(moment, agreed))


def upto(lines: Sequence[str], part: Sequence[str]) -> int:
    """How many lines there are up to the end of the last place where others stand whole among them; 0 for none."""
    at = "\n".join(("", *lines, "")).rfind("\n".join(("", *part, ""))) if part else -1
    return 0 if at < 0 else "\n".join(("", *lines, "")).count("\n", 0, at) + len(part)


def missing(before: Sequence[str], tail: Sequence[str]) -> str:
    """Why nothing of a tail agrees with the lines before it, as far as the lines tell."""
    if not before:
        return REMOVED
    if upto(tail, before):
        return REACHES
    last, first, end = _time(reversed(before)), _time(tail), _time(reversed(tail))
    if last and first and end and first < last:  # what follows in the same container would be later, or agree
        return (f"The times of this read ({_told(first)} to {_told(end)}) begin before that of the lines above "
                f"({_told(last)}): another instance answered, or its clock was set back.")
    told = [at for at, line in enumerate(tail[:LOOKED]) if line.strip()][:1]
    if told and restarts(tail[:LOOKED])[:1] == told:
        return STARTED
    if last and first:
        return (f"No line of this read overlaps with what was stored before: what was printed between {_told(last)} "
                f"and {_told(first)} may be missing, or another instance answered.")
    return MISSING


def _time(lines: Iterable[str]) -> datetime | None:
    """The first time in the first lines, if they tell one."""
    return next((at for _, line in zip(range(LOOKED), lines, strict=False) if (at := moment(line))), None)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"
