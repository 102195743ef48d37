"""Log lines in compressed chunks: tails are joined where they overlap, and what is missing is kept as a fact."""
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import zstandard

from troubleshoot import clock
from troubleshoot.diagnosis import logs, plain
from troubleshoot.diagnosis.recorded import Gap
from troubleshoot.models import Log, LogChunk

SEALED = 64 * 1024  # bytes of text after which a chunk is never written again (perf/PERF 4)
COMPARED = 5_000  # lines of the stored end that a new tail is compared with: the client's longest tail


STRANDS = 6  # ends of a stored log that a tail may go on from: one for each instance that answers
SURE = 3  # lines that must agree before a tail is taken for the next of an earlier strand
MISSING = ("No line of this read overlaps with what was stored before: lines may be missing, the container may have "
           "started anew, or another instance answered.")
OTHER = "Another instance answered again; Azure does not say which."


@dataclass(frozen=True, slots=True)
class Joined:
    """What a tail added: how many lines, and whether a seam stands before them."""

    added: int
    gap: bool


def hash_of(lines: Sequence[str]) -> str:
    """A short hash of a tail, to see at once that nothing is new."""
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


def join(log: Log, tail: Sequence[str]) -> Joined:
    """Add the lines of a tail that are new to a stored log. Called with the log's row held; saves chunks only.

    A tail goes on from the end of the log, or from the end of an earlier strand: each instance that answers has
    one. A tail that overlaps nowhere is added whole behind a seam.
    """
    if not tail:
        return Joined(0, False)
    known, end = _joint(log, tail)
    new = list(tail[known:])
    seam = bool(new) and log.lines > 0 and (not known or end != log.lines)
    if seam:
        log.gaps = [*log.gaps, plain.dump(Gap(log.lines + 1, OTHER if known else MISSING, end if known else 0))]
    _append(log, new)
    log.lines += len(new)
    return Joined(len(new), seam)


def continues(log: Log, tail: Sequence[str]) -> bool:
    """True when a tail overlaps with some end of a stored log, or there is nothing to overlap."""
    return not tail or not log.lines or _joint(log, tail)[0] > 0


def _joint(log: Log, tail: Sequence[str]) -> tuple[int, int]:
    """How many lines of a tail are stored, and the line number of the end that they reach; (0, 0) for none."""
    known = logs.overlap(last(log, COMPARED), tail)
    found = (known, log.lines) if known else (0, 0)
    if not log.gaps or known >= len(tail):
        return found
    for end in (log.lines, *_earlier_ends(log)):
        strand = _strand(log, end)
        here = logs.overlap(strand, tail)
        if here > found[0] and (end == log.lines or here >= min(SURE, len(tail), len(strand))):
            found = (here, end)
    return found


def _earlier_ends(log: Log) -> list[int]:
    """Line numbers at which strands end that no later lines go on from, newest first; without the log's own end."""
    gaps = plain.load_all(Gap, log.gaps)
    ends = {gap.before - 1 for gap in gaps} - {gap.after for gap in gaps}
    return sorted(ends, reverse=True)[:STRANDS]


def _strand(log: Log, end: int) -> list[str]:
    """The lines of one strand up to its end, gathered back over its seams; COMPARED lines at most."""
    gaps = {gap.before: gap.after for gap in plain.load_all(Gap, log.gaps)}
    lines: list[str] = []
    while end and len(lines) < COMPARED:
        start = max((before for before in gaps if before <= end), default=1)
        lines = [text for _, text in read(log, max(start, end - COMPARED), end)] + lines
        end = gaps.get(start, 0)
    return lines


def last(log: Log, count: int) -> list[str]:
    """The last lines of a stored log; reads no more chunks than they lie in."""
    found: list[str] = []
    for chunk in log.chunks.order_by("-first").iterator(chunk_size=4):
        found = _text(chunk).split("\n") + found
        if len(found) >= count:
            break
    return found[-count:]


def read(log: Log, first: int = 1, until: int | None = None) -> list[tuple[int, str]]:
    """Lines with their numbers, from `first` to `until` (both included); one query."""
    chunks = log.chunks.order_by("first")
    if until is not None:
        chunks = chunks.filter(first__lte=until)
    found: list[tuple[int, str]] = []
    for chunk in chunks:
        if chunk.first + chunk.lines > first:
            found.extend(enumerate(_text(chunk).split("\n"), chunk.first))
    return [(n, text) for n, text in found if n >= first and (until is None or n <= until)]


def _append(log: Log, lines: list[str]) -> None:
    """Write lines behind the last: the open chunk is written anew until it is full, then the next begins."""
    newest = log.chunks.order_by("-first").first()
    pending = [] if newest is None or newest.octets >= SEALED else _text(newest).split("\n")
    number = log.lines + 1 - len(pending)
    for part in _parts(pending + lines):
        _write(log, number, part)
        number += len(part)


def _parts(lines: list[str]) -> list[list[str]]:
    """The lines in runs of about SEALED bytes each."""
    parts: list[list[str]] = [[]]
    size = 0
    for line in lines:
        if size >= SEALED:
            parts.append([])
            size = 0
        parts[-1].append(line)
        size += len(line.encode()) + 1
    return [part for part in parts if part]


def _write(log: Log, first: int, lines: list[str]) -> None:
    text = "\n".join(lines).encode()
    data = zstandard.compress(text, 3)
    LogChunk.objects.update_or_create(log=log, first=first, defaults={
        "lines": len(lines), "octets": len(text), "stored": len(data), "at": clock.now(), "data": data})


def _text(chunk: LogChunk) -> str:
    return zstandard.decompress(bytes(chunk.data)).decode()
