"""Journeys in headless Chromium through a running demo: real worker, real broker, real emulator."""
import json
import re
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.journeys.browser import Reader, launched, needed
from tests.journeys.house import Demo, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo():
    needed()
    made = Demo()
    made.start("--seed", "13")
    assert made.ready(120), made.said()
    made.up = time.monotonic()
    yield made
    made.end()


@pytest.fixture(scope="module")
def browser(demo):
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def reader(browser, demo):
    made = Reader(browser, demo.told())
    made.sign_in()
    return made


@pytest.fixture(scope="module")
def book(demo, reader):
    """What the emulator holds, once all its live stories have ended, and the address of each failed deployment."""
    port = demo.worlds()["port"]
    wait_for(lambda: time.monotonic() - demo.up > 80, 90)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/_emulator/book?logs=0", timeout=30) as answer:
        return json.load(answer)


def test_triage_offers_what_came_while_one_watches_and_shows_it_on_demand(reader, demo):
    page = reader.page
    first = page.locator("#list .inc").count()
    page.evaluate("window.stayed = true")
    came = wait_for(lambda: page.wait_for_timeout(500) or page.locator("#waiting").count()
                    or page.locator("#list .inc").count() > first, 90)
    assert came, f"still {first} incidents"
    if page.locator("#waiting").count():
        page.click("#waiting")
    assert wait_for(lambda: page.wait_for_timeout(500) or page.locator("#list .inc").count() > first, 15)
    assert page.evaluate("window.stayed") is True  # no reload happened


def test_ninety_seconds_after_the_first_page_triage_lists_the_failed_stories_with_causes(reader, demo, book):
    page = reader.page
    page.wait_for_timeout(max(0, 90 - (time.monotonic() - demo.up)) * 1000)
    text, origin = page.inner_text("body"), page.evaluate("location.origin")
    seen_by_now = datetime.fromisoformat(book["now"]) - timedelta(minutes=5)
    now_failed = [one["place"] for one in book["deployments"] if one["state"] == "Failed"]
    due = [one for one in book["attempts"] if one["failed"] and one["place"] in now_failed
           and datetime.fromisoformat(one["ended"]) < seen_by_now]
    assert len(due) >= 20
    listed = {name: page.request.get(f"{origin}/triage?q={name}").text() for name in
              {one["place"]["endpoint"] for one in due}}
    assert [name for name, list_ in listed.items() if not re.search(rf'class="n"[^>]*>{name} <span>/ ', list_)] == []
    told = sum("not known" not in one["expected"]["certainty"] for one in due)
    unknown = sum(line.startswith(("Cause not known", "Not diagnosed")) for line in text.split("\n"))
    assert unknown <= len(due) - told + 1  # one may have failed while we looked


def attempt_of(book, story):
    """Path and place of a story; one in a workspace whose name nobody shares, where its slug is its name."""
    names = [space["name"] for space in book["workspaces"]]
    told = [one["place"] for one in book["attempts"] if one["story"] == story and one["failed"]]
    place = min(told, key=lambda place: names.count(place["workspace"]))
    return f"/w/{place['workspace']}/e/{place['endpoint']}/d/{place['deployment']}/", place


def test_from_triage_to_the_line_that_proves_it(reader, book):
    path, place = attempt_of(book, "import_error_new")
    page = reader.go(path)
    assert "imports" in page.inner_text("main") and "Certain" in page.inner_text("main")
    assert "ModuleNotFoundError" in page.inner_text("main")
    for name in (place["endpoint"], place["workspace"], place["group"]):
        assert name in page.inner_text("main")
    page.click("text=/^Line \\d+ in log$/")
    page.wait_for_url(re.compile(r"/logs/inference-server.*#L\d+"))
    line = page.url.rsplit("#", 1)[1]
    assert "ModuleNotFoundError" in page.inner_text(f"#{line}")


def test_a_command_is_copied_without_its_prompt(browser, demo, book):
    reader = Reader(browser, demo.told(), permissions=["clipboard-read", "clipboard-write"])
    path, place = attempt_of(book, "storage_denied")
    reader.sign_in(path)
    page = reader.page
    page.locator("button:has-text('Copy'):visible").last.click()
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("az ") and "$ " not in copied[:3] and place["workspace"] in copied


def test_the_chart_draws_when_it_comes_into_view_and_not_before(browser, demo, book):
    reader = Reader(browser, demo.told())
    asked = []
    reader.page.on("request", lambda request: asked.append(request.url))
    path, _ = attempt_of(book, "model_missing")
    page = reader.sign_in(path)
    page.wait_for_timeout(500)
    assert not any("plotly" in url for url in asked)
    page.locator(".chart").first.scroll_into_view_if_needed()
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
    assert reader.complaints == [] and reader.strangers == []


