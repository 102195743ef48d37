"""From the notice, over the sign-in, to the copied command: on a phone, with the real emulator behind it."""
import json
import re

import pytest
from playwright.sync_api import expect

from tests.conftest import person
from tests.dashboard import rows
from tests.journeys.browser import Reader
from tests.through import through
from tests.workers.test_channels import KEY
from troubleshoot import clock, outbox, sealed
from troubleshoot.models import Channel, Incident
from workers import notify

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"
PHONE = {"width": 375, "height": 812}


@pytest.fixture
def paged(receiver, live_server, settings):
    """A deployment that never was ready holds most of the traffic; the product saw it and told the inbox."""
    settings.NOTICE_ALLOW, settings.PUBLIC_URL = [receiver.place], live_server.url
    sink = Channel.objects.create(
        name="on call", kind="webhook", address=sealed.seal(f"{receiver.url}/x"), shown="x", secret=sealed.seal(KEY),
        made_at=clock.now())
    sink.rules.create(rank=0)
    with through(7) as way:
        world = way.server.stage.world.fleet.endpoints
        end = next(one for one in world if one.story == "import_error_new")
        end.traffic = {"blue": 10, "green": 90}
        space = end.workspace
        place = {"subscription": space.subscription, "group": space.group, "workspace": space.name}
        way.look(rounds=1)
        for _ in range(12):
            way.look(place=place, healthy=False)
            if Incident.objects.filter(rank=0, endpoint__name=end.name).exclude(cause="").exists():
                break
            way.advance(10)
        for _ in range(5):
            clock.hold(clock.now() + outbox.FIRST_REST * 6)
            for channel in outbox.channels_due():
                while notify.one(channel):
                    pass
        rows.heartbeat()
        yield Incident.objects.get(rank=0, endpoint__name=end.name)


def link_of(receiver):
    """The first address of the product that the newest message to the inbox names."""
    return re.search(r"https?://[^\s\"]+/i/\d+[^\s\"]*", json.dumps(receiver.bodies()[-1])).group()


def test_from_the_notice_over_the_sign_in_to_the_copied_command_on_a_phone(paged, receiver, browser, live_server):
    person("maya", sees_all=True)
    reader = Reader(browser, {"url": live_server.url, "username": "maya", "password": PASSWORD}, **PHONE,
                    permissions=["clipboard-read", "clipboard-write"])
    page, link = reader.page, link_of(receiver)
    page.goto(link)
    page.fill("[name=username]", "maya")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(link)
    page.locator("#incident .cmd .copy").first.click()  # the first and only press after the sign-in
    expect(page.locator("#incident .cmd .copy").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("az ml online-endpoint update") and f"-n {paged.endpoint.name}" in copied
    assert "blue=100 green=0" in copied and f"-w {paged.workspace.name}" in copied and "-g " in copied
    said = page.locator("#incident")
    assert paged.title in page.locator("h1, h2").all_inner_texts()
    assert said.locator(".facts").inner_text().split("\n")[:2] == ["Production traffic", "Affected"]
    for fact in ("Since", "Nobody"):
        assert fact in said.locator(".facts").inner_text()
    assert said.locator(".facts > *").count() == 4
    tops = [page.locator(where).first.bounding_box()["y"] for where in (
        "#incident .who", "#incident h2", "#incident .facts", "#incident .cmd", "#list")]
    assert tops == sorted(tops)
    assert "ready" in said.inner_text() and "serving not measured" in said.inner_text()
    assert reader.overflows() == 0 and reader.complaints == [] and reader.strangers == []
    reader.context.close()
