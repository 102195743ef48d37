"""Wrong verdict: a reader's correction is kept with name and time, shown, undone, and shown on the next alike case."""
import pytest

from tests.conftest import person
from tests.dashboard import rows
from tests.dashboard.test_attempt import GREEN, words
from troubleshoot.models import Correction, Person, Verdict

pytestmark = pytest.mark.postgres
HERE = GREEN + "a/2/correct"


def test_a_correction_is_kept_with_person_time_and_what_was_told_and_shown(fleet, ada):
    Verdict.objects.filter(attempt=fleet["failed"]).update(cause="init-exception", signature="s1")
    answer = ada.post(HERE, {"cause": "out-of-quota", "note": "the log of Monday shows it"}, follow=True)
    assert answer.redirect_chain == [(GREEN + "a/2", 302)]
    assert "Kept with your name. The verdict itself does not change." in answer.content.decode()
    row = Correction.objects.get()
    assert (row.attempt, row.person.username, row.cause, row.told, row.certainty, row.fingerprint, row.at) == (
        fleet["failed"], "ada", "out-of-quota", "init-exception", "certain", "x", rows.NOW)
    text = words(ada, GREEN)
    assert "You said on 23 Nov: not" in text and "the log of Monday shows it" in text


def test_others_read_the_name_of_who_said_it(fleet, ada, client):
    ada.post(HERE, {"cause": "out-of-quota"})
    Person.objects.filter(username="ada").update(first_name="Ada", last_name="Lind")
    client.force_login(person("ben", sees_all=True))
    text = words(client, GREEN)
    assert "Ada Lind said on 23 Nov: not" in text
    assert "Take it back" not in text


def test_pressing_twice_keeps_one_row_and_a_second_thought_replaces_the_first(fleet, ada):
    for cause in ("out-of-quota", "out-of-quota", "none"):
        ada.post(HERE, {"cause": cause})
    assert Correction.objects.get().cause == ""
    assert "and none of the handbook" in words(ada, GREEN)


def test_only_its_author_takes_a_correction_back(fleet, ada, client):
    ada.post(HERE, {"cause": "out-of-quota"})
    client.force_login(person("ben", sees_all=True))
    client.post(HERE, {"undo": "1"})
    assert Correction.objects.count() == 1
    client.force_login(Person.objects.get(username="ada"))
    assert "Take it back" in words(client, GREEN)
    assert "Your correction is taken back." in client.post(HERE, {"undo": "1"}, follow=True).content.decode()
    assert not Correction.objects.exists()


def test_what_says_nothing_or_names_a_cause_that_does_not_exist_is_not_kept(fleet, ada):
    for form in ({}, {"cause": "", "note": "  "}, {"cause": "no-such-cause"}):
        assert "Nothing was kept" in ada.post(HERE, form, follow=True).content.decode()
    assert not Correction.objects.exists()


def test_a_note_is_redacted_and_cut_before_it_is_stored(fleet, ada):
    secret = "AccountKey=" + "q7" * 40 + "=="
    ada.post(HERE, {"note": f"found {secret} " + "x" * 900})
    kept = Correction.objects.get().note
    assert "q7q7" not in kept and len(kept) <= 500


def test_a_note_is_text_and_never_markup(fleet, ada):
    ada.post(HERE, {"note": "<script>alert(1)</script>"})
    page = ada.get(GREEN).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_a_stranger_cannot_correct_what_they_cannot_see(fleet, eve):
    assert eve.post(HERE, {"cause": "out-of-quota"}).status_code == 404
    assert not Correction.objects.exists()


def test_the_correction_outlives_the_account_and_not_the_attempt(fleet, ada):
    ada.post(HERE, {"cause": "out-of-quota"})
    fleet["failed"].corrections.get().person.delete()
    assert Correction.objects.get().person is None
    fleet["failed"].delete()
    assert not Correction.objects.exists()


def alike(fleet, name, space="growth", **fields):
    """An attempt without a cause and with the signature s1."""
    row = rows.attempt(rows.deployment(rows.endpoint(fleet[space], name), "v1", "Failed"))
    rows.verdict(row)
    Verdict.objects.filter(attempt=row).update(signature="s1", **fields)
    return f"/w/mlw-{space}/e/{name}/d/v1/"


def test_the_next_case_with_the_same_error_lines_shows_who_named_the_cause_and_stays_not_known(fleet, ada):
    first, second = alike(fleet, "one"), alike(fleet, "two")
    ada.post(first + "a/1/correct", {"cause": "out-of-quota", "note": "seen in the activity log"})
    text = words(ada, second)
    assert "You named this on 23 Nov" in text and "one / v1, attempt 1" in text and "It is no verdict." in text
    assert "Cause not known" in text
    assert Verdict.objects.get(attempt__endpoint__name="two").cause == ""


def test_a_name_never_leaves_its_workspace_nor_its_error_lines(fleet, ada):
    first = alike(fleet, "one")
    ada.post(first + "a/1/correct", {"cause": "out-of-quota"})
    assert "named this" not in words(ada, alike(fleet, "far", "risk"))
    other = alike(fleet, "other")
    Verdict.objects.filter(attempt__endpoint__name="other").update(signature="s2")
    assert "named this" not in words(ada, other)
    Verdict.objects.update(signature="")
    Correction.objects.update(signature="")
    assert "named this" not in words(ada, other)


def test_the_form_works_without_script_and_holds_the_handbook_by_stage(ada):
    page = ada.get(GREEN).content.decode()
    assert page.count('<form id="correct" action="/w/mlw-growth/e/churn-scorer/d/green/a/2/correct" method="post"') == 1
    assert '<optgroup label="Container start">' in page and '<option value="script-import-error"' in page
    assert "This is not the cause" in page
    assert 'id="correct"' not in ada.get("/w/mlw-growth/e/churn-scorer/d/blue/").content.decode()
