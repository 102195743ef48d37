"""Log lines in compressed chunks: tails are joined where they overlap, and what is missing is kept as a fact."""
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from troubleshoot import chunks, clock
from troubleshoot.diagnosis import plain, seams
from troubleshoot.diagnosis.recorded import Gap, Removed
from troubleshoot.models import Log, LogChunk

COMPARED = 5_000  # stored lines that an answer which is shorter is compared with: the client's longest tail
STRANDS = 6  # ends of a stored log that a tail may go on from: one for each instance that answers
SEAMS = 200  # newest seams inside removed lines that are still told
AROUND = 2  # lines above and below a quoted one that are shown and kept with it
UNREAD = "{:,} earlier lines of this read were not kept: one read adds {:,} lines at most."

Span = tuple[int, int]  # first and last line, both included


@dataclass(frozen=True, slots=True)
class Joined:
    """What a tail added: how many lines, and whether a seam stands before them."""

    added: int
    gap: bool


def hash_of(lines: Sequence[str]) -> str:
    """A short hash of a tail, to see at once that nothing is new."""
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


def join(log: Log, tail: Sequence[str], unread: int = 0) -> Joined:
    """Add the lines of a tail that are new to a stored log. Called with the log's row held; saves chunks only.

    A tail goes on from the end of the log, or from the end of an earlier strand: each instance that answers has
    one. A tail that overlaps nowhere is added whole behind a seam. `unread` counts its lines that were left out.
    """
    if not tail:
        return Joined(0, False)
    newest = log.chunks.order_by("-first").first()
    found = _joint(log, tail, newest)
    new = tail[found.known:]
    reason = found.reason or (seams.OTHER if log.lines and found.end != log.lines else "")
    if unread and not found.known:
        reason = " ".join(filter(None, (reason, UNREAD.format(unread, len(tail)))))
    if new and reason:
        tell(log, reason, found.end)
    chunks.append(log, newest, new, clock.now())
    log.lines += len(new)
    return Joined(len(new), bool(new and reason))


def tell(log: Log, reason: str, after: int) -> None:
    """Put a seam behind the last line of a log, in place of one that stands there; saves nothing."""
    seam = Gap(log.lines + 1, reason, after)
    log.gaps = [*(gap for gap in log.gaps if gap["before"] != seam.before), plain.dump(seam)]


def continues(log: Log, tail: Sequence[str]) -> bool:
    """True when a tail surely goes on from some end of a stored log."""
    found = _joint(log, tail, log.chunks.order_by("-first").first())
    return found.known > 0 and found.reason != seams.WEAK


def ends(log: Log) -> list[int]:
    """Line numbers at which strands end that no later lines go on from: the log's own, then the newest others."""
    gaps = plain.load_all(Gap, log.gaps)
    found = {gap.before - 1 for gap in gaps} - {gap.after for gap in gaps} - {0, log.lines}
    return [log.lines, *sorted(found, reverse=True)[:STRANDS]]


def _joint(log: Log, tail: Sequence[str], newest: LogChunk | None) -> seams.Joint:
    """Where a tail goes on; lines from before its own length are read only where nothing agrees with the newest.

    Two agreements of different length would make the tail's first line come again in it: where it does not, one
    that lies within the newest chunk is the longest, and no more is read.
    """
    if not log.lines:
        return seams.Joint(0, 0)
    if newest and not log.gaps and not log.removed and tail.count(tail[0]) == 1:
        near = seams.joint(tail, [_strand(log, log.lines, newest.lines, newest)])
        if 0 < near.known < newest.lines and not near.reason:
            return near
    found = seams.joint(tail, [_strand(log, log.lines, len(tail), newest)])
    if found.known and found.reason != seams.WEAK and (not log.gaps or found.known == len(tail)):
        return found
    count = max(len(tail), min(COMPARED, 2 * len(tail)))
    return seams.joint(tail, (_strand(log, end, count, newest) for end in ends(log)))


def _strand(log: Log, end: int, count: int, newest: LogChunk | None) -> seams.Strand:
    """The last lines of one strand up to its end, gathered back over its seams; none from before removed ones."""
    gaps = {gap.before: gap.after for gap in plain.load_all(Gap, log.gaps)}
    lines: list[str] = []
    at, cut = end, False
    while at and len(lines) < count and not cut:
        start = max((before for before in gaps if before <= at), default=1)
        wanted = max(start, at - (count - len(lines)) + 1)
        found = _unbroken(log, wanted, at, newest)
        lines, cut = found + lines, len(found) <= at - wanted
        at = gaps.get(start, 0) if wanted == start else 0
    return seams.Strand(end, lines, cut)


