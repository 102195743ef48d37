"""What is kept, and how long: old log text goes by age and by size, a little at a time; evidence never goes."""
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Min, QuerySet, Sum

from troubleshoot import clock, ledger, logstore
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.compared import Changed
from troubleshoot.diagnosis.facts import TERMINAL_STATES, Verdict
from troubleshoot.logstore import AROUND, Span
from troubleshoot.models import Attempt, Log, LogChunk, Watch, Workspace

log = logging.getLogger(__name__)
STEP = 16  # chunks that one transaction takes out at most
REST = 1800.0  # seconds, real time, between two rounds over all workspaces
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a workspace keeps log text, and how much of it as it is stored."""

    days: int
    megabytes: int


@dataclass(frozen=True, slots=True)
class Used:
    """What a workspace's log text takes as it is stored, and when its oldest part was written."""

    octets: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """One stored chunk without its text."""

    log: int
    first: int
    last: int
    stored: int


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may go of one log: lines up to `until`, but those in the spans `keep`."""

    until: int
    keep: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One short transaction: the lines of a log up to `until` go, but what is kept; `octets` is what they take."""

    log: int
    until: int
    why: str
    octets: int
    lines: int


def limits(space: Workspace) -> Limits:
    """What the workspace keeps: its own figures, or the installation's."""
    return Limits(settings.LOG_KEEP_DAYS if space.keep_days is None else space.keep_days,
                  settings.LOG_KEEP_MEGABYTES if space.keep_megabytes is None else space.keep_megabytes)


def used(space: Workspace) -> Used:
    """What the log text of one workspace takes; one query, which an index answers alone."""
    found = _chunks(space).aggregate(octets=Sum("stored"), oldest=Min("at"))
    return Used(found["octets"] or 0, found["oldest"])


class Sweep:
    """Goes over all workspaces, a few seconds at a time, and rests between two rounds.

    What it has done stays done; a new process, or two at once, find only what is left.
    """

    def __init__(self) -> None:
        self._next = 0.0
        self._left: Iterator[int] | None = None

    def due(self) -> bool:
        """True while a round is under way, or when it is time for one; no query."""
        return self._left is not None or monotonic() >= self._next

    def go_on(self, seconds: float = 2.0) -> int:
        """Go on with the round for so long, at most; returns the bytes that went."""
        ends, freed = monotonic() + seconds, 0
        self._left = self._left or _round()
        try:
            for octets in self._left:
                freed += octets
                if monotonic() > ends:
                    return freed
        except DatabaseError:
            log.exception("the tables did not answer; the rest goes in the next round")
        self._left, self._next = None, monotonic() + REST
        return freed


def sweep(space: Workspace) -> Iterator[int]:
    """Take out what a workspace keeps no longer, oldest first; the bytes that went, step by step."""
    for step in by_age(space):
        yield _taken(step)
    excess = used(space).octets - limits(space).megabytes * MEGABYTE
    for step in by_size(space) if excess > 0 else ():
        freed = _taken(step)
        excess -= freed
        yield freed
        if excess <= 0:
            break
    yield 0


def by_age(space: Workspace) -> list[Step]:
    """The steps that take out what is too old; four queries and one for each hundred logs."""
    days = limits(space).days
    old = _chunks(space).filter(at__lt=clock.now() - timedelta(days=days)).order_by("log_id", "first")
    return list(steps(_free(space, old), f"older than {days} day{'' if days == 1 else 's'}"))


def by_size(space: Workspace) -> list[Step]:
    """The steps, oldest first, that would take out all that may go; the caller stops where enough has gone."""
    return list(steps(_free(space, _chunks(space).order_by("at", "id")),
                      f"the workspace keeps {limits(space).megabytes:,} MB"))


def steps(pieces: Iterable[Piece], why: str) -> Iterator[Step]:
    """Pieces of one log that follow each other are one step, STEP of them at most."""
    held: list[Piece] = []
    for piece in pieces:
        if held and (piece.log != held[0].log or len(held) == STEP):
            yield _step(held, why)
            held = []
        held.append(piece)
    if held:
        yield _step(held, why)


def _taken(step: Step) -> int:
    """The same as `take`, but one log that cannot be read holds up no other."""
    try:
        return take(step)
    except DatabaseError:
        raise
    except Exception:
        log.exception("old lines of log %d could not be taken out", step.log)
        return 0


