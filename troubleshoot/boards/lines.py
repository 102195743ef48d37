"""Stored log lines for a page: only the chunks that hold them are read, and evidence keeps its number."""
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import zstandard
from django.db.models import F, Q, Value

from troubleshoot.diagnosis.facts import CONTAINERS, Evidence
from troubleshoot.diagnosis.frames import levels
from troubleshoot.logstore import AROUND, Span
from troubleshoot.models import Log, LogChunk

LEAD = 40  # lines above what is shown that are read as well: the severity of a traceback stands in its header
PREVIEW = 24  # lines of each log on the attempt page
_STAMP = re.compile(r"^(\d{4}-\d\d-\d\d[ T])(\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\s+)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a page shows it: date, time and rest are the stored text, cut in three."""

    number: int | None
    day: str
    time: str
    text: str
    tone: str = ""  # e, w or empty
    evidence: int = 0  # number of the evidence, 0 for none
    tag: str = ""
    gap: str = ""  # a row that stands for lines that are missing or left out
    gap_to: int = 0  # a line that is left out, to link to
    hit: int = 0  # its place among the lines that were found, from 1; 0 for none
    asked: bool = False  # the address names it


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of one source around the evidence in it."""

    source: str
    note: str
    container: str  # whose log a link may open; empty where there is none
    line: int | None
    lines: tuple[Line, ...]


def texts(wanted: Mapping[int, Sequence[Span]]) -> dict[int, dict[int, str]]:
    """For each log id the lines in its spans by number; one query for all, none for nothing."""
    asked = Q()
    for log, spans in wanted.items():
        for first, last in spans:
            asked |= Q(log_id=log, first__lte=last, lines__gt=Value(first) - F("first"))
    found: dict[int, dict[int, str]] = {log: {} for log in wanted}
    if not asked:
        return found
    for log, start, count, data in LogChunk.objects.filter(asked).order_by("first").values_list(
            "log_id", "first", "lines", "data"):
        spans = [span for span in wanted[log] if start <= span[1] and start + count > span[0]]
        if spans:
            said = zstandard.decompress(bytes(data)).decode().split("\n")
            for a, b in spans:
                low = max(a, start)
                found[log].update(enumerate(said[low - start:b + 1 - start], low))
    return found


def numbers(evidence: Iterable[Evidence]) -> dict[tuple[str, int], int]:
    """(source, line) of each quoted line to the number of its evidence, from 1; the same text has one number."""
    found: dict[tuple[str, int], int] = {}
    for number, same in enumerate(alike(evidence), 1):
        for one in same:
            if one.line:
                found.setdefault((one.source, one.line), number)
    return found


def alike(evidence: Iterable[Evidence]) -> list[list[Evidence]]:
    """The evidence with equal quotations together: each restart of a container says the same again."""
    found: dict[tuple[str, str], list[Evidence]] = {}
    for one in evidence:
        found.setdefault((one.source, _STAMP.sub("", one.text).strip()), []).append(one)
    return list(found.values())


def wanted(rows: Iterable[Log], evidence: Iterable[Evidence], preview: int = PREVIEW) -> dict[int, list[Span]]:
    """The spans of each log that an attempt page needs: around its evidence, and its end."""
    spans: dict[int, list[Span]] = {}
    cited = list(evidence)
    for log in rows:
        mine = [one.line for one in cited if one.source == log.container and one.line]
        spans[log.id] = [(max(1, n - AROUND - LEAD), n + AROUND) for n in mine]
        if preview and log.lines:
            first, last = preview_span(log, mine, preview)
            spans[log.id].append((max(1, first - LEAD), last))
    return {log: found for log, found in spans.items() if found}


def preview_span(log: Log, cited: Sequence[int], preview: int = PREVIEW) -> Span:
    """The lines that lead to the first evidence, or the end of the log where it holds none."""
    last = min(log.lines, cited[0] + preview // 3) if cited else log.lines
    return max(1, last - preview + 1), last


def shown(kept: Mapping[int, str], span: Span, source: str, marks: Mapping[tuple[str, int], int],
          gaps: Mapping[int, str] | None = None) -> tuple[Line, ...]:
    """The lines of a span as rows, with a row for each gap in what was collected."""
    order = [n for n in range(max(1, span[0] - LEAD), span[1] + 1) if n in kept]
    found: list[Line] = []
    for n, level in zip(order, levels([kept[n] for n in order]), strict=True):
        if n < span[0]:
            continue
        if gaps and n in gaps:
            found.append(gap(gaps[n]))
        found.append(line(n, kept[n], level, marks.get((source, n), 0)))
    return tuple(found)


def line(number: int | None, text: str, level: str, evidence: int, tag: str = "") -> Line:
    """One stored line as a row."""
    stamp = _STAMP.match(text)
    day, time = (stamp[1], stamp[2]) if stamp else ("", "")
    tag = tag or (f"Evidence {evidence}" if evidence else "")
    return Line(number, day, time, text[len(day) + len(time):], level[:1], evidence, tag)


def gap(why: str, to: int = 0) -> Line:
    """A row that stands for lines that are not there."""
    return Line(None, "", "", "", gap=why, gap_to=to)


def excerpts(evidence: Sequence[Evidence], rows: Mapping[str, Log], kept: Mapping[int, Mapping[int, str]],
             proof: bool = True) -> tuple[Excerpt, ...]:
    """The quoted lines by source, each log line with the lines around it; only proof is marked as evidence."""
    marks = numbers(evidence) if proof else {}
    found: list[Excerpt] = []
    for source in dict.fromkeys(one.source for one in evidence):
        groups = [(n, same) for n, same in enumerate(alike(evidence), 1) if same[0].source == source]
        cited = [(n, same[0]) for n, same in groups]
        shown_there = {one.line for _, one in cited}
        again = sorted({one.line for _, same in groups for one in same[1:] if one.line} - shown_there)
        log = rows.get(source)
        if source in CONTAINERS and log and any(one.line in kept.get(log.id, {}) for _, one in cited):
            found.append(_from_log(source, log, cited, kept[log.id], marks, again))
        else:
            found.append(_quoted(source, cited, proof))
    return tuple(found)


def _from_log(source: str, log: Log, cited: Sequence[tuple[int, Evidence]], kept: Mapping[int, str],
              marks: Mapping[tuple[str, int], int], again: Sequence[int]) -> Excerpt:
    """The lines around each quotation; where it stands again is told in a row, not shown."""
    found: list[Line] = []
    done = 0
    for _, one in sorted(cited, key=lambda pair: pair[1].line or 0):
        if one.line and one.line + AROUND > done:
            first = max(1, one.line - AROUND, done + 1)
            if done and first > done + 1:
                found.append(gap(f"Lines {done + 1:,} to {first - 1:,} are left out here.", done + 1))
            done = min(one.line + AROUND, log.lines or one.line + AROUND)
            found += shown(kept, (first, done), source, marks)
    if again:
        more = ", ".join(f"{n:,}" for n in again[:6])
        found.append(gap(f"The same again in line{'s' if len(again) > 1 else ''} {more}.", again[0]))
    line = next((one.line for _, one in cited if one.line), None)
    return Excerpt(source, "; ".join(filter(None, (one.note for _, one in cited))), source, line, tuple(found))


def _quoted(source: str, cited: Sequence[tuple[int, Evidence]], proof: bool) -> Excerpt:
    """Quotations that stand in no stored log: as they were quoted, under their own line numbers."""
    rows: list[Line] = []
    for number, one in cited:
        for offset, text in enumerate(one.text.split("\n")):
            at = one.line + offset if one.line else None
            rows.append(line(at, text, "error", number if proof and not offset else 0))
    notes = "; ".join(dict.fromkeys(filter(None, (one.note for _, one in cited))))
    container = source if source in CONTAINERS else "container-events" if source == "container events" else ""
    return Excerpt(source, notes, container, cited[0][1].line, tuple(rows))
