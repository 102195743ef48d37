"""Pages that stay new by themselves, in headless Chromium: nothing that the reader has in hand moves or is lost."""
import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.conftest import PASSWORD, person
from tests.dashboard import rows
from troubleshoot.models import Attempt, Deployment, Incident, Workspace

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STOPPED = "This page stopped updating"
GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"


@pytest.fixture
def fleet_failed(held_clock):
    """The failed attempt of churn-scorer / green."""
    return rows.churn(rows.workspace("mlw-growth"))


@pytest.fixture
def screen(screen, fleet_failed):
    """Screens of a fleet with that attempt, whose worker gives signs of life."""
    rows.heartbeat()
    return screen


def look(page):
    """The page asks for its newest state now, and has taken it in."""
    page.evaluate("""() => new Promise((done) => {
        document.addEventListener("refreshed", () => done(), { once: true });
        document.dispatchEvent(new Event("look"));
    })""")


def look_in_vain(page):
    """The page asks now and then every fifth of a second, and may get no answer."""
    page.evaluate("""() => {
        document.getElementById("live").dataset.refresh = 0.2;
        document.dispatchEvent(new Event("look"));
    }""")


def incident(name, rank=0, failed=None, **fields):
    """An open incident of the deployment `green` of an endpoint with that name."""
    space = Workspace.objects.get(slug="mlw-growth")
    end = failed.endpoint if failed else rows.endpoint(space, name, {"blue": 10, "green": 90})
    own = failed.deployment if failed else rows.deployment(end, "green", "Failed")
    row = failed or rows.attempt(own)
    return Incident.objects.create(**({
        "subject": f"deployment {own.id}", "workspace": space, "endpoint": end, "deployment": own,
        "title": f"{name} stopped", "rank": rank, "worst": rank, "opened_at": rows.minutes(66), "first": row,
        "last": row, "last_number": row.number, "last_at": rows.minutes(66), "seen_at": rows.minutes(66)} | fields))


def listed(page):
    """The rows of the list in their order."""
    return page.locator("#list .inc .n").all_inner_texts()


def test_what_the_reader_has_in_hand_stays_while_the_rest_goes_on(screen):
    page = screen().go(GREEN)
    page.fill("#jump", "half a wo")
    page.evaluate("document.activeElement.blur()")
    page.locator("main details").first.evaluate("one => { one.open = true }")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.meta span:last-child'))")
    page.evaluate("scrollTo(0, 300)")
    held = page.inner_text(".meta span:last-child")
    Attempt.objects.update(caller="maya")
    Deployment.objects.filter(name="green").update(weight=7)
    look(page)
    assert page.inner_text(".meta span:last-child") == held and page.evaluate("getSelection().toString()") == held
    assert page.input_value("#jump") == "half a wo" and page.evaluate("scrollY") == 300
    assert "Traffic 7\u00a0%" in page.inner_text(".meta")
    assert page.locator("main details").first.evaluate("one => one.open")
    page.evaluate("getSelection().empty()")
    look(page)
    assert "by maya" in page.inner_text(".meta span:last-child") and page.input_value("#jump") == "half a wo"
    assert page.locator("[id^=kept-]").count() == 0


def test_a_copy_button_is_itself_again_also_where_the_page_turned_meanwhile(screen, fleet_failed):
    incident("churn-scorer", failed=fleet_failed)
    page = screen(permissions=["clipboard-read", "clipboard-write"]).go(GREEN)
    page.keyboard.press("c")
    expect(page.locator("main .copy", has_text="Copied")).to_have_count(1)
    Attempt.objects.update(caller="maya")
    look(page)
    expect(page.locator("main .copy", has_text="Copied")).to_have_count(0)
    page.wait_for_timeout(2200)
    assert set(page.locator("main .cmd .copy").all_text_contents()) == {"Copy"}