def take(step: Step) -> int:
    """Take one step; what must stay is asked anew under the log's lock. Returns the bytes that went."""
    with transaction.atomic():
        row = _logs().select_for_update(of=("self",)).filter(id=step.log).first()
        if row is None:
            return 0
        read_on = Watch.objects.filter(poll="logs", attempt=row.attempt_id, container=row.container,
                                       due_at__isnull=False).exists()
        may = allowed(row, read_on)
        return logstore.remove(row, min(step.until, may.until), may.keep, step.why) if may.until else 0


def allowed(row: Log, read_on: bool) -> Allowed:
    """What may go of a log: nothing before its attempt has ended and was judged, and never what is quoted.

    Of a log that is still read the newest lines stay, since the next answer is joined to them.
    """
    attempt = row.attempt
    verdict = getattr(attempt, "verdict", None)
    if runs(attempt) or verdict is None or attempt.judged != attempt.revision:
        return Allowed(0, ())
    told = plain.load(Verdict, verdict.data)
    spans = (span for rule in KEPT for span in rule(row, told))
    return Allowed(max(0, row.lines - logstore.COMPARED if read_on else row.lines), joined(spans))


def runs(attempt: Attempt) -> bool:
    """True while an attempt may still print: not what has ended, was followed by another, or is gone."""
    one = attempt.deployment
    left = one is not None and (one.gone_at is not None or one.latest_id != attempt.id)
    return attempt.state not in TERMINAL_STATES and not left


def quoted(row: Log, told: Verdict) -> Iterator[Span]:
    """The lines that the verdict quotes, and the first errors, with the lines around them."""
    cited = [piece for one in told.findings for piece in one.evidence]
    for one in (*cited, *told.first_errors, *told.healthy):
        if one.source == row.container and one.line:
            yield max(1, one.line - AROUND), one.line + one.text.count("\n") + AROUND


def restarted(row: Log, told: Verdict) -> Iterator[Span]:
    """The lines with which the container started, with the lines around them."""
    for one in told.restarts:
        if one.container == row.container:
            yield max(1, one.line - AROUND), one.line + AROUND


def compared_with(row: Log, told: Verdict) -> Iterator[Span]:
    """The lines that the attempt is told to have printed and no healthy one before it."""
    verdict = getattr(row.attempt, "verdict", None)
    for one in plain.load(Changed, verdict.changed).new if verdict else ():
        if one.container == row.container:
            yield max(1, one.line - AROUND), one.line + AROUND


# What is never taken out: each rule names spans of a log. Whoever quotes lines for good adds a rule here.
KEPT: tuple[Callable[[Log, Verdict], Iterable[Span]], ...] = (quoted, restarted, compared_with)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that touch made one."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)


def free(piece: Piece, may: Allowed) -> bool:
    """True where some line of the piece may go and no line lies behind what may."""
    covered = any(first <= piece.first and piece.last <= last for first, last in may.keep)
    return piece.last <= may.until and not covered


def _round() -> Iterator[int]:
    for one in list(Workspace.objects.order_by("id").values_list("id", flat=True)):
        space = Workspace.objects.filter(id=one).first()
        if space is not None:
            yield from sweep(space)
            yield ledger.thin(space)


def _logs() -> QuerySet[Log]:
    return Log.objects.select_related("attempt__verdict", "attempt__deployment")


def _chunks(space: Workspace) -> QuerySet[LogChunk]:
    return LogChunk.objects.filter(log__attempt__endpoint__workspace=space)


def _free(space: Workspace, chunks: QuerySet[LogChunk]) -> Iterator[Piece]:
    """The pieces that may go at least in part, in the order of the query."""
    pieces = [Piece(*row) for row in chunks.annotate(last=F("first") + F("lines") - 1).values_list(
        "log_id", "first", "last", "stored")]
    may = _allowed(space, sorted({piece.log for piece in pieces}))
    return (piece for piece in pieces if piece.log in may and free(piece, may[piece.log]))


def _allowed(space: Workspace, logs: Sequence[int]) -> Mapping[int, Allowed]:
    """For each log what may go of it; one query for a hundred logs and one for the watches."""
    if not logs:
        return {}
    read_on = set(Watch.objects.filter(workspace=space, poll="logs", due_at__isnull=False).values_list(
        "attempt_id", "container"))
    found: dict[int, Allowed] = {}
    for start in range(0, len(logs), 100):
        for row in _logs().filter(id__in=logs[start:start + 100]):
            found[row.id] = allowed(row, (row.attempt_id, row.container) in read_on)
    return found


def _step(held: Sequence[Piece], why: str) -> Step:
    return Step(held[0].log, max(piece.last for piece in held), why, sum(piece.stored for piece in held),
                sum(piece.last - piece.first + 1 for piece in held))