PAGES = ("/triage", "/fleet", "/fleet?state=hurt", "/quota", "/scoring", "/scoring?status=429", "/explain", "/causes/",
         "/causes/script-import-error/")


def pages(book):
    stories = ("import_error", "quota_family", "internal_error", "storage_denied", "image_denied_user")
    paths = [attempt_of(book, story)[0] for story in stories]
    return [*PAGES, *paths, paths[0] + "a/1/logs/inference-server"]


@pytest.mark.parametrize(("width", "height", "scheme"), [(1440, 900, "light"), (375, 812, "light"), (375, 812, "dark"),
                                                         (320, 700, "light")])
def test_no_page_scrolls_sideways_or_complains(browser, demo, book, width, height, scheme):
    reader = Reader(browser, demo.told(), width, height, color_scheme=scheme)
    reader.sign_in()
    wide = []
    for path in pages(book):
        reader.go(path)
        if reader.overflows() > 0:
            wide.append(f"{path} by {reader.overflows()} px")
        assert reader.page.locator("h1").count() == 1, path
    assert wide == []
    assert reader.complaints == [] and reader.strangers == []


def test_without_script_every_answer_is_there(browser, demo, book):
    reader = Reader(browser, demo.told(), java_script_enabled=False)
    path, _ = attempt_of(book, "import_error_new")
    page = reader.sign_in(path)
    text = page.inner_text("main")
    assert "imports" in text and "ModuleNotFoundError" in text and "az ml online-deployment" in text
    assert "Timeline" in text


def test_signing_in_keeps_the_page_that_was_asked_for_and_no_other_host(browser, demo):
    reader = Reader(browser, demo.told())
    page = reader.go("/signin?next=https://evil.example/")
    page.fill("[name=username]", reader.told["username"])
    page.fill("[name=password]", reader.told["password"])
    page.click("main button[type=submit]")
    page.wait_for_url("**/triage")
    reader.go("/quota?region=westeurope")
    assert reader.page.url.endswith("/quota?region=westeurope")


LOG = (Path(__file__).parent.parent / "samples" / "server" / "import_error.log").read_text()
NAMES = {"endpoint": "contract-tags", "deployment": "blue", "workspace": "mlw-growth", "group": "rg-growth"}


def explained(page):
    page.click("#paste button[type=submit]")
    page.wait_for_selector("#answer")
    return page.inner_text("#answer")


def test_a_pasted_log_is_explained_and_its_names_fill_the_commands(browser, demo):
    reader = Reader(browser, demo.told(), permissions=["clipboard-read", "clipboard-write"])
    page = reader.sign_in("/explain")
    page.fill("#paste textarea", LOG)
    text = explained(page)
    assert "The scoring script imports" in text and "Evidence 1" in text and "$ENDPOINT" in text
    assert page.locator(".steps button.copy").count() == 0
    for name, value in NAMES.items():
        page.fill(f"#answer input[name={name}]", value)
    page.click("text=Fill in the commands")
    page.wait_for_selector(".steps button.copy")
    assert "-e contract-tags" in page.inner_text("#answer")
    page.click("text=Copy as text for a ticket")
    page.wait_for_selector("button:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Cause: ") and "ModuleNotFoundError" in copied and "-e contract-tags" in copied
    page.wait_for_selector("button:has-text('Copy as text for a ticket')")
    assert page.url.endswith("/explain")
    assert reader.complaints == [] and reader.strangers == []


def test_a_chosen_file_goes_into_the_box_and_without_script_straight_to_the_server(browser, demo):
    file = {"name": "server.log", "mimeType": "text/plain", "buffer": LOG.encode()}
    for script in (True, False):
        reader = Reader(browser, demo.told(), java_script_enabled=script)
        page = reader.sign_in("/explain")
        page.set_input_files("#paste input[type=file]", file)
        if script:
            page.wait_for_selector("text=server.log stands in the box")
            assert page.input_value("#paste textarea") == LOG
        text = explained(page)
        assert "The scoring script imports" in text
        assert ("From the file server.log" in text) is not script
        assert reader.complaints == []


@pytest.mark.parametrize(("width", "first"), [(1440, "#paste"), (375, "#answer")])
def test_on_a_phone_the_answer_stands_above_the_box_and_on_a_desk_beside_it(browser, demo, width, first):
    reader = Reader(browser, demo.told(), width, 900)
    page = reader.sign_in("/explain")
    page.fill("#paste textarea", LOG)
    explained(page)
    box, answer = (page.locator(one).bounding_box() for one in ("#paste", "#answer"))
    assert (box["x"] < answer["x"]) if first == "#paste" else (answer["y"] < box["y"])
    assert reader.overflows() <= 0 and reader.complaints == []