def test_a_button_keeps_its_meaning_under_the_finger(screen, fleet_failed):
    one = incident("churn-scorer", failed=fleet_failed)
    reader = screen()
    page = reader.go(f"/i/{one.id}")
    page.focus("[data-take]")
    Incident.objects.filter(id=one.id).update(owner=person("maya"), taken_at=rows.NOW)
    look(page)
    assert "maya" in page.inner_text(".facts") and page.inner_text("[data-take]").startswith("Take it")
    assert "over" not in page.inner_text("[data-take]")
    page.keyboard.press("Enter")  # pressed while it still says that nobody has it: the answer asks first
    expect(page.locator("main")).to_contain_text("maya")
    assert Incident.objects.get().owner.username == "maya"
    page.go_back()
    look(page)
    assert "Take it over" in page.inner_text("[data-take]")
    assert len(reader.complaints) == 1 and "409" in reader.complaints.pop()


def test_the_list_keeps_its_order_says_what_left_and_offers_what_is_new(screen):
    first, second, third = (incident(f"one-{n}", rank=2) for n in range(3))
    page = screen().go("/triage")
    assert listed(page) == ["one-0 / green", "one-1 / green", "one-2 / green"]
    page.click("#several summary")
    page.check(f"#inc-{first.id} input")
    page.check(f"#inc-{third.id} input")
    Incident.objects.filter(id=first.id).update(snooze="cause", snoozed_at=rows.NOW)
    Incident.objects.filter(id=second.id).update(opened_at=rows.minutes(1), title="It stopped for another reason")
    incident("new", rank=2)
    look(page)
    assert listed(page) == ["one-0 / green", "one-1 / green", "one-2 / green"]
    assert "Left this list" in page.inner_text(f"#inc-{first.id}")
    assert "another reason" in page.inner_text(f"#inc-{second.id}")
    assert "Left" not in page.inner_text(f"#inc-{third.id}")
    assert [page.is_checked(f"#inc-{one.id} input") for one in (first, second, third)] == [True, False, True]
    assert page.inner_text("#waiting") == page.inner_text("#polite") == "1 new incident, show"
    page.click("#waiting")
    expect(page.locator("#waiting")).to_have_count(0)
    assert listed(page) == ["one-2 / green", "new / green", "one-1 / green"]


def test_an_incident_that_hurts_traffic_announces_itself_and_stands_in_its_place_at_once(screen):
    old = incident("old", rank=2)
    page = screen().go("/triage")
    calm, title = page.get_attribute("link[rel=icon]", "href"), page.title()
    new = incident("pricing", rank=0)
    look(page)
    assert listed(page) == ["pricing / green", "old / green"]
    assert page.inner_text("#list h2 >> nth=0").startswith("Production traffic affected")
    said = page.inner_text("#assertive")
    assert said == "1 more incident affects production traffic: pricing / green, pricing stopped"
    assert page.title().startswith("(1!) ") and page.get_attribute("link[rel=icon]", "href") != calm
    assert page.get_attribute("#incident", "data-sel") == str(old.id)  # the reader keeps what was read
    look(page)
    assert page.title().startswith("(1!) ")
    page.keyboard.press("Shift")
    assert not page.title().startswith("(") and page.get_attribute("link[rel=icon]", "href") == calm
    assert page.title() != title and page.locator("#news").inner_text() == ""
    other = screen(who="ben").go("/fleet")
    Incident.objects.filter(id=old.id).update(rank=0)
    look(other)
    assert other.inner_text("#news").startswith("1 more incident affects production traffic. Show it")
    other.click("#news button")
    assert other.locator("#news").inner_text() == ""
    worse = incident("worse")
    look(other)
    other.click("#news a")
    other.wait_for_url(f"**/i/{worse.id}")
    assert new.id < worse.id


def test_rows_that_become_one_wave_stay_single_until_the_reader_asks(screen):
    for name in ("one", "two"):
        incident(name, cause="registry", title="The registry refuses the pull")
    page = screen().go("/triage")
    incident("three", cause="registry", title="The registry refuses the pull")
    look(page)
    assert listed(page) == ["one / green", "two / green", "three / green"]
    assert page.locator("#list .inc .c").all_inner_texts() == ["The registry refuses the pull"] * 3
    assert page.inner_text("#waiting") == "The list has changed, show it" and page.locator(".left").count() == 0
    page.click("#waiting")
    expect(page.locator(".wave")).to_contain_text("3 in")
    assert page.locator(".wave details").evaluate("one => one.open")  # it holds the selected one
    page.click(".wave summary")
    incident("four", cause="registry", title="The registry refuses the pull")
    look(page)
    expect(page.locator(".wave .wh")).to_contain_text("4 in")
    assert not page.locator(".wave details").evaluate("one => one.open")


