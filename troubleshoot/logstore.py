"""Log lines in compressed chunks: tails are joined where they overlap, and what is missing is kept as a fact."""
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import zstandard

from troubleshoot.diagnosis import logs
from troubleshoot.models import Log, LogChunk

SEALED = 64 * 1024  # bytes of text after which a chunk is never written again (perf/PERF 4)
COMPARED = 5_000  # lines of the stored end that a new tail is compared with: the client's longest tail


@dataclass(frozen=True, slots=True)
class Joined:
    """What a tail added: how many lines, and whether lines may be missing before them."""

    added: int
    gap: bool


def hash_of(lines: Sequence[str]) -> str:
    """A short hash of a tail, to see at once that nothing is new."""
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=12).hexdigest()


def join(log: Log, tail: Sequence[str]) -> Joined:
    """Add the lines of a tail that are new to a stored log. Called with the log's row held; saves chunks only.

    A tail that overlaps nowhere is added whole, with a gap before it: lines may be missing, the container may
    have started anew, or another instance may have answered.
    """
    if not tail:
        return Joined(0, False)
    stored = last(log, COMPARED)
    known = logs.overlap(stored, tail)
    new = list(tail[known:])
    _append(log, new)
    log.lines += len(new)
    return Joined(len(new), bool(stored) and not known)


def last(log: Log, count: int) -> list[str]:
    """The last lines of a stored log; reads no more chunks than they lie in."""
    found: list[str] = []
    for chunk in log.chunks.order_by("-seq").iterator(chunk_size=4):
        found = _text(chunk).split("\n") + found
        if len(found) >= count:
            break
    return found[-count:]


def read(log: Log, first: int = 1, until: int | None = None) -> list[tuple[int, str]]:
    """Lines with their numbers, from `first` to `until` (both included); one query."""
    chunks = log.chunks.order_by("seq")
    if until is not None:
        chunks = chunks.filter(first__lte=until)
    found: list[tuple[int, str]] = []
    for chunk in chunks:
        if chunk.first + chunk.lines > first:
            found.extend(enumerate(_text(chunk).split("\n"), chunk.first))
    return [(n, text) for n, text in found if n >= first and (until is None or n <= until)]


def _append(log: Log, lines: list[str]) -> None:
    """Write lines behind the last: the open chunk is written anew until it is full, then the next begins."""
    newest = log.chunks.order_by("-seq").first()
    pending = [] if newest is None or newest.octets >= SEALED else _text(newest).split("\n")
    seq = 1 if newest is None else newest.seq if pending else newest.seq + 1
    number = log.lines + 1 - len(pending)
    for part in _parts(pending + lines):
        _write(log, seq, number, part)
        seq, number = seq + 1, number + len(part)


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


def _write(log: Log, seq: int, first: int, lines: list[str]) -> None:
    text = "\n".join(lines).encode()
    LogChunk.objects.update_or_create(log=log, seq=seq, defaults={
        "first": first, "lines": len(lines), "octets": len(text), "data": zstandard.compress(text, 3)})


def _text(chunk: LogChunk) -> str:
    return zstandard.decompress(bytes(chunk.data)).decode()
