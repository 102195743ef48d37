"""The word index finds the chunks that hold a word, the same ones on both databases, and no chunk that is gone."""
import re

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troubleshoot import logstore, wordindex
from troubleshoot.models import Attempt, Log, LogChunk

pytestmark = pytest.mark.postgres

ANY = st.text(st.characters(exclude_characters="\n\x00", exclude_categories=("Cs",)), max_size=40)
ASCII = st.text(st.characters(min_codepoint=1, max_codepoint=127, exclude_characters="\n"), max_size=60)
LINES = st.one_of(st.lists(ANY, min_size=1, max_size=12), st.lists(ASCII, min_size=1, max_size=12))


@pytest.fixture
def log(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    return Log.objects.get(attempt=Attempt.objects.get(deployment__isnull=False), container="inference-server")


def add(log, *lines):
    logstore.join(log, lines)
    log.save()


def chunk(log):
    return log.chunks.get().id


def test_a_word_is_a_run_of_letters_and_digits_in_lower_case():
    said = "2026-11-20 I [58] azmlinfsrv.print - user_script.py: ÉCOLE 日本語 a/b?id=7f-3"
    assert wordindex.words(said) == {
        "2026", "11", "20", "i", "58", "azmlinfsrv", "print", "user", "script", "py", "école", "日本語", "a", "b",
        "id", "7f", "3"}


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_gives_what_the_long_way_gives(text):
    assert wordindex.words(text) == wordindex.words(f"{text} é") - {"é"}


@given(st.text())
def test_words_of_lines_are_the_words_of_the_text(text):
    parts = re.split("(?<=[ \n])", text)
    assert wordindex.words(text) == frozenset().union(*map(wordindex.words, parts))
    assert all(word and len(word) <= wordindex.LONGEST for word in wordindex.words(text))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINES, st.data())
def test_a_chunk_is_found_by_each_of_its_words_and_by_no_other(log, first, more, data):
    log.chunks.all().delete()
    log.lines, log.gaps, log.removed = 0, [], []
    log.save()
    add(log, *first)
    add(log, *first, *more)
    known = wordindex.words("\n".join(text for _, text in logstore.read(log)))
    for word in known:
        assert wordindex.newest([word], None, 9) == [chunk(log)]
    if known:
        several = data.draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=4))
        several[-1] = several[-1][:data.draw(st.integers(1, len(several[-1])))] + "*"
        assert wordindex.newest(several, None, 9) == [chunk(log)]
    for other in wordindex.words(data.draw(st.text())) - known:
        assert wordindex.newest([other], None, 9) == []
    if data.draw(st.booleans()):
        logstore.remove(log, log.lines, [], "old")
        assert not any(wordindex.newest([word], None, 9) for word in known)


def test_a_word_that_is_longer_than_the_index_knows_is_found_by_its_beginning(log):
    add(log, "digest " + "0123456789abcdef" * 4)
    (word,) = wordindex.words("0123456789ABCDEF" * 4)
    assert wordindex.newest([word], None, 9) == wordindex.newest(["0123*"], None, 9) == [chunk(log)]


@pytest.mark.parametrize("mark", ["AND", "OR", "NOT", "NEAR", "and", "or", "not", "near", "the"])
def test_words_that_a_database_has_plans_for_are_words(log, mark):
    add(log, f"this {mark} that")
    (word,) = wordindex.words(mark)
    assert wordindex.newest([word], None, 9) == [chunk(log)]
    assert wordindex.newest([f"x{word}"], None, 9) == []


def test_newest_chunks_come_first_and_pages_go_on_below_the_last(log):
    add(log, *(f"common {n} " + "x" * 1000 for n in range(400)))
    ids = list(log.chunks.order_by("-id").values_list("id", flat=True))
    assert len(ids) > 5
    assert wordindex.newest(["common"], None, 3) == ids[:3]
    assert wordindex.newest(["common"], ids[2], 3) == ids[3:6]
    assert wordindex.newest([], None, 3) == []


def test_all_words_must_stand_in_one_chunk(log):
    add(log, "first " + "x" * 70_000, "second " + "y" * 70_000)
    assert len(wordindex.newest(["first"], None, 9)) == len(wordindex.newest(["second"], None, 9)) == 1
    assert wordindex.newest(["first", "second"], None, 9) == []


def test_a_chunk_that_went_with_its_attempt_is_never_found_and_its_id_is_not_given_again(log):
    add(log, "needle")
    gone = chunk(log)
    log.attempt.endpoint.delete()
    assert wordindex.newest(["needle"], None, 9) == [] and not LogChunk.objects.filter(id__gte=gone)


def test_what_is_dropped_is_found_no_more_however_often_it_was_entered(log):
    add(log, "needle hay")
    one = chunk(log)
    for _ in range(3):
        wordindex.enter((one, "hay straw"))
    assert wordindex.newest(["hay", "straw", "needle"], None, 9) == [one]
    wordindex.drop(one, "needle hay straw")
    wordindex.enter((one, "straw"))
    assert wordindex.newest(["hay"], None, 9) == wordindex.newest(["needle"], None, 9) == []
    assert wordindex.newest(["straw"], None, 9) == [one]
    wordindex.drop(one, "straw")
    assert wordindex.newest(["straw"], None, 9) == []


@pytest.mark.django_db(transaction=True)
def test_chunks_that_were_stored_before_the_index_enter_it_when_it_is_made(log):
    add(log, "needle in a stack", "é")
    try:
        call_command("migrate", "troubleshoot", "0003", verbosity=0)
        assert "troubleshoot_chunkwords" not in connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)
    assert wordindex.newest(["needle", "é"], None, 9) == [chunk(log)]


@pytest.mark.django_db(transaction=True)
def test_the_tables_go_back_to_the_last_version_with_chunks_in_them_and_on_again(log):
    add(log, "needle", *("x" * 1000 for _ in range(200)))
    before = log.chunks.count()
    try:
        call_command("migrate", "troubleshoot", "0002", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT seq) FROM troubleshoot_logchunk")
            assert cursor.fetchone()[0] == before > 1
    finally:
        call_command("migrate", verbosity=0)
    assert wordindex.newest(["needle"], None, 9) == [log.chunks.earliest("first").id]
