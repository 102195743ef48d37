"""Stored log lines that hold what a search asks for: found by the word index, read back, the best of each attempt."""
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import zstandard
from django.db.models import Q, QuerySet

from troubleshoot import stakes, wordindex
from troubleshoot.boards import lines
from troubleshoot.boards.query import Query
from troubleshoot.boards.words import Moment, moment
from troubleshoot.diagnosis import logs, plain
from troubleshoot.diagnosis.facts import Verdict
from troubleshoot.models import Attempt, LogChunk, Workspace

LOOKED = 5_000  # chunks of the index, newest first, that are weighed
READ = 160  # of these that are read, of about 64 KiB each …
EACH = 8  # … and of one attempt, before the others had their turn
ENOUGH = 500  # lines of one attempt after which no more of its chunks are read, unless its endpoint was asked for
ATTEMPTS = 40  # that are told, newest first
WEIGHED = 200  # lines of one attempt whose level is worked out, newest first
ABOVE = 200  # lines above one without a time in which its time is looked for
BEFORE, WIDE = 80, 240  # characters of a line before its first hit, and in all

Pile = list[tuple[str, int, str]]  # container, number and text of lines of one attempt, newest chunk first
Pieces = tuple[tuple[str, bool], ...]  # a text cut up, and which parts are what was looked for


@dataclass(frozen=True, slots=True)
class Found:
    """One line that holds all that was asked for."""

    container: str
    number: int
    pieces: Pieces
    tone: str  # e, w or empty
    evidence: int  # number of the evidence, 0 for none


@dataclass(frozen=True, slots=True)
class Group:
    """The best lines of one attempt, and how many more there are."""

    workspace: str
    endpoint: str
    deployment: str
    number: int
    at: Moment | None
    rows: tuple[Found, ...]
    more: int
    rank: int  # of its best line: evidence, error, any

    @property
    def best(self) -> Found:
        """The line that its heading leads to."""
        return self.rows[0]


@dataclass(frozen=True, slots=True)
class Lines:
    """What the stored logs hold of a search; `whole` only where every chunk was read that may hold more."""

    groups: tuple[Group, ...] = ()
    count: int = 0
    attempts: int = 0
    whole: bool = True
    read: int = 0  # chunks that were read …
    known: int = 0  # … and that the index, or the endpoint asked for, offers


def look(visible: QuerySet[Workspace], asked: Query, now: datetime, shown: int) -> Lines:
    """The lines of all visible logs that hold every word and phrase; four queries, none where there are no words.

    A line is looked for in the newest LOOKED chunks that the index knows, and READ of them are read at most.
    """
    wanted = wordindex.words(asked.words)
    if not wanted:
        return Lines()
    ids = wordindex.newest(_wanted(asked), None, LOOKED)
    rows = list(_within(visible, asked, ids).order_by("-id").values_list("id", "log__attempt_id")[:LOOKED])
    piles: dict[int, Pile] = {}
    read = 0
    for attempt, container, first, text in _texts(_choose(rows)):
        pile = piles.get(attempt, [])
        if len(pile) >= ENOUGH and not asked.endpoint:
            continue
        read += 1
        pile.extend((container, n, line) for n, line in _lines(asked, text, first))
        if pile:
            piles[attempt] = pile
    count = sum(map(len, piles.values()))
    whole = read == len(rows) and (len(ids) < LOOKED or bool(asked.endpoint) and len(rows) < LOOKED)
    groups = tuple(_groups(piles, asked, now, shown))
    return Lines(groups, count, len(piles), whole, read, len(rows))


def _wanted(asked: Query) -> list[str]:
    """The words as the index takes them; the last ends in a star where it may go on."""
    words = sorted(wordindex.words(asked.words))
    last = asked.items[-1]
    tail = re.search(r"[^\W_]+$", last.text.casefold())
    if last.open and tail and len(tail[0]) < wordindex.LONGEST:
        others = " ".join([*(one.text for one in asked.items[:-1]), last.text.casefold()[:tail.start()]])
        words = [*sorted(wordindex.words(others)), f"{tail[0]}*"]
    return words


def _within(visible: QuerySet[Workspace], asked: Query, ids: Sequence[int]) -> QuerySet[LogChunk]:
    """The chunks that may hold a line. In one endpoint, of a word that is everywhere, that is all of its chunks."""
    rows = LogChunk.objects.filter(scope(visible, asked, "log__attempt__"))
    if asked.since:
        rows = rows.filter(at__gte=asked.since)
    if asked.until:
        rows = rows.filter(Q(log__attempt__started__lt=asked.until)
                           | Q(log__attempt__started=None, log__attempt__recorded_at__lt=asked.until))
    return rows if asked.endpoint and len(ids) == LOOKED else rows.filter(id__in=ids)


def scope(visible: QuerySet[Workspace], asked: Query, prefix: str = "") -> Q:
    """Attempts in the visible workspaces, in the place, with the stage and the cause that a search asks for."""
    found = Q(**{f"{prefix}endpoint__workspace__in": visible.order_by().values("id")})
    if asked.workspace:
        found &= (Q(**{f"{prefix}endpoint__workspace__slug__iexact": asked.workspace})
                  | Q(**{f"{prefix}endpoint__workspace__name__iexact": asked.workspace}))
    if asked.endpoint:
        found &= Q(**{f"{prefix}endpoint__name__iexact": asked.endpoint})
    if asked.stage:
        found &= Q(**{f"{prefix}verdict__stage": asked.stage})
    if asked.causes:
        found &= Q(**{f"{prefix}verdict__cause__in": asked.causes})
    if asked.causes == ("",):  # what is ready needs no cause
        found &= Q(**{f"{prefix}state__in": stakes.BAD})
    return found


