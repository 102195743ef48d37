"""The word index: which chunks of stored log hold a word, one entry a chunk, in FTS5 or in a tsvector.

The words are made here, so that both databases find the same. A word is a run of letters and digits, in lower
case; of a longer one its first LONGEST characters are known. A chunk is bounded, so its words are not counted off.
"""
import re
from collections.abc import Sequence

from django.db import connection

LONGEST = 32  # characters; half a SHA-256 tells it from any other
_WORD = re.compile(r"[^\W_]+")
_ASCII = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)
_MARKED = bytes(97 if chr(code).isalnum() else 32 for code in range(128)) + bytes(128)

CREATE = {
    # the ascii tokenizer parts at ASCII marks only, and our words hold none: it takes them as they are
    "sqlite": ("CREATE VIRTUAL TABLE troubleshoot_chunkwords USING fts5("
               "words, content='', detail=none, columnsize=0, tokenize='ascii')",),
    "postgresql": (
        "CREATE TABLE troubleshoot_chunkwords (chunk bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX chunk_words ON troubleshoot_chunkwords USING gin (words) WITH (gin_pending_list_limit = 256)",
        # the planner does not see what reading the words of a chunk costs: only the GIN index may answer,
        # and `+ 0` keeps the primary key from it
        """CREATE FUNCTION troubleshoot_chunks_with(wanted tsquery, below bigint, most integer) RETURNS SETOF bigint
           LANGUAGE plpgsql STABLE SET enable_seqscan = off SET enable_indexscan = off AS $$ BEGIN RETURN QUERY EXECUTE
           'SELECT chunk FROM troubleshoot_chunkwords JOIN troubleshoot_logchunk ON id = chunk
            WHERE words @@ $1 AND chunk + 0 < $2 ORDER BY chunk DESC LIMIT $3' USING wanted, below, most; END $$"""),
}
DROP = {
    "sqlite": ("DROP TABLE troubleshoot_chunkwords",),
    "postgresql": ("DROP FUNCTION troubleshoot_chunks_with", "DROP TABLE troubleshoot_chunkwords"),
}
_INSERT = "INSERT INTO troubleshoot_chunkwords (rowid, words) VALUES (%s, %s)"
_DELETE = "INSERT INTO troubleshoot_chunkwords (troubleshoot_chunkwords, rowid, words) VALUES ('delete', %s, %s)"
_ADD = ("INSERT INTO troubleshoot_chunkwords AS held (chunk, words) VALUES (%s, array_to_tsvector(%s)) "
        "ON CONFLICT (chunk) DO UPDATE SET words = held.words || excluded.words")
_FIND = {
    "sqlite": ("SELECT held.rowid FROM troubleshoot_chunkwords held CROSS JOIN troubleshoot_logchunk "
               "ON id = held.rowid WHERE held.troubleshoot_chunkwords MATCH %s AND held.rowid < %s "
               "ORDER BY held.rowid DESC LIMIT %s"),
    "postgresql": "SELECT troubleshoot_chunks_with(%s::tsquery, %s, %s)",
}


def words(text: str) -> frozenset[str]:
    """The words of a text as the index knows them; linear in the text."""
    if not text.isascii():
        return frozenset(word[:LONGEST] for word in set(_WORD.findall(text.casefold())))
    found = set(text.encode().translate(_ASCII).split())
    if max(map(len, found), default=0) > LONGEST:
        found = {word[:LONGEST] for word in found}
    return frozenset(b" ".join(found).decode().split())


def enter(*texts: tuple[int, str]) -> None:
    """Let chunks be found by the words of texts, given as (chunk, text), too; to be found already does no harm."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.executemany(_ADD, [(chunk, list(words(text))) for chunk, text in texts])
        else:
            cursor.executemany(_INSERT, [(chunk, _parted(text)) for chunk, text in texts])


def drop(chunk: int, text: str) -> None:
    """Let a chunk be found no more; `text` is all that it was found by."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM troubleshoot_chunkwords WHERE chunk = %s", [chunk])
        else:
            cursor.execute(_DELETE, [chunk, " ".join(words(text))])


def _parted(text: str) -> str:
    """A text that SQLite parts into its words: plain ASCII without long words as it is, which takes half the time."""
    long = b"a" * (LONGEST + 1)
    plain = text.isascii() and long not in text.encode().translate(_MARKED)
    return text if plain else " ".join(words(text))


def newest(wanted: Sequence[str], below: int | None, limit: int) -> list[int]:
    """Ids of stored chunks that hold all wanted words, newest id first, under `below`; one query, none for no words.

    The last word counts as the start of a word if it ends in `*`. Wanted words are such as `words` gives. A chunk
    keeps its id while lines are added, so ids follow the order in which chunks were begun.
    """
    if not wanted:
        return []
    match = {"sqlite": _fts5, "postgresql": _tsquery}[connection.vendor](wanted)
    with connection.cursor() as cursor:
        cursor.execute(_FIND[connection.vendor], [match, 2**63 - 1 if below is None else below, limit])
        return [row[0] for row in cursor.fetchall()]


def _fts5(wanted: Sequence[str]) -> str:
    return " AND ".join(f'"{word[:-1]}" *' if word.endswith("*") else f'"{word}"' for word in wanted)


def _tsquery(wanted: Sequence[str]) -> str:
    return " & ".join(f"'{word[:-1]}':*" if word.endswith("*") else f"'{word}'" for word in wanted)
