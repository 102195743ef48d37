"""Log lines stored in both ways in one database, and measured: the part of the storage bench that needs Django."""

import os
from collections.abc import Iterator, Sequence
from itertools import count, islice
from typing import Any

import django

from tests.bench.table import Row, at_least, at_most, seconds
from tests.bench.texts import varied_lines

FEW, SOME, MANY, MOST = 100_000, 300_000, 1_000_000, 4_000_000
TAIL, SHARED = 5_000, 200  # lines of one fetched answer, and how many of them were stored before
RARE, COMMON, NEWEST = "onlyonce", "missing", 50
_made: dict[str, Any] = {}
_numbers = count(1)


def start() -> None:
    """An empty database with the tables of the baselines beside ours."""
    django.setup()
    from django.core.management import call_command
    from django.db import connection, models

    from tests.dashboard import rows

    call_command("migrate", verbosity=0)

    class Line(models.Model):
        """A row a line, as one would write it."""

        log = models.ForeignKey("troubleshoot.Log", models.CASCADE, related_name="+")
        number = models.IntegerField()
        severity = models.TextField(blank=True)
        text = models.TextField()

        class Meta:
            app_label = "troubleshoot"
            constraints = (models.UniqueConstraint(fields=("log", "number"), name="one_line"),)

        def __str__(self) -> str:
            return self.text

    with connection.schema_editor() as editor:
        editor.create_model(Line)
        editor.execute("CREATE VIRTUAL TABLE line_words USING fts5("
                       "text, content='troubleshoot_line', content_rowid='id')")
    space = rows.workspace("mlw-bench")
    _made.update(rows=Line, attempt=rows.attempt(rows.deployment(rows.endpoint(space, "e", {}), "blue"), "Succeeded"))


def weight() -> list[Row]:
    """Bytes of a stored line with its index, beside rows with FTS5."""
    lines = list(varied_lines(SOME, 1))
    empty = _octets()
    _join(lines)
    ours = _octets() - empty
    _bulk(lines, indexed=True)
    theirs = _octets() - empty - ours
    return [at_least("bytes of a stored line with its index, beside rows and FTS5", f"{ours / SOME:.1f} B",
                     f"{theirs / SOME:.1f} B", theirs / ours, 7)]


def ingest() -> list[Row]:
    """Lines a second of fetched answers with their index, beside rows without one and with FTS5."""
    lines = list(varied_lines(FEW // 2, 2))
    ours, plain, indexed = seconds(
        [lambda: _join(lines), lambda: _bulk(lines), lambda: _bulk(lines, indexed=True)], rounds=3)
    return [at_least("ingest, answers of 5,000 lines, beside bulk_create", _rate(lines, ours), _rate(lines, plain),
                     plain / ours, 8),
            at_least("ingest, the same beside bulk_create and FTS5", _rate(lines, ours), _rate(lines, indexed),
                     indexed / ours, 8)]


def search() -> list[Row]:
    """A term of one line and the newest lines of a common one, beside LIKE over a million; and as the store grows."""
    from django.db import connection

    sizes = (FEW, MANY, MOST) if os.environ.get("BENCH_LARGE") else (FEW, MANY)
    lines = varied_lines(sizes[-1], 3)
    _join([f"this word stands here {RARE}"])
    taken: dict[int, list[float]] = {}
    stored = 0
    for size in sizes:
        while stored < size:
            part = list(islice(lines, min(20_000, size - stored)))
            stored += len(part)
            _join(part)
            if size <= MANY:
                _plain(part)
        if len(_find(RARE)) != 1 or len(_find(COMMON)) != NEWEST:
            raise SystemExit("the index does not find what is stored: no figure")
        taken[size] = seconds([lambda: _find(RARE), lambda: _find(COMMON)], rounds=9)
        if size == MANY:
            with connection.cursor() as cursor:
                [like] = seconds([lambda: cursor.execute(
                    "SELECT id FROM plain WHERE text LIKE %s", [f"%{RARE}%"]).fetchall()], rounds=3)
    rare, common = taken[MANY]
    found = [at_least("a term of one line in 1,000,000, beside a LIKE scan", _ms(rare), _ms(like), like / rare, 100),
             at_least("newest 50 of a common term, beside a LIKE scan", _ms(common), _ms(like), like / common, 30)]
    for size in sizes[1:]:
        for name, small, large in zip(("one line", "newest 50"), taken[FEW], taken[size], strict=True):
            found.append(at_most(f"search, {name}, {FEW:,} to {size:,} lines", _ms(large), _ms(small),
                                 large / small, 2.5))
    return found


def _join(lines: Sequence[str], tail: int = TAIL, shared: int = SHARED) -> None:
    """Keep lines as the polls would bring them: in answers that share their first lines with the one before."""
    from django.db import transaction

    from troubleshoot import logstore
    from troubleshoot.models import Log

    log = Log.objects.create(attempt=_made["attempt"], container=f"container {next(_numbers)}")
    for start in range(0, max(1, len(lines) - shared), tail - shared):
        with transaction.atomic():
            logstore.join(log, lines[start:start + tail])
            log.save()
    if log.lines != len(lines) or log.gaps:
        raise SystemExit("the store does not hold what it was given: no figure")


def _bulk(lines: Sequence[str], indexed: bool = False) -> None:
    """Keep lines as rows, those of each answer in one statement."""
    from django.db import connection, transaction

    from troubleshoot.models import Log

    Line = _made["rows"]
    log = Log.objects.create(attempt=_made["attempt"], container=f"container {next(_numbers)}")
    with connection.cursor() as cursor:
        for at in range(0, len(lines), TAIL - SHARED):
            with transaction.atomic():
                part = lines[at:at + TAIL - SHARED]
                made = Line.objects.bulk_create(
                    [Line(log=log, number=number, text=text) for number, text in enumerate(part, at + 1)])
                if indexed:
                    cursor.execute("INSERT INTO line_words (rowid, text) SELECT id, text FROM troubleshoot_line "
                                   "WHERE id >= %s", [made[0].id])


def _plain(lines: Sequence[str]) -> None:
    """Keep lines in the plainest table, for the scan alone."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS plain (id integer PRIMARY KEY, text text)")
        cursor.executemany("INSERT INTO plain (text) VALUES (%s)", [(line,) for line in lines])


def _find(word: str) -> list[str]:
    """The newest lines that hold a word: chunks by the index, lines by looking."""
    from troubleshoot import wordindex

    return list(islice(_holding(word, wordindex.newest([word], None, NEWEST)), NEWEST))


def _holding(word: str, ids: Sequence[int]) -> Iterator[str]:
    from troubleshoot import chunks
    from troubleshoot.models import LogChunk

    for id_ in ids:
        data = LogChunk.objects.filter(id=id_).values_list("data", flat=True).get()
        yield from (line for line in reversed(chunks.lines_of(data)) if word in line)


def _octets() -> int:
    """What the database holds, free pages left out."""
    from django.db import connection

    with connection.cursor() as cursor:
        pages, free, size = (cursor.execute(f"PRAGMA {name}").fetchone()[0]
                             for name in ("page_count", "freelist_count", "page_size"))
    return (pages - free) * size


def _rate(lines: Sequence[str], taken: float) -> str:
    return f"{len(lines) / taken:,.0f} /s"


def _ms(taken: float) -> str:
    return f"{taken * 1000:.2f} ms"
