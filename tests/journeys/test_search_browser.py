"""The search in headless Chromium: one key leads to it from every page, on a phone and without script as well."""
import pytest

from tests.dashboard import rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINE = "/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/inference-server?line=12#L12"
HOSTILE = "needle <img src=x onerror=\"document.title='hit'\"> https://evil.example/ " + "w" * 8000


@pytest.fixture
def reader(held_clock, screen):
    """Makes ada a screen of her own, which no page may be wider than."""
    rows.log(rows.churn(rows.workspace("mlw-growth")), [HOSTILE], "storage-initializer")
    made = []

    def make(*size, **options):
        made.append(screen(*size, **options))
        return made[-1]
    yield make
    assert [one.overflows() for one in made] == [0] * len(made)


def test_a_key_leads_to_the_box_and_the_answer_to_the_line(reader):
    page = reader().go("/fleet")
    page.keyboard.press("/")
    page.keyboard.type("no/lightgbm")
    assert page.input_value("#jump") == "no/lightgbm"  # in a field the key is a letter
    page.fill("#jump", "lightgbm")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=lightgbm")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.press("Tab")
    page.click(".hits .lines a >> nth=0")
    page.wait_for_url(f"**{LINE}")


def test_hits_are_underlined_and_hostile_text_stays_text(reader):
    page = reader().go("/search?q=needle")
    mark = page.locator(".hits mark").first
    assert "underline" in mark.evaluate("one => getComputedStyle(one).textDecorationLine")
    assert mark.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"
    assert page.title() == "needle: 1 log line · Search · Endpoint Triage" and page.locator(".hits img").count() == 0


def test_on_a_phone_the_key_and_the_glyph_lead_to_the_page_of_the_search(reader):
    page = reader(375, 812).go("/fleet")
    page.click(".jump-to")
    page.wait_for_url("**/search")
    page.fill("main [name=q]", "needle")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=needle&ws=")
    assert page.inner_text("h1") == "needle: 1 log line"


def test_the_box_works_without_script(reader):
    page = reader(java_script_enabled=False).go("/triage")
    page.fill("#jump", "lightgbm")
    page.press("#jump", "Enter")
    page.wait_for_url("**/search?q=lightgbm")
    assert page.inner_text("h1").startswith("lightgbm: 1 deployment")
