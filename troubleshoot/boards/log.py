"""The whole log of one container, in windows of a few thousand lines, with its gaps and its evidence."""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.boards import lines
from troubleshoot.boards.attempt import Where
from troubleshoot.boards.card import doing
from troubleshoot.boards.lines import Line
from troubleshoot.boards.tabs import note
from troubleshoot.boards.words import Moment, instances, moment
from troubleshoot.diagnosis import facts, logs, plain
from troubleshoot.diagnosis.facts import CONTAINERS, DeploymentFacts, Event, Evidence, Verdict
from troubleshoot.models import Attempt, Log, LogRead

EVENTS = "container-events"
KEYS = (*CONTAINERS, EVENTS)  # what may stand at the end of the URL
WINDOW = 4_000  # lines in one answer
BLOCK = 200  # lines that the browser lays out together
LEVELS = {"": 0, "warning": 1, "error": 2}


@dataclass(frozen=True, slots=True)
class Tab:
    """One container, or the events, with what its tab counts."""

    key: str
    name: str
    count: int
    counts: str
    current: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A line on the map beside the log: where it lies, in thousandths of the height."""

    number: int
    y: int
    css: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that the log page shows."""

    where: Where
    title: str
    state: str
    began: Moment | None
    ended: Moment | None
    cause: str
    tabs: tuple[Tab, ...]
    key: str
    blocks: tuple[tuple[Line, ...], ...]
    marks: tuple[Mark, ...]
    total: int
    first: int
    last: int
    before: int  # a line of the window before; 0 where there is none
    after: int
    note: str
    noted: str
    many: int  # instances, where more than one: Azure does not say whose log it is
    spec: str
    levels: tuple[tuple[str, str, int], ...]
    least: str
    evidence: int  # line of the first evidence, 0 for none
    printed: bool  # the reader's own lines are in it
    removed: int
    gaps: int
    reads: tuple[tuple[str, Moment, int], ...]  # (class of the answer, last time, how often)
    events: tuple[Event, ...]
    status: tuple[tuple[str, str], ...]


def page(row: Attempt, key: str, now: datetime, at: int = 0, least: str = "") -> Page:
    """The log page of one container of an attempt; four queries."""
    verdict = plain.load(Verdict, row.verdict.data) if hasattr(row, "verdict") else None
    best = verdict.best if verdict else None
    cited = best.evidence if best else ()
    rows = {log.container: log for log in row.logs.all()}
    log = rows.get(key)
    events = plain.load_all(Event, row.events)
    spec = plain.load(DeploymentFacts, row.spec) if row.spec and row.deployment_id else None
    least = least if least in LEVELS else ""
    return Page(
        where=_where(row), title=_title(row, best, key, at), state=doing(row), began=moment(row.started, now),
        ended=moment(row.ended, now), cause=best.title if best else "", key=key,
        tabs=tuple(_tabs(rows, events, cited, key)),
        many=spec.instance_count if spec and (spec.instance_count or 0) > 1 else 0,  # type: ignore[arg-type]
        spec=instances(spec.instance_count, spec.instance_type) if spec else "", least=least,
        evidence=next((one.line for one in cited if one.source == key and one.line), 0),
        removed=log.redacted if log else 0, gaps=len(log.gaps) if log else 0, reads=_reads(log, now),
        events=events if key == EVENTS else (), status=tuple((name, value) for name, value in row.status),
        **_body(row, log, cited, at, least))


def _where(row: Attempt) -> Where:
    space, one = row.endpoint.workspace, row.deployment
    return Where(space.slug, row.endpoint.name, one.name if one else "", row.number, space.name, space.group,
                 space.subscription)


def _title(row: Attempt, best: facts.Finding | None, key: str, at: int) -> str:
    name = f"{row.endpoint.name} / {row.deployment.name}" if row.deployment else row.endpoint.name
    what = "Container events" if key == EVENTS else f"{key} log"
    return f"{f'Line {at}, ' if at else ''}{what} · {name}"


