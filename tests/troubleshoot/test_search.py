"""Search: what a query means, which lines are found, in which order, and what is said where not all was looked at."""
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard import rows
from troubleshoot.boards import hits, query, search
from troubleshoot.boards.query import Item
from troubleshoot.boards.spaces import Spaces
from troubleshoot.diagnosis.facts import ErrorNode, Evidence, Finding
from troubleshoot.models import Attempt, Deployment, LogChunk, Workspace

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


def ask(text, **more):
    return query.read(text, NOW, **more)


def look(text, visible=None, shown=3):
    return hits.look(Workspace.objects.all() if visible is None else visible, ask(text), NOW, shown)


def found(text, visible=None):
    """(endpoint, line number) of every line that is shown."""
    return [(one.endpoint, row.number) for one in look(text, visible, 50).groups for row in one.rows]


@pytest.fixture
def logged(fleet):
    """A function that makes an endpoint with one failed attempt whose log holds these lines."""
    def make(name, said, space="growth", finding=None, **fields):
        row = rows.attempt(rows.deployment(rows.endpoint(fleet[space], name), "b", "Failed"), **fields)
        rows.log(row, said)
        rows.verdict(row, finding)
        return row
    return make


@given(st.text())
def test_no_text_makes_a_query_fail(text):
    asked = ask(text)
    assert len(asked.items) <= query.MOST and len(asked.text) <= query.LONGEST
    assert all(one.text.strip() for one in asked.items)
    for one in asked.items:
        hits.pieces(f"before {one.text} after", asked)
    assert "".join(text for text, _ in hits.pieces(text[:300], asked)) == text[:300]


@pytest.mark.parametrize("text", ["a\x00b", "\x1b[31m", "a\u202eb", "ws:\x07"])
def test_a_query_with_control_or_invisible_characters_looks_nothing_up(text):
    asked = ask(text)
    assert not asked and asked.text == "" and "Nothing was looked up" in asked.notes[0]


def test_words_phrases_and_operators_are_told_apart():
    asked = ask('ws:mlw-growth ep:"odd name" import "No module" light')
    assert (asked.workspace, asked.endpoint) == ("mlw-growth", "odd name")
    assert asked.items == (Item("import"), Item("No module"), Item("light", True))
    assert asked.notes == ()


def test_pasted_spaces_and_quotes_are_those_of_a_keyboard():
    assert ask("\u201cNo\u00a0module\u201d\tx").items == (Item("No module"), Item("x"))


@pytest.mark.parametrize("text", ["http://host:8080/x", "Error:", "12:30:05", "score.py:12"])
def test_a_colon_alone_makes_no_operator(text):
    assert [one.text for one in ask(text).items] == [text] and ask(text).notes == ()


def test_an_operator_that_is_not_there_is_text_with_a_note():
    asked = ask("colour:red")
    assert [one.text for one in asked.items] == ["colour:red"] and "There is no colour:" in asked.notes[0]


@pytest.mark.parametrize("text", [
    "since:yesterday", "since:9999999d", "until:2026-13-01", "until:9999-12-31", "stage:lunch", "stage:p",
    'cause:"no such cause"', "ws:", "ep:", 'stage:"-"'])
def test_a_value_that_cannot_be_is_left_out_with_a_note(text):
    asked = ask(f"{text} word")
    assert len(asked.notes) == 1 and "left out" in asked.notes[0]
    assert [one.text for one in asked.items] == ["word"] and not asked.narrow


@pytest.mark.parametrize(("text", "since", "until"), [
    ("since:7d", NOW - timedelta(days=7), None), ("since:24h", NOW - timedelta(hours=24), None),
    ("since:2026-11-01", datetime(2026, 11, 1, tzinfo=UTC), None),
    ("until:2026-11-01", None, datetime(2026, 11, 2, tzinfo=UTC)),
    ("since:2026-11-01T10:00+01:00", datetime(2026, 11, 1, 9, tzinfo=UTC), None)])
def test_times_are_spans_back_dates_or_moments(text, since, until):
    assert (ask(text).since, ask(text).until) == (since, until)


def test_stages_and_causes_are_found_by_their_names():
    assert ask('stage:"Image pull"').stage == ask("stage:image_pull").stage == ask("stage:image").stage == "image_pull"
    assert ask("cause:script-import-error").causes == ("script-import-error",)
    assert "script-import-error" in ask('cause:"import"').causes
    assert ask("cause:unknown").causes == ("",)


def test_a_line_is_found_when_it_holds_every_word_and_phrase(logged):
    logged("one", ["alpha beta", "alpha", "beta", "beta  alpha", "alphabet beta"])
    assert found("alpha beta") == [("one", 4), ("one", 1)]
    assert found('"alpha beta"') == [("one", 1)]
    assert found("beta alph") == [("one", 5), ("one", 4), ("one", 1)]
    assert found("ALPHA Beta") == [("one", 4), ("one", 1)]
    assert found("gamma") == found("[]") == found("") == []


