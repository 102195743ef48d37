"""The log page in headless Chromium, on rows of its own: ranges, keys, folds, following, and 20,000 lines."""
import re

import pytest
from playwright.sync_api import expect

from dashboard.pages import log
from tests.dashboard import rows
from troubleshoot.models import Log

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOG = "/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/inference-server"
LONG = "/w/mlw-growth/e/churn-scorer/d/long/a/1/logs/inference-server"
COUNT = 20_000
HOSTILE = ("<img src=x onerror=\"document.title='hit'\">", "</code></li></ol><script>document.title='hit'</script>",
           "javascript:alert(1)", "see https://evil.example/x", "w" * 8000)


@pytest.fixture
def reader(held_clock, monkeypatch, screen):
    """Ada, signed in, in a fleet with a failed attempt and a log of 20,000 lines."""
    monkeypatch.setattr(log, "EVERY", 1)
    growth = rows.workspace("mlw-growth")
    rows.churn(growth)
    end = rows.Endpoint.objects.get(name="churn-scorer")
    long = rows.attempt(rows.deployment(end, "long", "Updating"), "Updating")
    rows.log(long, [*HOSTILE, *(f"2026-11-23 01:00:00,000 {'W' if n % 100 == 0 else 'I'} [1] srv - number {n}"
                                for n in range(len(HOSTILE) + 1, COUNT + 1))])
    return screen(permissions=["clipboard-read", "clipboard-write"])


def marked(page):
    return page.eval_on_selector_all("li.at", "all => all.map(one => one.id)")


def sees(page, line):
    """Whether a line lies between the bar and the end of the screen."""
    box = page.locator(f"#{line}").bounding_box()
    return box is not None and 90 < box["y"] < page.viewport_size["height"]


def test_a_shift_click_makes_a_range_whose_link_marks_it_again_also_from_outside_the_window(reader):
    page = reader.go(LOG)
    page.click("#L10 > a")
    page.click("#L12 > a", modifiers=["Shift"])
    page.wait_for_selector("#L11.at")
    assert page.url.endswith("#L10-L12") and marked(page) == ["L10", "L11", "L12"]
    page.keyboard.press("y")
    expect(page.locator("#polite")).to_contain_text("copied")
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{LOG}?line=10&to=12#L10-L12")
    reader.go("/triage")
    page = reader.go(f"{LONG}#L777-L779")
    page.wait_for_url("**line=777&to=779#L777-L779")
    assert marked(page) == ["L777", "L778", "L779"] and sees(page, "L778")


def test_keys_lead_to_evidence_and_to_found_lines_in_and_outside_the_window(reader):
    page = reader.go(LOG)
    page.keyboard.press("e")
    page.wait_for_selector("#L12.at")
    assert page.url.endswith("#L12") and sees(page, "L12")
    page.fill("[name=q]", "lightgbm")
    page.keyboard.press("e")
    assert page.input_value("[name=q]") == "lightgbme"  # no key acts while one types
    page = reader.go(f"{LOG}?q=exec_module")
    assert page.is_visible("#L9")  # in a fold that was opened
    page = reader.go(f"{LONG}?q=number 777")
    page.keyboard.press("n")
    page.wait_for_url("**line=7770#L7770")
    assert sees(page, "L7770") and page.inner_text("#found") == "2 of 11"
    page.keyboard.press("n")
    expect(page.locator("#found")).to_have_text("3 of 11")
    assert page.url.endswith("#L7771") and marked(page) == ["L7771"]


def test_copied_lines_are_the_text_without_numbers_and_letters(reader):
    page = reader.go(LOG)
    copied = page.evaluate("""() => { const [first, last] = ["L10", "L12"].map((id) => document.getElementById(id));
        getSelection().setBaseAndExtent(first, 0, last, last.childNodes.length); return getSelection().toString() }""")
    assert [line.strip() for line in copied.splitlines() if line.strip()] == [
        line.strip() for line in rows.IMPORT_LOG[9:12]]


def test_new_lines_come_to_who_looks_at_the_end_and_are_offered_to_who_does_not(reader):
    page = reader.go(f"{LONG}?newest=1#newest")
    page.evaluate("document.getElementById('lines').dataset.seen = 1")
    stored = Log.objects.get(attempt__deployment__name="long", container="inference-server")

    def grow(first, last):
        rows.logstore.join(stored, [f"I [1] srv - later {n}" for n in range(first, last)])
        stored.save()
    grow(1, 4)
    page.wait_for_selector(f"#L{COUNT + 3}", timeout=15_000)
    assert sees(page, f"L{COUNT + 3}")
    page.evaluate("scrollTo(0, 0)")
    grow(4, 9)
    page.wait_for_selector("#newer:visible", timeout=15_000)
    assert page.inner_text("#newer") == "5 new lines" and page.evaluate("scrollY") == 0
    page.click("#newer")
    assert sees(page, f"L{COUNT + 8}") and page.evaluate("document.getElementById('lines').dataset.seen") == "1"


def test_a_log_of_20_000_hostile_lines_scrolls_and_stays_text(reader):
    page = reader.go(f"{LONG}?line=1")
    assert page.title().startswith("Line 1, inference-server log")
    assert [page.inner_text(f"#L{n} code").strip() for n in (1, 2)] == list(HOSTILE[:2])
    assert page.locator("#lines a").evaluate_all("all => all.every(one => /^[#?]/.test(one.getAttribute('href')))")
    longest = page.evaluate("""async () => { let last = performance.now(), worst = 0;
        for (let n = 0; n < 60; n++) { scrollBy(0, 1200); await new Promise(requestAnimationFrame);
            const now = performance.now(); worst = Math.max(worst, now - last); last = now; } return worst }""")
    assert longest < 1000  # on a shared machine; without blocks it is several seconds
    for width in (1440, 375):
        page.set_viewport_size({"width": width, "height": 812})
        assert reader.overflows() <= 0
    assert page.locator("#L6 time").is_hidden() and page.locator("#L6 > a").is_visible()


def test_all_of_it_works_without_script(reader, screen):
    page = screen(java_script_enabled=False).go(f"{LONG}?q=number 777")
    page.click("#onward")
    assert re.search(r"line=7770#L7770$", page.url) and sees(page, "L7770")
    page.goto(f"{reader.url}{LOG}?line=10&to=12#L10")
    assert page.locator("li.at").count() == 3
    page.click("#lines summary >> nth=0")
    assert page.is_visible("#L8")
    with page.expect_download() as held:
        page.click("text=Download .txt")
    assert held.value.suggested_filename == "churn-scorer-green-attempt-2-inference-server.txt"
