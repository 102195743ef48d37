"""A stored log as text: its lines as they are, and a marked line for all that is missing between them.

A line of the log that begins as the marked ones do has a blank put before it, so that no log can forge a mark.
"""
from collections.abc import Iterator

import zstandard

from troubleshoot.boards.rows import span
from troubleshoot.boards.words import NB, day
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.recorded import Gap, Removed
from troubleshoot.models import Attempt, Log

MARK = "#### Endpoint Triage: "


def parts(row: Attempt, log: Log) -> Iterator[str]:
    """The text in parts, each of one chunk; one query, read as it goes."""
    gaps = {gap.before: gap.reason for gap in plain.load_all(Gap, log.gaps)}
    removed = plain.load_all(Removed, log.removed)
    yield _mark(_head(row, log, len(gaps)))
    done = 0
    for start, data in log.chunks.order_by("first").values_list("first", "data").iterator(chunk_size=8):
        said: list[str] = []
        if start > done + 1:
            said.append(_lost(removed, done + 1, start - 1))
        for number, text in enumerate(zstandard.decompress(bytes(data)).decode().split("\n"), start):
            if number in gaps:
                said.append(_mark(gaps.pop(number)))
            said.append(f"{' ' if text.startswith(MARK.rstrip()) else ''}{text}\n")
            done = number
        yield "".join(said)
    if done < log.lines:
        yield _lost(removed, done + 1, log.lines)
    yield "".join(_mark(f"Before line {before:,}: {why}") for before, why in gaps.items())


def _head(row: Attempt, log: Log, gaps: int) -> str:
    space, one = row.endpoint.workspace, row.deployment
    name = f"{row.endpoint.name} / {one.name}" if one else row.endpoint.name
    return (f"{log.container} log of {name} in {space.name}, attempt {row.number}, {log.lines:,} lines, {gaps} gaps. "
            "Lines that begin as this one does are not of the log. Keys and tokens were removed when it was stored.")


def _lost(removed: tuple[Removed, ...], first: int, last: int) -> str:
    """What is missing of a range, in marked lines."""
    told = [f"{span(max(first, one.first), min(last, one.last))} removed on {day(one.at)}: {one.why}."
            for one in removed if one.first <= last and one.last >= first]
    return "".join(_mark(one) for one in told or [f"{span(first, last)} not stored."])


def _mark(text: str) -> str:
    return f"{MARK}{text.replace(NB, ' ')}\n"