@given(st.lists(st.text(alphabet="aB1_. -İß", max_size=12), min_size=1, max_size=12),
       st.text(alphabet="aB1_.İß", min_size=1, max_size=4))
def test_matching_lines_are_those_that_hold_the_item_as_words(said, word):
    asked = query.Query(items=(Item(word),))
    text = "\n".join(said)

    def holds(line):
        low, item = line.casefold(), word.casefold()
        ends = [n for n in range(len(low)) if low.startswith(item, n)]
        return any((not item[0].isalnum() or n == 0 or not low[n - 1].isalnum())
                   and (not item[-1].isalnum() or not low[n + len(item):n + len(item) + 1].isalnum()) for n in ends)
    assert [n for n, _ in hits._lines(asked, text, 1)] == [
        n for n in range(len(said), 0, -1) if holds(said[n - 1])]


def test_lines_come_by_attempt_evidence_first_then_errors_then_the_newest(logged):
    logged("plain", ["word 1", "word 2"])
    logged("wrong", ["word 1", "2026-11-23 01:00:00,000 E [1] srv - word 2", "word 3"])
    logged("proved", ["word 1", "word 2", "word 3", "word 4"],
           finding=Finding("script-import-error", "t", "k", "certain", "container_start",
                           (Evidence("inference-server", "word 2", 2),)))
    logged("late", ["word 1"])
    told = look("word", shown=2)
    assert [(one.endpoint, [row.number for row in one.rows], one.more) for one in told.groups] == [
        ("proved", [2, 4], 2), ("wrong", [2, 3], 1), ("late", [1], 0), ("plain", [2, 1], 0)]
    assert told.groups[0].best.evidence == 1 and told.groups[1].best.tone == "e"
    assert (told.count, told.attempts, told.whole) == (10, 4, True)


def test_only_what_the_reader_may_see_is_found_and_counted(fleet, logged):
    logged("mine", ["word 1"], "growth")
    logged("theirs", ["word 1", "word 2"], "risk")
    own = Workspace.objects.filter(slug="mlw-growth")
    assert found("word", own) == [("mine", 1)]
    assert (look("word", own).count, look("word", own).known) == (1, 1)
    assert look("word", Workspace.objects.none()).count == 0


def test_operators_narrow_the_lines(fleet, logged):
    cause = Finding("script-import-error", "t", "k", "certain", "container_start", (Evidence("operation error", "x"),))
    logged("one", ["word"], finding=cause)
    logged("two", ["word"], "risk")
    assert found("word ep:ONE") == found("word ws:mlw-growth") == [("one", 1)]
    assert found("word cause:script-import-error") == found('word stage:"container start"') == [("one", 1)]
    assert found("word cause:unknown") == found("word ws:mlw-risk") == [("two", 1)]
    assert found("word ep:none") == found("word ws:none") == []


def test_a_line_lies_in_time_by_its_own_time_or_the_last_above_it(logged):
    said = ["2026-11-20 01:00:00,000 I [1] srv - word", "word below", "2026-11-22 01:00:00,000 I [1] srv - word"]
    logged("one", said, began=5 * 1440, took=19)
    assert found("word since:2026-11-21") == [("one", 3)]
    assert found("word until:2026-11-21") == [("one", 2), ("one", 1)]
    assert found("word since:2026-11-19 until:2026-11-22") == [("one", 3), ("one", 2), ("one", 1)]
    LogChunk.objects.update(at=NOW - timedelta(days=30))
    assert found("word since:2026-11-21") == []


def test_what_was_not_read_is_said(logged, monkeypatch):
    said = [f"word {n} {'x' * 8000}" for n in range(200)]
    logged("one", said)
    assert look("word").whole and look("word").count == 200
    monkeypatch.setattr(hits, "READ", 5)
    told = look("word")
    assert not told.whole and told.read == 5 and told.known > 5
    assert told.groups[0].best.number == 200


def test_a_loud_attempt_does_not_hide_the_others(logged, monkeypatch):
    monkeypatch.setattr(hits, "READ", 5)
    monkeypatch.setattr(hits, "EACH", 2)
    logged("quiet", ["word"])
    logged("loud", [f"word {n} {'x' * 8000}" for n in range(200)])
    assert [one.endpoint for one in look("word").groups] == ["loud", "quiet"]


def test_a_word_that_is_everywhere_is_found_in_the_endpoint_that_was_asked_for(logged, monkeypatch):
    logged("old", ["word here"])
    for n in range(4):
        logged(f"new-{n}", ["word"])
    monkeypatch.setattr(hits, "LOOKED", 3)
    assert found("word ep:old") == [("old", 1)] and look("word ep:old").whole
    assert not look("word").whole


