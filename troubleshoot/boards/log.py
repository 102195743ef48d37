"""The whole log of one container, in windows of a few thousand lines, with its gaps, its folds and its evidence."""
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from troubleshoot import stakes
from troubleshoot.boards import lines
from troubleshoot.boards.card import doing
from troubleshoot.boards.find import Found
from troubleshoot.boards.head import Where
from troubleshoot.boards.rows import Row, rows
from troubleshoot.boards.sight import Asked, Seen, see
from troubleshoot.boards.tabs import note
from troubleshoot.boards.words import Moment, day, instances, moment, plural
from troubleshoot.diagnosis import logs, plain
from troubleshoot.diagnosis.facts import CONTAINERS, DeploymentFacts, Event, Evidence, Verdict
from troubleshoot.diagnosis.recorded import Removed, Restart
from troubleshoot.models import Attempt, Log, LogRead

EVENTS = "container-events"
KEYS = (*CONTAINERS, EVENTS)  # what may stand at the end of the URL
WINDOW = 4_000  # lines in one answer
BLOCK = 200  # rows that the browser lays out together
READ = timedelta(minutes=5)  # after the newest read of a log, in which its page still looks for new lines


@dataclass(frozen=True, slots=True)
class Tab:
    """One container, or the events, with what its tab counts."""

    key: str
    name: str
    count: int
    counts: str
    marks: str  # how many lines of it are evidence, in words
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
    blocks: tuple[tuple[Row, ...], ...]
    marks: tuple[Mark, ...]
    total: int
    first: int  # number of the first line that is shown
    last: int
    before: int  # a line of the window before; 0 where there is none
    after: int
    note: str
    noted: str
    many: int  # instances, where more than one: Azure does not say whose log it is
    spec: str
    levels: tuple[tuple[str, str, int], ...]
    told: str  # what was asked for and is not there
    counted: str  # which lines the levels were counted in, where not in all
    asked: Asked
    found: Found
    picks: tuple[Restart, ...]  # restarts to choose from: all of a few, else those around the chosen one
    evidence: tuple[int, ...]  # lines of the evidence
    onward: int  # the next of them from where the reader is; 0 for none
    follows: bool  # new lines may come
    printed: bool  # the reader's own lines are in it
    redacted: int
    gaps: int
    gone: tuple[str, ...]  # what retention removed
    reads: tuple[tuple[str, Moment, int], ...]  # (class of the answer, last time, how often)
    events: tuple[Event, ...]
    status: tuple[tuple[str, str], ...]

    @property
    def is_filtered(self) -> bool:
        """True where lines are hidden that the reader may want to see around one."""
        return bool(self.asked.least or self.asked.restart)


def page(row: Attempt, key: str, now: datetime, asked: Asked | None = None) -> Page:
    """The log page of one container of an attempt; three queries, and one more where words are looked for."""
    asked = asked or Asked()
    verdict = _verdict(row)
    best = verdict.best if verdict else None
    cited = best.evidence if best else ()
    stored = {log.container: log for log in row.logs.all()}
    log = stored.get(key)
    events = plain.load_all(Event, row.events)
    spec = plain.load(DeploymentFacts, row.spec) if row.spec and row.deployment_id else None
    starts = tuple(one for one in verdict.restarts if one.container == key) if verdict else ()
    unknown = asked.restart if asked.restart not in {one.number for one in starts} else 0
    asked = replace(asked, restart=0) if unknown else asked
    return Page(
        where=_where(row), title=_title(row, key, asked), state=doing(row), began=moment(row.started, now),
        ended=moment(row.ended, now), cause=best.title if best else "", key=key,
        tabs=tuple(_tabs(stored, events, cited, key)),
        many=spec.instance_count if spec and (spec.instance_count or 0) > 1 else 0,  # type: ignore[arg-type]
        spec=instances(spec.instance_count, spec.instance_type) if spec else "",
        redacted=log.redacted if log else 0, gaps=len(log.gaps) if log else 0, gone=_gone(log),
        reads=_reads(log, now), events=events if key == EVENTS else (), picks=_picks(starts, asked.restart),
        status=tuple((name, value) for name, value in row.status), follows=log is not None and follows(row, log, now),
        told=_told(log, asked, unknown), **_body(row, log, cited, starts, asked))


def more(row: Attempt, log: Log, after: int) -> tuple[tuple[Row, ...], int]:
    """The rows behind a line, for a page that follows its log, and the last line that they hold; one query."""
    if after >= log.lines:
        return (), log.lines
    verdict = _verdict(row)
    best = verdict.best if verdict else None
    last = min(log.lines, after + WINDOW)
    starts = tuple(one for one in verdict.restarts if one.container == log.container) if verdict else ()
    seen = see(log, lines.numbers(best.evidence if best else ()), starts, Asked(), (after + 1, last))
    return tuple(rows(seen.sight, seen.numbers, (after + 1, last))), last


def follows(row: Attempt, log: Log, now: datetime) -> bool:
    """True while new lines may come: the attempt runs, or its log was read a moment ago."""
    return row.state not in stakes.SETTLED or bool(log.logs_at and now - log.logs_at < READ)


def _verdict(row: Attempt) -> Verdict | None:
    return plain.load(Verdict, row.verdict.data) if hasattr(row, "verdict") else None


def _where(row: Attempt) -> Where:
    space, one = row.endpoint.workspace, row.deployment
    return Where(space.slug, row.endpoint.name, one.name if one else "", row.number, space.name, space.group,
                 space.subscription)


