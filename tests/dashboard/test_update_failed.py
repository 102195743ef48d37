"""A failed update of what was ready before: what it answered is recorded with one press, with name and time."""
import re

import pytest

from tests.conftest import person
from tests.dashboard import rows
from tests.dashboard.test_attempt import words
from troubleshoot import incidents, ranks
from troubleshoot.models import Attempt, Incident, Person

pytestmark = pytest.mark.postgres
HERE = "/w/mlw-growth/e/ltv/d/main/"


@pytest.fixture
def failed(fleet):
    """main has all traffic, was ready, and its update failed; the incident is open."""
    end = rows.endpoint(fleet["growth"], "ltv", {"main": 100})
    one = rows.deployment(end, "main", "Failed", ready_once=True)
    row = rows.attempt(one, kind="update", first_provisioning=False)
    rows.verdict(row, rows.import_finding("ltv", "main"), rows.stopped())
    incidents.follow(end.id)
    return Incident.objects.get(endpoint=end)


def press(client, one, action, **form):
    """The page after a press on one of its buttons."""
    return client.post(f"/i/{one.id}/{action}", {"next": HERE, **form}, follow=True)


def test_before_anybody_asked_the_endpoint_it_is_not_known_and_both_answers_are_offered(failed, ada):
    text = words(ada, HERE)
    assert "Production traffic Not known main 100 %" in text and "Who has it Nobody" in text
    assert "Does main still serve? Azure does not say; there are two ways" in text
    assert "What did it answer? 200, it serves Anything else, it fails" in text
    assert failed.rank == ranks.NOT_KNOWN


@pytest.mark.parametrize(("answer", "rank", "told", "traffic", "other"), [
    ("yes", ranks.NOT_AFFECTED, "main still serves, as Ada Lind found", "Not affected Ada Lind found that it still",
     "Anything else, it fails"),
    ("no", ranks.AFFECTED, "main does not serve, as Ada Lind found", "Affected Ada Lind found that it does not",
     "200, it serves")])
def test_one_press_keeps_the_answer_with_name_and_time_and_moves_the_incident(
        failed, ada, answer, rank, told, traffic, other):
    Person.objects.filter(username="ada").update(first_name="Ada", last_name="Lind")
    assert press(ada, failed, "serving", answer=answer).redirect_chain == [(HERE, 302)]
    failed.refresh_from_db()
    assert (failed.rank, failed.serving, failed.serving_by.username, failed.serving_at) == (
        rank, answer, "ada", rows.NOW)
    text = words(ada, HERE)
    assert told in text and f"Production traffic {traffic}" in text
    assert f"What did it answer? {other} Kept" in text


def test_an_answer_stays_when_the_endpoint_is_followed_again_and_falls_with_the_next_attempt(failed, ada):
    press(ada, failed, "serving", answer="yes")
    incidents.follow(failed.endpoint_id)
    assert Incident.objects.get(id=failed.id).rank == ranks.NOT_AFFECTED
    row = rows.attempt(failed.deployment, number=2, began=20, took=9, kind="update", first_provisioning=False)
    rows.verdict(row, rows.import_finding("ltv", "main"), rows.stopped())
    incidents.follow(failed.endpoint_id)
    now = Incident.objects.get(id=failed.id)
    assert (now.serving, now.rank, now.last_number) == ("", ranks.NOT_KNOWN, 2)
    assert "Does main still serve?" in words(ada, HERE)
    assert "What did it answer?" not in words(ada, HERE + "a/1")


def test_taking_it_is_the_only_filled_button_and_names_who_has_it_afterwards(failed, ada, client):
    page = ada.get(HERE).content.decode()
    assert [re.sub("<.*?>", "", one) for one in re.findall(r'<button class="btn[^"]* pri".*?</button>', page)] == [
        "Take it"]
    press(ada, failed, "take", seen="")
    assert "Who has it ada since 03:10 UTC" in words(ada, HERE) and "btn pri" not in ada.get(HERE).content.decode()
    client.force_login(person("ben", sees_all=True))
    text = words(client, HERE)
    assert "Take it over" in text and "btn pri" not in client.get(HERE).content.decode()


def test_without_an_open_incident_there_is_nothing_to_press(failed, ada):
    press(ada, failed, "resolve", how="rolled back")
    text = words(ada, HERE)
    assert "What did it answer?" not in text and "Take it" not in text and "Owner jonas.weber" in text


def test_a_stranger_can_answer_nothing(failed, eve):
    assert press(eve, failed, "serving", answer="yes").status_code == 404
    assert Incident.objects.get().serving == ""


def test_the_page_asks_the_tables_no_more_often_than_others(failed, ada, django_assert_max_num_queries):
    press(ada, failed, "serving", answer="no")
    with django_assert_max_num_queries(12):
        ada.get(HERE)
    assert Attempt.objects.filter(deployment=failed.deployment).count() == 1