def test_a_page_that_gets_no_answer_says_since_when_and_recovers_by_itself(screen, monkeypatch):
    one = screen()
    page, notice = one.go("/fleet"), one.page.locator("#notice")
    one.context.set_offline(True)
    look_in_vain(page)
    expect(notice).to_have_text(f"{STOPPED} at 03:10 UTC. It keeps trying.", timeout=15_000)
    one.context.set_offline(False)
    expect(notice).to_be_empty(timeout=15_000)
    monkeypatch.setattr("troubleshoot.boards.fleet.board", None)  # the server answers 500 from now on
    look_in_vain(page)
    expect(notice).to_contain_text(STOPPED, timeout=15_000)
    monkeypatch.undo()
    expect(notice).to_be_empty(timeout=15_000)
    one.complaints.clear()  # the browser itself notes each failed request


def test_who_was_signed_out_keeps_the_view_and_is_led_back_to_it(screen):
    one = screen()
    page = one.go("/fleet?state=hurt")
    Session.objects.all().delete()
    look_in_vain(page)
    expect(page.locator("#notice")).to_have_text("Signed out, your view is kept. Sign in")
    page.click("#notice a")
    assert page.url.endswith("/signin?next=%2Ffleet%3Fstate%3Dhurt")


def test_what_was_typed_before_the_session_ended_can_be_sent_after_signing_in_elsewhere(screen, fleet_failed):
    number = incident("churn-scorer", failed=fleet_failed).id
    one = screen()
    page = one.go(f"/i/{number}")
    page.click("#hand summary:has-text('Note')")
    page.fill("[data-note]", "rolled back by hand")
    Session.objects.all().delete()
    look_in_vain(page)
    expect(page.locator("#notice")).to_contain_text("Signed out")
    beside = one.context.new_page()
    beside.goto(f"{one.url}/signin?next=/keys")
    beside.fill("[name=username]", "ada")
    beside.fill("[name=password]", PASSWORD)
    beside.click("main button[type=submit]")
    beside.wait_for_url("**/keys")
    page.bring_to_front()
    expect(page.locator("#notice")).to_be_empty(timeout=15_000)
    page.click("#hand-note button")
    expect(page.locator("main")).to_contain_text("rolled back by hand")
    assert Incident.objects.get().events.filter(what="noted").count() == 1


def acts(page, summary, button):
    """Open a menu of the incident and press a button in it."""
    page.click(f"#hand summary:has-text('{summary}')")
    page.click(f"#hand button:has-text('{button}')")


def test_two_people_on_one_incident_see_each_other_within_15_seconds_and_lose_nothing(screen, fleet_failed):
    one = incident("churn-scorer", rank=0, failed=fleet_failed)
    mine, theirs = screen(who="ada"), screen(who="ben")
    for who in (mine, theirs):
        who.go(f"/i/{one.id}")
    page, other = mine.page, theirs.page
    other.click("#hand summary:has-text('Note')")
    other.locator("[data-note]").press_sequentially("tried to shift the traf")
    other.evaluate("scrollTo(0, 120)")
    height = other.locator("[data-note]").bounding_box()["y"]
    for do, shows in ((lambda: page.click("[data-take]"), "ada"),
                      (lambda: acts(page, "Snooze", "For 1"), "Snoozed"),
                      (lambda: acts(page, "Resolve", "Resolve"), "Resolved")):
        do()
        expect(other.locator("#hand")).to_contain_text(shows, timeout=15_000)
        assert other.locator("[data-note]").input_value() == "tried to shift the traf"
        assert other.evaluate("document.activeElement.matches('[data-note]')")
        assert abs(other.locator("[data-note]").bounding_box()["y"] - height) < 1
        assert other.locator("#hand-note").evaluate("one => one.open")
    other.click("#hand-note button")
    expect(page.locator("main")).to_contain_text("tried to shift the traf", timeout=15_000)