def last(log: Log, count: int) -> list[str]:
    """The last lines of a stored log, none from before removed ones; one query, of the chunks that they lie in."""
    return _unbroken(log, max(1, log.lines - count + 1), log.lines, None)


def _unbroken(log: Log, first: int, until: int, newest: LogChunk | None) -> list[str]:
    """The lines that end at number `until`, from `first` or from behind the last removed one; one query at most."""
    held: list[tuple[int, bytes | memoryview]] = [(newest.first, newest.data)] if newest else []
    if not newest or newest.first > first:
        held = list(chunks.holding(log, first, until).values_list("first", "data"))
    found: list[str] = []
    for start, data in reversed(held):
        lines = chunks.lines_of(data)
        if start + len(lines) <= until - len(found):
            break
        found = lines[max(0, first - start):until - len(found) - start + 1] + found
    return found


def read(log: Log, first: int = 1, until: int | None = None) -> list[tuple[int, str]]:
    """Lines with their numbers, from `first` to `until` (both included); one query, of the chunks that hold them."""
    found: list[tuple[int, str]] = []
    for start, data in chunks.holding(log, first, until).values_list("first", "data"):
        found.extend(enumerate(chunks.lines_of(data), start))
    return [(n, text) for n, text in found if n >= first and (until is None or n <= until)]


def remove(log: Log, until: int, keep: Sequence[Span], why: str) -> int:
    """Take out the stored lines up to a number but those in the spans `keep`; comes back with the bytes freed.

    What is left keeps its numbers, and no number is given anew. `log.removed` tells what was taken out and why.
    Where the end of the log is removed, the next read has nothing to go on from: it is added behind a seam that
    says so, unless it is equal to the last. Costs a query a chunk.
    """
    with transaction.atomic():
        held = Log.objects.select_for_update().get(id=log.id)
        freed, taken = 0, list[Span]()
        for id_ in list(chunks.holding(held, 1, until).values_list("id", flat=True)):
            chunk = LogChunk.objects.get(id=id_)
            last = chunk.first + chunk.lines - 1
            stay = _spared((chunk.first, last), [*keep, (until + 1, last)])
            if stay != [(chunk.first, last)]:
                freed += chunks.cut(held, chunk, stay)
                taken += _between((chunk.first, last), stay)
        held.removed = [plain.dump(one) for one in _told(plain.load_all(Removed, held.removed), taken, why)]
        held.gaps = _seams(held)
        held.save(update_fields=["removed", "gaps"])
    log.removed, log.gaps = held.removed, held.gaps
    return freed


def _seams(log: Log) -> list[dict[str, Any]]:
    """The seams of a log but the older ones of many inside removed lines: a busy container makes one at every read."""
    inside = [gap["before"] for gap in log.gaps
              if any(one["first"] < gap["before"] <= one["last"] for one in log.removed)]
    old = set(inside[:-SEAMS])
    return [gap for gap in log.gaps if gap["before"] not in old]


def _spared(whole: Span, keep: Sequence[Span]) -> list[Span]:
    """The parts of a span that lie in spans to keep, in order, those that touch as one."""
    found: list[Span] = []
    for first, until in sorted((max(whole[0], a), min(whole[1], b)) for a, b in keep):
        if first > until:
            continue
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], until))
        else:
            found.append((first, until))
    return found


def _between(whole: Span, stay: Sequence[Span]) -> list[Span]:
    """What is left of a span without others in it."""
    starts = [whole[0], *(until + 1 for _, until in stay)]
    ends = [*(first - 1 for first, _ in stay), whole[1]]
    return [(first, until) for first, until in zip(starts, ends, strict=True) if first <= until]


def _told(before: Sequence[Removed], taken: Sequence[Span], why: str) -> list[Removed]:
    """What was removed, in order of lines; neighbours that went for the same reason are one."""
    now = clock.now()
    found: list[Removed] = []
    for one in sorted((*before, *(Removed(first, until, now, why) for first, until in taken)), key=lambda r: r.first):
        if found and (found[-1].why, found[-1].last + 1) == (one.why, one.first):
            neighbour = found.pop()
            one = Removed(neighbour.first, one.last, max(neighbour.at, one.at), why=one.why)
        found.append(one)
    return found
