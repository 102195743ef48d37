"""Work on an incident in headless Chromium: by keyboard alone, with script and without, and on a phone."""
import pytest
from playwright.sync_api import expect

from tests.dashboard import rows
from troubleshoot import incidents
from troubleshoot.models import Incident

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = (375, 812)


@pytest.fixture
def one(held_clock):
    """The open incident of churn-scorer / green."""
    rows.heartbeat()
    failed = rows.churn(rows.workspace("mlw-growth"))
    incidents.follow(failed.endpoint_id)
    return Incident.objects.get(resolved_at=None)


def reach(page, selector):
    """Tab through the page until that element has the focus."""
    page.locator("body").press("Home")
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.locator(f":focus:is({selector})").count():
            return
    pytest.fail(f"{selector} is not reached by Tab")


def said(page, words):
    expect(page.locator(".stopped")).to_contain_text(words)


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("there", ["/i/{}/timeline", "/i/{}"])
def test_by_keyboard_alone_with_and_without_script_it_is_taken_noted_snoozed_and_resolved(screen, one, script, there):
    page = screen(java_script_enabled=script).go(there.format(one.id))
    reach(page, "[data-take]")
    page.keyboard.press("Enter")
    said(page, "You have it now.")
    if "timeline" not in there:
        reach(page, "#hand-note > summary")
        page.keyboard.press("Enter")
    reach(page, "textarea[data-note]")
    page.keyboard.type("Tried the mirror")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said(page, "Noted with your name.")
    for menu, button, told in (
            ("#hand-snooze", "[value='1h']", "Snoozed until 23 Nov 04:10 UTC."),
            ("#hand-resolve", "[form='do-resolve'].btn", "Resolved. It comes back if it fails again.")):
        reach(page, f"{menu} > summary")
        page.keyboard.press("Enter")
        reach(page, f"{menu} {button}")
        page.keyboard.press("Enter")
        said(page, told)
    assert [event.what for event in one.events.exclude(person=None).order_by("id")] == [
        "took", "noted", "snoozed", "resolved"]


def test_on_a_phone_without_script_everything_fits_and_can_be_undone(screen, one):
    reader = screen(*PHONE, java_script_enabled=False)
    page = reader.go(f"/i/{one.id}/timeline")
    for button in page.locator(".does > .btn, .does summary").all():
        assert button.bounding_box()["height"] >= 40
    page.locator("#hand-ack > summary").click()
    page.fill("[name=reason]", "waits for quota")
    page.get_by_role("button", name="Acknowledge", exact=True).click()
    said(page, "Acknowledged.")
    assert reader.overflows() <= 0
    page.get_by_role("button", name="Undo: ada acknowledged it").click()
    said(page, "Undone.")
    assert Incident.objects.get(id=one.id).reason == ""


def test_enter_in_a_field_does_what_its_own_menu_says(screen, one):
    page = screen().go(f"/i/{one.id}/timeline")
    page.locator("#hand-ticket > summary").click()
    page.fill("[name=ticket]", "OPS-8841")
    page.keyboard.press("Enter")
    said(page, "The ticket is kept.")
    assert one.events.exclude(person=None).get().what == "ticket"