def _tabs(rows: Mapping[str, Log], events: Sequence[Event], cited: Sequence[Evidence], key: str) -> Iterable[Tab]:
    for name in CONTAINERS:
        log = rows.get(name)
        marks = sum(1 for one in cited if one.source == name)
        words = f"{marks} evidence lines, " if marks else ""
        yield Tab(name, name, log.lines if log else 0, f"{words}lines", name == key)
    yield Tab(EVENTS, "Container events", sum(one.count for one in events), "events", key == EVENTS)


def _body(row: Attempt, log: Log | None, cited: Sequence[Evidence], at: int, least: str) -> dict:
    """The lines of the window, with what lies before and behind it."""
    if log is None or not log.lines:
        return {"blocks": (), "marks": (), "total": 0, "first": 0, "last": 0, "before": 0, "after": 0, "levels": (),
                "note": note(log, row) if log else "", "noted": log.said if log else "", "printed": True}
    mine = [one.line for one in cited if one.source == log.container and one.line]
    first, last = _window(log, at or (mine[0] if mine else log.lines))
    kept = lines.texts({log.id: [(first, last)]}).get(log.id, {})
    order = sorted(kept)
    levels = logs.severities([kept[n] for n in order])
    marks = lines.numbers(cited)
    shown = _rows(log, kept, list(zip(order, levels, strict=True)), marks, LEVELS[least])
    blocks = tuple(tuple(shown[n:n + BLOCK]) for n in range(0, len(shown), BLOCK))
    return {
        "blocks": blocks, "marks": _map(order, levels, marks, log.container), "total": log.lines, "first": first,
        "last": last, "before": max(1, first - WINDOW // 2) if first > 1 else 0,
        "after": min(log.lines, last + WINDOW // 2) if last < log.lines else 0, "note": "", "noted": "",
        "levels": (("", "All", len(order)), ("warning", "Warnings", sum(1 for one in levels if one)),
                   ("error", "Errors", levels.count("error"))),
        "printed": any(logs.logger(text).endswith(".print") for text in kept.values())}


def _window(log: Log, at: int) -> tuple[int, int]:
    """The window that holds a line; the whole log where it fits."""
    if log.lines <= WINDOW:
        return 1, log.lines
    at = min(max(1, at), log.lines)
    first = max(1, min(at - WINDOW // 2, log.lines - WINDOW + 1))
    return first, first + WINDOW - 1


def _rows(log: Log, kept: Mapping[int, str], levels: Sequence[tuple[int, str]],
          marks: Mapping[tuple[str, int], int], least: int) -> list[Line]:
    """Lines as rows; gaps, and lines that the severity filter hides, are rows as well."""
    gaps = {one["before"]: one["reason"] for one in log.gaps}
    found: list[Line] = []
    hidden = 0
    for n, level in levels:
        number = marks.get((log.container, n), 0)
        if LEVELS[level] < least and not number:
            hidden += 1
            continue
        if hidden:
            found.append(lines.gap(_hides(hidden), n - hidden))
            hidden = 0
        if n in gaps:
            found.append(lines.gap(gaps[n]))
        found.append(lines.line(n, kept[n], level, number))
    return [*found, lines.gap(_hides(hidden), levels[-1][0] - hidden + 1)] if hidden else found


def _hides(count: int) -> str:
    return f"{count:,} line{' of lower severity is' if count == 1 else 's of lower severity are'} hidden."


def _map(order: Sequence[int], levels: Sequence[str], marks: Mapping[tuple[str, int], int],
         container: str) -> tuple[Mark, ...]:
    found = []
    for place, (n, level) in enumerate(zip(order, levels, strict=True)):
        css = "ev" if (container, n) in marks else level[:1]
        if css:
            found.append(Mark(n, round(1000 * place / max(1, len(order))), css))
    return tuple(found) if len(found) <= 400 else tuple(one for one in found if one.css == "ev")


def _reads(log: Log | None, now: datetime) -> tuple[tuple[str, Moment, int], ...]:
    """The ledger: what Azure answered, when last, and how often."""
    if log is None:
        return ()
    rows = LogRead.objects.filter(log=log).order_by("-last_at").values_list("answer_class", "last_at", "times")[:12]
    return tuple((kind, found, times) for kind, at, times in rows if (found := moment(at, now)))