def _picks(starts: Sequence[Restart], chosen: int) -> tuple[Restart, ...]:
    """The restarts to choose from; none where the container began once."""
    if len(starts) < 2:
        return ()
    around = chosen or starts[-1].number
    return tuple(one for one in starts if len(starts) <= 8 or one in (starts[0], starts[-1])
                 or abs(one.number - around) <= 2)


def _told(log: Log | None, asked: Asked, unknown: int) -> str:
    """What the address asks for and the log does not hold, in words."""
    said = [f"Restart {unknown} of this container is not known; all of the log is shown."] if unknown else []
    if log and log.lines and asked.line > log.lines:
        said.append(f"Line {asked.line:,} is not in this log, which ends at line {log.lines:,}.")
    elif log and any(one.first <= asked.line <= one.last for one in plain.load_all(Removed, log.removed)):
        said.append(f"Line {asked.line:,} is not kept any more.")
    return " ".join(said)


def _title(row: Attempt, key: str, asked: Asked) -> str:
    name = f"{row.endpoint.name} / {row.deployment.name}" if row.deployment else row.endpoint.name
    what = "Container events" if key == EVENTS else f"{key} log"
    line = "" if not asked.line else f"Line {asked.line}, " if asked.last == asked.line else \
        f"Lines {asked.line} to {asked.last}, "
    return f"{line}{what} · {name}"


def _tabs(rows: Mapping[str, Log], events: Sequence[Event], cited: Sequence[Evidence], key: str) -> Iterable[Tab]:
    for name in CONTAINERS:
        log = rows.get(name)
        marks = sum(1 for one in cited if one.source == name)
        yield Tab(name, name, log.lines if log else 0, "lines", plural(marks, "evidence line") if marks else "",
                  name == key)
    yield Tab(EVENTS, "Container events", sum(one.count for one in events), "events", "", key == EVENTS)


def _body(row: Attempt, log: Log | None, cited: Sequence[Evidence], starts: Sequence[Restart], asked: Asked) -> dict:
    """The lines of the window, with what lies before and behind it."""
    if log is None or not log.lines:
        return {"blocks": (), "marks": (), "total": 0, "first": 0, "last": 0, "before": 0, "after": 0, "levels": (),
                "counted": "", "asked": asked, "found": Found(asked.words), "evidence": (), "onward": 0,
                "note": note(log, row) if log else "", "noted": log.said if log else "", "printed": True}
    seen = see(log, lines.numbers(cited), starts, asked)
    shown = seen.numbers
    at = bisect_left(shown, seen.at)
    low = max(0, min(at - WINDOW // 2, len(shown) - WINDOW))
    window = shown[low:low + WINDOW]
    whole = (window[0] if low and window else seen.part[0],
             window[-1] if low + WINDOW < len(shown) else seen.part[1])
    found = rows(seen.sight, window, whole)
    mine = tuple(sorted(seen.sight.evidence))
    return {
        "blocks": tuple(tuple(found[n:n + BLOCK]) for n in range(0, len(found), BLOCK)),
        "marks": _map(seen, window), "total": log.lines, "first": whole[0], "last": whole[1],
        "before": _back(shown, low, seen.part), "after": _onward(shown, low, seen.part, log),
        "note": "", "noted": "", "levels": seen.counts, "counted": seen.counted, "asked": asked,
        "found": seen.sight.found, "evidence": mine, "onward": _next(mine, asked.line),
        "printed": any(logs.logger(text).endswith(".print") for text in seen.sight.texts.values())}


def _back(shown: Sequence[int], low: int, part: tuple[int, int]) -> int:
    """A line to go to for what lies before the window."""
    if low:
        return shown[max(0, low - WINDOW // 2)]
    return max(0, part[0] - 1)


def _onward(shown: Sequence[int], low: int, part: tuple[int, int], log: Log) -> int:
    """A line to go to for what lies behind the window."""
    if low + WINDOW < len(shown):
        return shown[min(len(shown) - 1, low + WINDOW + WINDOW // 2 - 1)]
    return part[1] + 1 if part[1] < log.lines else 0


def _next(evidence: Sequence[int], line: int) -> int:
    """The first evidence behind a line; after the last one the first again."""
    return next((one for one in evidence if one > line), evidence[0] if evidence else 0)


def _map(seen: Seen, window: Sequence[int]) -> tuple[Mark, ...]:
    found = []
    for place, n in enumerate(window):
        css = "ev" if n in seen.sight.evidence else seen.sight.levels[n][:1]
        if css:
            found.append(Mark(n, round(1000 * place / max(1, len(window))), css))
    return tuple(found) if len(found) <= 400 else tuple(one for one in found if one.css == "ev")[:400]


def _gone(log: Log | None) -> tuple[str, ...]:
    """What retention removed, in words, the newest first."""
    told = plain.load_all(Removed, log.removed) if log else ()
    return tuple(f"{one.first:,} to {one.last:,} on {day(one.at)}: {one.why}" for one in reversed(told[-5:]))


def _reads(log: Log | None, now: datetime) -> tuple[tuple[str, Moment, int], ...]:
    """The ledger: what Azure answered, when last, and how often."""
    if log is None:
        return ()
    rows = LogRead.objects.filter(log=log).order_by("-last_at").values_list("answer_class", "last_at", "times")[:12]
    return tuple((kind, found, times) for kind, at, times in rows if (found := moment(at, now)))
