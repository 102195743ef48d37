"""The account page: single keys on and off, what one sees, one's own saved views; reached from the account menu."""
import pytest

from tests.conftest import person
from tests.dashboard.test_news import words
from troubleshoot.models import Person, SavedView

pytestmark = pytest.mark.postgres


def test_single_keys_are_switched_for_oneself_only(fleet, ben):
    other = person("cid")
    assert 'data-keys="on"' in ben.get("/account").content.decode()
    assert "Single keys are off" in ben.post("/account", {}, follow=True).content.decode()
    assert 'data-keys="off"' in ben.get("/fleet").content.decode()
    other.refresh_from_db()
    assert other.single_keys
    ben.post("/account", {"single_keys": "on", "person": other.id, "sees_all": "on"})
    me = Person.objects.get(username="ben")
    assert me.single_keys and not me.sees_all


def test_the_page_lists_what_one_sees_and_ones_own_views(fleet, ben):
    SavedView.objects.create(person=Person.objects.get(username="ben"), page="triage", name="mine <b>", query="rank=0")
    SavedView.objects.create(person=person("cid"), page="triage", name="not mine", query="rank=1")
    page, text = ben.get("/account").content.decode(), words(ben.get("/account"))
    assert "mlw-growth" in text and "mlw-risk" not in text
    assert "mine <b>" in text and "not mine" not in text
    assert 'href="/triage?rank=0"' in page


def test_the_account_menu_leads_to_account_workspaces_and_news(ben):
    page = ben.get("/fleet").content.decode()
    menu = page[page.index('id="account"'):page.index("</details>", page.index('id="account"'))]
    assert [path for path in ("/account", "/workspaces/", "/news/") if f'href="{path}"' in menu] == [
        "/account", "/workspaces/", "/news/"]
