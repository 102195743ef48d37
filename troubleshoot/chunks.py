"""Chunks of stored log lines: compressed, with an entry in the word index that always says the same."""
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import zstandard
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from troubleshoot import wordindex
from troubleshoot.models import Log, LogChunk

SEALED = 64 * 1024  # bytes of text after which a chunk is never written again (perf/PERF 4)


def lines_of(data: bytes | memoryview) -> list[str]:
    """The lines of a chunk, from its compressed bytes."""
    return zstandard.decompress(bytes(data)).decode().split("\n")


def holding(log: Log, first: int, until: int | None) -> QuerySet[LogChunk]:
    """The chunks that hold the lines from `first` to `until` (both included) of a log, in order; one query."""
    before = LogChunk.objects.filter(log=OuterRef("log"), first__lte=first).order_by("-first").values("first")[:1]
    start = Coalesce(Subquery(before), Value(0), output_field=IntegerField())
    held = LogChunk.objects.filter(log=log, first__gte=start).order_by("first")
    return held if until is None else held.filter(first__lte=until)


def append(log: Log, newest: LogChunk | None, lines: Sequence[str], at: datetime) -> None:
    """Write lines behind the last of a log: its newest chunk is written anew until it is full, then new ones."""
    number, rest = log.lines + 1, "\n".join(lines).encode() if lines else None
    if rest is not None and newest and newest.octets < SEALED and newest.first + newest.lines == number:
        piece, rest = _filling(rest, SEALED - newest.octets)
        _extend(newest, piece, at)
        number += piece.count(b"\n") + 1
    pieces: list[tuple[int, bytes]] = []
    while rest is not None:
        piece, rest = _filling(rest, SEALED)
        pieces.append((number, piece))
        number += piece.count(b"\n") + 1
    _create(log, pieces, at)


def _filling(text: bytes, room: int) -> tuple[bytes, bytes | None]:
    """As many lines as fill so many bytes, the last of them over the edge; and the lines behind them, if any."""
    end = text.find(b"\n", max(0, room - 1))
    return (text, None) if end < 0 else (text[:end], text[end + 1:])


def _create(log: Log, pieces: Sequence[tuple[int, bytes]], at: datetime) -> int:
    """New chunks, each from a number on; comes back with their bytes in store. Two statements."""
    made = LogChunk.objects.bulk_create(
        LogChunk(log=log, first=first, at=at, **_packed(text)) for first, text in pieces)
    wordindex.enter(*((chunk.id, text.decode()) for chunk, (_, text) in zip(made, pieces, strict=True)))
    return sum(chunk.stored for chunk in made)


def _packed(text: bytes) -> dict[str, Any]:
    """The fields of a chunk that its text decides."""
    data = zstandard.compress(text, 2)
    return {"lines": text.count(b"\n") + 1, "octets": len(text), "stored": len(data), "data": data}


def _extend(chunk: LogChunk, more: bytes, at: datetime) -> None:
    """The open chunk with lines behind its own."""
    before = zstandard.decompress(bytes(chunk.data))
    LogChunk.objects.filter(id=chunk.id).update(at=at, **_packed(before + b"\n" + more))
    wordindex.enter((chunk.id, more.decode()))


def cut(log: Log, chunk: LogChunk, runs: Sequence[tuple[int, int]]) -> int:
    """Leave of a chunk only runs of lines, by number; comes back with the bytes that this frees.

    The last run keeps the chunk's id and all keep its time, so that age and order stay true.
    """
    lines, freed = lines_of(chunk.data), chunk.stored
    wordindex.drop(chunk.id, "\n".join(lines))
    if not runs:
        LogChunk.objects.filter(id=chunk.id).delete()
        return freed
    *pieces, (first, text) = [
        (first, "\n".join(lines[first - chunk.first:until - chunk.first + 1]).encode()) for first, until in runs]
    fields = _packed(text)
    LogChunk.objects.filter(id=chunk.id).update(first=first, **fields)
    wordindex.enter((chunk.id, text.decode()))
    return freed - fields["stored"] - _create(log, pieces, chunk.at)