def _choose(rows: Iterable[tuple[int, int]]) -> list[int]:
    """The chunks to read: the newest few of each attempt, then the rest as far as the budget goes."""
    turns: Counter[int] = Counter()
    early: list[int] = []
    late: list[int] = []
    for chunk, attempt in rows:
        turns[attempt] += 1
        (early if turns[attempt] <= EACH else late).append(chunk)
    return (early + late)[:READ]


def _texts(chosen: Sequence[int]) -> Iterator[tuple[int, str, int, str]]:
    """Attempt, container, first number and text of each chunk, newest first; one query, none for nothing."""
    rows = LogChunk.objects.filter(id__in=chosen).order_by("-id").values_list(
        "log__attempt_id", "log__container", "first", "data")
    for attempt, container, first, data in rows:
        yield attempt, container, first, zstandard.decompress(bytes(data)).decode()


def _lines(asked: Query, text: str, first: int) -> Iterator[tuple[int, str]]:
    """Number and text of each line of a chunk that holds all items, in the time asked for; last line first."""
    folded = text.casefold()
    if not all(one.text.casefold() in folded for one in asked.items):
        return
    longest, *rest = [re.compile(one.pattern) for one in sorted(asked.items, key=lambda one: -len(one.text))]
    numbers = [n for n, line in _matching(longest, folded) if all(one.search(line) for one in rest)]
    said = text.split("\n") if numbers else []
    for n in reversed(numbers):
        if not (asked.since or asked.until) or _in_time(asked, said, n):
            yield first + n, said[n]


def _matching(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text in which a pattern stands, counted from 0; each once."""
    at = number = 0
    while found := pattern.search(text, at):
        number += text.count("\n", at, found.start())
        begin, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
        yield number, text[begin:end] if end >= 0 else text[begin:]
        if end < 0:
            return
        number, at = number + 1, end + 1


def _in_time(asked: Query, said: Sequence[str], n: int) -> bool:
    """Whether a line was written in the time asked for, by its own time or the last above it; yes if there is none."""
    for line in reversed(said[max(0, n - ABOVE):n + 1]):
        if at := logs.moment(line):
            return not (asked.since and at < asked.since or asked.until and at >= asked.until)
    return True


def _groups(piles: dict[int, Pile], asked: Query, now: datetime, shown: int) -> list[Group]:
    """The newest attempts with a pile of lines, those with evidence first, then those with an error; one query."""
    rows = Attempt.objects.filter(id__in=sorted(piles, reverse=True)[:ATTEMPTS]).select_related(
        "deployment", "endpoint__workspace", "verdict").order_by("-id") if piles else ()
    found = [_group(row, piles[row.id], asked, now, shown) for row in rows]
    return sorted(found, key=lambda one: one.rank)


def _group(row: Attempt, pile: Pile, asked: Query, now: datetime, shown: int) -> Group:
    verdict = plain.load(Verdict, row.verdict.data) if hasattr(row, "verdict") and row.verdict.data else None
    marks = lines.numbers(verdict.best.evidence) if verdict and verdict.best else {}
    weighed = [one for n, one in enumerate(pile) if n < WEIGHED or (one[0], one[1]) in marks]
    levels = [logs.severity(text) for _, _, text in weighed]
    order = sorted(range(len(weighed)), key=lambda n: (weighed[n][:2] not in marks, levels[n] != "error"))
    best = [Found(container, n, pieces(text, asked), levels[at][:1], marks.get((container, n), 0))
            for at in _repeats_last(weighed, order)[:shown] for container, n, text in weighed[at:at + 1]]
    rank = 0 if best[0].evidence else 1 if best[0].tone == "e" else 2
    return Group(row.endpoint.workspace.slug, row.endpoint.name, row.deployment.name if row.deployment else "",
                 row.number, moment(row.started or row.recorded_at, now), tuple(best), len(pile) - len(best),
                 rank)


def _repeats_last(weighed: Pile, order: Sequence[int]) -> list[int]:
    """The order with each text once before any comes again: every restart of a container says the same."""
    first: dict[str, int] = {}
    for n in order:
        first.setdefault(weighed[n][2].strip(), n)
    once = set(first.values())
    return [*first.values(), *(n for n in order if n not in once)]


def pieces(text: str, asked: Query) -> Pieces:
    """A text cut where what was looked for begins and ends; of a long one the stretch around the first."""
    if not asked.items:
        return ((text[:WIDE], False),)
    pattern = re.compile("|".join(re.escape(one.text) for one in sorted(
        asked.items, key=lambda one: -len(one.text))), re.IGNORECASE)
    first = pattern.search(text)
    begin = max(0, first.start() - BEFORE) if first and len(text) > WIDE else 0
    cut = f"{'… ' if begin else ''}{text[begin:begin + WIDE]}{' …' if len(text) > begin + WIDE else ''}"
    found: list[tuple[str, bool]] = []
    at = 0
    for match in pattern.finditer(cut):
        found += [(cut[at:match.start()], False), (match[0], True)]
        at = match.end()
    return tuple(one for one in [*found, (cut[at:], False)] if one[0])
