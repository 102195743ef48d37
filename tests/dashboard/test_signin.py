"""Signing in and out, and where one comes out."""
import pytest
from django.test import Client

from tests.conftest import PASSWORD, person

EVIL = ("//evil", "/\\evil", "https:///evil", "javascript:alert(1)", "http:evil", "\x08//evil", "/\t/evil",
        "https://testserver@evil", "https://evil/triage", "/\n/evil", "triage", "/a\x00b")


def test_the_right_name_and_password_lead_to_the_page_that_was_asked_for(fleet, client):
    person("ada", sees_all=True)
    assert client.get("/fleet?state=hurt")["Location"] == "/signin?next=/fleet%3Fstate%3Dhurt"
    answer = client.post("/signin", {"username": "ada", "password": PASSWORD, "next": "/fleet?state=hurt#L221"})
    assert answer.status_code == 302
    assert answer["Location"] == "/fleet?state=hurt#L221"


@pytest.mark.parametrize("wanted", EVIL)
def test_only_paths_of_the_own_host_are_followed(fleet, client, wanted):
    person("ada", sees_all=True)
    answer = client.post("/signin", {"username": "ada", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == "/triage"


def test_a_failure_does_not_tell_whether_the_account_exists(fleet, client):
    person("ada")
    known = client.post("/signin", {"username": "ada", "password": "wrong"})
    unknown = client.post("/signin", {"username": "bob", "password": "wrong"})
    assert known.status_code == unknown.status_code == 403
    assert "do not belong together" in known.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_session_is_a_new_one_after_signing_in_and_gone_after_signing_out(fleet, client):
    person("ada", sees_all=True)
    client.get("/signin")
    session = client.session
    session["mark"] = 1
    session.save()
    before = session.session_key
    client.post("/signin", {"username": "ada", "password": PASSWORD})
    inside = client.session.session_key
    assert inside != before
    client.post("/signout")
    assert client.get("/triage").status_code == 302
    client.cookies["session"] = inside
    assert client.get("/triage").status_code == 302


def test_a_post_without_its_token_is_refused(fleet):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person("ada", sees_all=True))
    for path in ("/signin", "/signout", "/w/mlw-growth/e/churn-scorer/d/green/a/2/poll"):
        assert strict.post(path).status_code == 403


def test_a_name_with_a_nul_is_an_ordinary_failure(fleet, client):
    assert client.post("/signin", {"username": "a\x00b", "password": "x"}).status_code == 403
