"""Keys in headless Chromium: they lead everywhere, change nothing, and rest while a field has focus."""
import pytest
from playwright.sync_api import expect

from tests.conftest import person
from tests.dashboard import rows
from tests.journeys.browser import Reader
from troubleshoot.models import Incident, Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"
LOG = GREEN + "a/2/logs/inference-server"


@pytest.fixture
def reader(held_clock, screen):
    """Ada, signed in, in a fleet with one failed deployment."""
    rows.heartbeat()
    rows.churn(rows.workspace("mlw-growth"))
    rows.deployment(rows.endpoint(rows.workspace("mlw-risk"), "fraud", {"blue": 100}), "blue")
    return screen(permissions=["clipboard-read", "clipboard-write"])


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(("key", "path"), [
    ("t", "/triage"), ("f", "/fleet"), ("q", "/quota"), ("s", "/scoring"), ("e", "/explain"), ("c", "/causes/")])
def test_two_keys_lead_to_a_place_and_the_second_alone_does_not(reader, key, path):
    page = reader.go("/search")
    press(page, "Escape", "g", key)
    page.wait_for_url(f"**{path}")


def test_the_list_of_keys_opens_over_the_page_and_gives_the_focus_back(reader):
    page = reader.go("/fleet")
    page.locator("main a.name").first.focus()
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    press(page, "g", "t")  # keys of the page rest meanwhile
    expect(dialog).to_contain_text("Copy permalink")
    press(page, "Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate("document.activeElement.matches('a.name')") and page.url.endswith("/fleet")
    press(page, "?")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)


def test_rows_are_walked_and_opened_and_the_way_up_leads_back(reader):
    page = reader.go("/fleet")
    names = page.locator("main a.name").all_inner_texts()
    assert len(names) == 2
    walked = []
    for key in ("j", "j", "j", "k"):
        press(page, key)
        walked.append(page.evaluate("document.activeElement.textContent"))
    assert walked == [names[0], names[1], names[1], names[0]]
    press(page, "Enter")
    page.wait_for_url("**/e/**")
    press(page, "u")
    page.wait_for_url("**/w/*/")


def test_incidents_are_walked_opened_and_taken_and_a_second_press_takes_nothing(reader):
    failed = rows.Attempt.objects.get(deployment__name="green", number=2)
    for rank in (0, 2):
        Incident.objects.create(
            subject=f"x{rank}", workspace=failed.endpoint.workspace, endpoint=failed.endpoint,
            deployment=failed.deployment, cause=f"x{rank}", title=f"Rank {rank}", rank=rank, worst=rank, first=failed,
            last=failed, last_number=2, opened_at=rows.minutes(9), last_at=rows.minutes(9), seen_at=rows.minutes(9))
    page = reader.go("/triage")
    press(page, "j", "Enter")
    page.wait_for_url("**/i/*")
    expect(page.locator("#incident")).to_have_attribute("data-sel", str(Incident.objects.get(cause="x2").id))
    press(page, "t")
    expect(page.locator("#hand")).to_contain_text("You have it")
    press(page, "t", "y")
    expect(page.locator("#polite")).to_have_text("Link copied")
    taken = Incident.objects.get(cause="x2")
    assert taken.owner.username == "ada" and copied(page) == f"{reader.url}/i/{taken.id}"
    assert Incident.objects.get(cause="x0").owner is None
    Incident.objects.update(owner=person("maya"))
    page = reader.go(f"/i/{taken.id}")
    press(page, "t")
    assert page.evaluate("document.activeElement.matches('[data-take]')")  # somebody has it: it is only led to
    assert Incident.objects.get(cause="x2").owner.username == "maya"


def test_an_attempt_is_left_for_the_one_before_its_log_opens_and_its_command_is_copied(reader):
    page = reader.go(GREEN)
    press(page, "c")
    page.wait_for_function("async () => (await navigator.clipboard.readText()).startsWith('az ml environment create')")
    press(page, "y")
    expect(page.locator("#polite")).to_have_text("Link copied")
    assert copied(page) == reader.url + GREEN + "a/2"
    press(page, "[")
    page.wait_for_url("**/a/1")
    press(page, "]")
    page.wait_for_url("**/a/2")
    press(page, "l")
    page.wait_for_url("**/logs/inference-server**")
    press(page, "e")
    page.wait_for_selector("#L12.at")
    press(page, "y")
    expect(page.locator("#polite")).to_contain_text("line 12 copied")


def test_no_key_acts_in_a_field_or_with_a_modifier_and_escape_leaves_the_field(reader):
    page = reader.go("/fleet")
    page.locator("main [name=q]").focus()
    press(page, "g", "t", "?", "j", "u")
    assert page.input_value("main [name=q]") == "gt?ju" and page.locator("dialog").count() == 0
    press(page, "Escape")
    assert page.evaluate("document.activeElement === document.body")
    press(page, "Alt+u", "Control+Shift+j", "g", "Alt+t")
    assert page.url.endswith("/fleet")


def test_who_switched_single_keys_off_has_none_of_them(reader):
    Person.objects.update(single_keys=False)
    page = reader.go(LOG)
    press(page, "?", "/", "e", "u", "g", "f")
    assert page.locator("dialog").count() == 0 and page.evaluate("document.activeElement === document.body")
    assert page.url.endswith(LOG) and page.locator("#L12.at").count() == 0


def test_the_list_is_a_page_without_script(browser, reader):
    plain = Reader(browser, reader.told, java_script_enabled=False)
    plain.context.add_cookies(reader.context.cookies())
    page = plain.go("/keys")
    assert page.inner_text("h1") == "Keys" and "Copy the first command" in page.inner_text("main")
    assert page.get_by_role("button", name="Close").count() == 0  # there is nothing to close
    page.get_by_role("button", name="Switch single keys off").click()
    assert "Single keys are off." in plain.go("/keys").inner_text("main")
    plain.context.close()