def test_a_long_line_is_shown_around_its_first_hit(logged):
    logged("one", ["x" * 3000 + " needle " + "y" * 3000])
    told = look("needle").groups[0].best.pieces
    assert ("needle", True) in told and sum(len(text) for text, _ in told) < 300
    assert told[0][0].startswith("… ") and told[-1][0].endswith(" …")


GUID = "4d1c7e02-9a3b-4c55-8d10-0123456789ab"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(("kept", "asked"), [
    (GUID, GUID), (GUID, GUID.upper()), (GUID, f"{{{GUID}}}"), (GUID, GUID.replace("-", "")), (GUID, "4d1c7e02"),
    (GUID.replace("-", ""), GUID), (f"activity:{GUID}", GUID), (f"activity:{GUID}", "4d1c7e02"), ("odd name", None)])
def test_an_attempt_is_found_by_its_operation_in_every_form_that_azure_prints(fleet, kept, asked):
    Attempt.objects.filter(id=fleet["failed"].id).update(operation_id=kept)
    rows_ = search.named(Workspace.objects.all(), ask(asked or '"odd name"'))
    assert [row.id for row in rows_] == [fleet["failed"].id]


@pytest.mark.parametrize("asked", [TRACE, TRACE[:8], f"00-{TRACE}-b7ad6b7169203331-01", "b7ad6b71"])
def test_an_attempt_is_found_by_the_ids_inside_azures_error(fleet, asked):
    told = f'{{"operation": "{TRACE}", "request": "b7ad6b7169203331"}}'
    error = ErrorNode("X", "said", info=(("Correlation", told),))
    one = Deployment.objects.get(name="green")
    row = rows.attempt(one, number=3, error=error)
    assert [found.id for found in search.named(Workspace.objects.all(), ask(asked))] == [row.id]
    assert search.named(Workspace.objects.filter(slug="mlw-risk"), ask(asked)) == []


def test_a_number_in_azures_sentence_is_no_id(fleet):
    rows.attempt(Deployment.objects.get(name="green"), number=3, error=ErrorNode("X", "needs 17179869184 bytes"))
    assert search.named(Workspace.objects.all(), ask("17179869184")) == []


def page(text, visible=None, kind=""):
    asked = ask(text)
    return search.page(Workspace.objects.all() if visible is None else visible, Spaces((), None, True), asked, kind,
                       [], NOW)


def places(text, visible=None):
    return [(one.endpoint, one.deployment, one.number if one.exact else 0) for one in page(text, visible).places]


def test_deployments_are_found_by_name_cause_model_and_environment(fleet):
    Attempt.objects.filter(id=fleet["failed"].id).update(spec={"environment": "other-env:7"})
    assert places("other-env") == [("churn-scorer", "green", 0)]
    assert places("lightgbm") == [("churn-scorer", "green", 0)]
    assert {one[1] for one in places("churn")} == {"green", "blue"}
    assert places("fraud blue") == [("fraud", "blue", 0)]
    assert places("fraud", Workspace.objects.filter(slug="mlw-growth")) == []
    assert page("other-env").places[0].pieces == (("environment ", False), ("other-env", True), (":7", False))


def test_operators_find_the_attempts_that_they_name(fleet):
    assert places('stage:"container start"') == [("churn-scorer", "green", 2)]
    assert places("cause:unknown ep:churn-scorer") == [("churn-scorer", "green", 1)]  # blue is ready
    assert ("churn-scorer", "green", 1) not in places("since:3h") and ("churn-scorer", "green", 2) in places("since:3h")
    assert places("until:2026-11-01") == []


def test_the_page_says_how_far_back_log_text_goes_in_what_the_reader_may_see(fleet, logged):
    logged("old", ["x"], "risk")
    LogChunk.objects.filter(log__attempt__endpoint__name="old").update(at=NOW - timedelta(days=40))
    log = LogChunk.objects.filter(log__attempt__endpoint__name="old").first().log
    log.removed = [{"first": 1, "last": 1, "at": NOW.isoformat(), "why": "older than 90 days"}]
    log.save()
    assert page("x").reach.oldest.day == "14\u00a0Oct" and page("x").reach.removed == 1
    own = page("x", Workspace.objects.filter(slug="mlw-growth")).reach
    assert own.oldest.day != "14\u00a0Oct" and own.removed == 0


def test_wildcards_of_the_database_are_plain_text(fleet, logged):
    logged("one", ["100 % done", "a_b", "axb"])
    assert places("gr%n") == places("gr__n") == [] and found("a_b") == [("one", 2)]
