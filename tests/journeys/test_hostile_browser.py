"""Hostile logs and errors in headless Chromium: no script, no dialog, no request, no report, and the frame stays."""
import json
import re
import signal
import time
import urllib.request
from urllib.parse import quote

import pytest

from tests.journeys import hostile
from tests.journeys.browser import Reader, launched, needed
from tests.journeys.house import Demo, wait_for

pytestmark = pytest.mark.browser
SIZES = ((1440, 900), (375, 812))
FRAME = """() => Object.fromEntries(['header.top', 'header.top .brand', 'main'].map(name => {
    const box = document.querySelector(name).getBoundingClientRect();
    return [name, [box.x, box.width, name === 'main' ? 0 : box.height].map(Math.round)];
}))"""
OUTSIDE = """() => {
    const panels = [...document.querySelectorAll('main .panel, main .note, main pre, main ol.log')];
    const wide = document.documentElement.clientWidth;
    return panels.filter(one => one.offsetParent && one.getBoundingClientRect().right > wide + 1).map(
        one => one.className + ' ' + one.id);
}"""


@pytest.fixture(scope="module")
def demo():
    needed()
    made = Demo()
    made.start("--seed", "17")
    assert made.ready(120), made.said()
    yield made
    made.end()


def ask(demo, what, body=None):
    """Call the emulator's own control API."""
    data = None if body is None else json.dumps(body).encode()
    address = f"http://127.0.0.1:{demo.worlds()['port']}/_emulator/{what}"
    with urllib.request.urlopen(urllib.request.Request(address, data), timeout=30) as answer:
        return json.load(answer)


def failed(demo):
    """The places of what has failed by now."""
    return [one["place"] for one in ask(demo, "book?logs=0")["deployments"] if one["state"] == "Failed"]


def spoil(demo):
    """From now on each log is hostile, and each error of an operation."""
    for route, fault, args in (
            ("deployments.get_logs", "content_text", {"text": hostile.console()}),
            ("operation_status", "error_said", {"text": "\n".join(line.said for line in hostile.SENTENCES)})):
        ask(demo, "faults", {"match": {"route": route}, "fault": fault, "args": args})


def paths_of(place):
    end = f"/w/{place['workspace']}/e/{place['endpoint']}/"
    one = f"{end}d/{place['deployment']}/"
    return [one, *(f"{one}a/1/logs/{name}" for name in ("inference-server", "storage-initializer", "container-events")),
            f"{one}a/1/logs/inference-server?q=script", end, f"{end}timeline", "/triage", "/fleet",
            f"/search?q={quote('alert script')}", f"/w/{place['workspace']}/week/", "/news/", "/workspaces/"]


def incidents_of(reader, place):
    """The pages of the incidents of a place; one is opened as soon as its failure was judged."""
    def links():
        lists = [fetched(reader, f"/triage?state={state}&q={quote(place['endpoint'])}").text()
                 for state in ("open", "resolved")]
        return sorted({link for told in lists for link in re.findall(r'"(/i/\d+)["/?]', told)})

    assert wait_for(links, 60), "no incident was opened"
    return [page for one in links()[:4] for page in (one, f"{one}/timeline")]


def fetched(reader, path):
    """A page without its scripts; a connection that was idle too long is opened anew."""
    return reader.context.request.get(reader.url + path, max_retries=3)


def hostile_place(reader, places, seconds=90):
    """A place whose log and error have been read anew; each is asked for once, then looked at until it is there."""
    asked, ends = set(), time.monotonic() + seconds
    while time.monotonic() < ends:
        for place in places[:4]:
            one, log = (fetched(reader, path) for path in paths_of(place)[:2])
            if one.ok and "&lt;img" in one.text() and log.ok and "&lt;/ol&gt;" in log.text():
                return place
            if one.ok and place["endpoint"] not in asked and 'id="poll"' in one.text():
                asked.add(place["endpoint"])
                reader.go(paths_of(place)[0])
                with reader.page.expect_navigation():
                    reader.page.evaluate("document.getElementById('poll').submit()")
        time.sleep(1)
    return None


def frames(browser, demo, place):
    """Where the frame of two pages of a place stands, at each size of the screen."""
    found = {}
    for size in SIZES:
        reader = Reader(browser, demo.told(), *size)
        reader.sign_in()
        found[size] = [reader.go(path).evaluate(FRAME) for path in paths_of(place)[:2]]
    return found


def walk(browser, demo, place, size, frame):
    """Open every page of a hostile place, and look at what it does."""
    reader, dialogs = Reader(browser, demo.told(), *size), []
    reader.page.on("dialog", lambda one: (dialogs.append(one.message), one.dismiss()))
    reader.sign_in()
    for number, path in enumerate((*paths_of(place), *incidents_of(reader, place))):
        page = reader.go(path)
        page.wait_for_load_state("load")
        page.keyboard.press("End")
        assert page.title().endswith("Endpoint Triage"), path
        assert page.evaluate("document.querySelectorAll('img, iframe, object, embed').length") == 0, path
        assert page.evaluate(OUTSIDE) == [], path
        assert reader.overflows() <= 0, path
        if number < 2:
            assert page.evaluate(FRAME) == frame[number], path
    text = reader.go(paths_of(place)[1]).text_content("main")
    assert "<script>alert(1)</script>" in text and "a␀b nul" in text
    assert (dialogs, reader.complaints, reader.strangers) == ([], [], [])


def test_hostile_texts_run_nothing_ask_nothing_and_move_nothing(demo):
    with launched() as browser:
        reader = Reader(browser, demo.told())
        reader.sign_in()

        def read():
            return [place for place in failed(demo) if all(fetched(reader, path).ok for path in paths_of(place)[:2])]

        assert wait_for(read, 60)
        frame = frames(browser, demo, read()[0])
        spoil(demo)
        place = hostile_place(reader, failed(demo))
        assert place is not None, "no hostile log was read"
        for size in SIZES:
            walk(browser, demo, place, size, frame[size])


MARKED = """([first, last]) => Array.from({length: last - first + 1}, (_, n) =>
    document.querySelector(`#L${first + n} code`).textContent)"""


def test_a_permalink_marks_the_same_text_after_everything_was_started_anew(demo):
    with launched() as browser:
        reader = Reader(browser, demo.told())
        reader.sign_in()
        logs = [paths_of(place)[1] for place in failed(demo)]

        def long_enough():
            return [one for one in logs if 'id="L12"' in fetched(reader, one).text()]

        assert wait_for(long_enough, 60)
        found = long_enough()[0]
        link = f"{found}?line=6&to=11#L6"
        before = reader.go(link).evaluate(MARKED, [6, 11])
        demo.signal(signal.SIGTERM)
        demo.ended()
        demo.start("--seed", "17")
        assert demo.ready(120), demo.said()
        assert reader.go(link).evaluate(MARKED, [6, 11]) == before
        assert len(set(before)) > 1 and reader.strangers == []
