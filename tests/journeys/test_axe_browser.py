"""Every page that a person can open, measured by axe: light and dark, on a desk and on a phone, nothing serious."""

from datetime import time

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client

from dashboard import urls
from tests.conftest import person
from tests.dashboard import rows
from tests.dashboard.test_running import earlier, running
from tests.journeys.browser import Reader
from troubleshoot import incidents, sealed
from troubleshoot.models import Channel, Incident, Rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WRONG = """async (options) => (await axe.run(document, options)).violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.id}: ` + one.nodes.slice(0, 4).map(node => `${node.target} ${(node.any.concat(node.all,
        node.none)[0] || {}).message || ""}`).join("; "))"""
END = "/w/mlw-growth/e/churn-scorer/"
GREEN, BLUE = END + "d/green/a/2", END + "d/blue/a/1"
PAGES = {  # name of the route: what is opened of it; {} are the numbers of the world below
    "signin": ("/signin",), "home": ("/",), "incident": ("/i/{failed}", "/i/{late}", "/i/{away}"),
    "triage": ("/triage", "/triage?ws=mlw-growth&q=nothing", "/triage?state=resolved"),
    "incident-timeline": ("/i/{failed}/timeline",), "keys": ("/keys",), "fleet": ("/fleet",),
    "workspace": ("/w/mlw-growth/",), "week": ("/w/mlw-growth/week/2026-W48/",),
    "workspace-quota": ("/w/mlw-growth/quota",), "endpoint": (END,), "timeline": (END + "timeline",),
    "deployment": (END + "d/green/",),
    "attempt": (GREEN, BLUE, "/w/mlw-risk/e/odd/d/v5/a/1", "/w/mlw-risk/e/late/d/main/a/1",
                "/w/mlw-risk/e/demand/d/green/a/20"),
    "endpoint-attempt": ("/w/mlw-risk/e/shell/a/1",),
    "log": (GREEN + "/logs/inference-server?q=lightgbm", GREEN + "/logs/storage-initializer"),
    "search": ("/search", "/search?q=lightgbm"), "quota": ("/quota", "/quota?fit=8x+Standard_DS3_v2"),
    "scoring": ("/scoring", "/scoring?status=424"), "explain": ("/explain",), "causes": ("/causes/",),
    "cause": ("/causes/script-import-error/",), "me": ("/account",), "workspaces": ("/workspaces/",),
    "news": ("/news/",), "news-new": ("/news/new",), "channel": ("/news/{channel}/",),
    "channel-change": ("/news/{channel}/change",), "channel-delete": ("/news/{channel}/delete",),
    "rule-new": ("/news/{channel}/rules/new",), "rule": ("/news/{channel}/rules/{rule}",),
    "rule-delete": ("/news/{channel}/rules/{rule}/delete",),
}
NO_PAGE = {  # orders, answers for machines, files, and addresses that only lead on
    "signout", "healthz", "readyz", "operation", "request", "poll", "endpoint-poll", "correct", "endpoint-correct",
    "bulk", "incident-do", "view-save", "view-delete", "workspaces-check", "channel-test", "weeks", "week-sheet"}
STRANGE = ("/no-such-page", "/w/mlw-risk/e/nobody/")


@pytest.fixture
def world(held_clock):
    """Ada's fleet: a failure with proof, one without, a failed update, a running creation, no traffic; a channel."""
    rows.heartbeat()
    growth, risk = rows.workspace("mlw-growth", "northeurope"), rows.workspace("mlw-risk", polled=60)
    rows.churn(growth)
    rows.quota(growth)
    rows.compute(growth)
    for name, fields in (("odd", {}), ("late", {"kind": "update", "first_provisioning": False})):
        one = rows.deployment(rows.endpoint(risk, name, {"main": 100, "v5": 0}), "v5" if name == "odd" else "main",
                              "Failed", ready_once=name == "late")
        rows.verdict(rows.attempt(one, **fields), rows.import_finding(name, one.name, "mlw-risk") if fields else None,
                     rows.stopped())
    rows.verdict(rows.attempt(rows.endpoint(risk, "shell"), "Failed"))
    green = rows.deployment(rows.endpoint(risk, "demand", {"blue": 100}), "green", "Creating")
    earlier(green)
    running(green)
    away = rows.endpoint(growth, "away", {"blue": 0})
    rows.verdict(rows.attempt(rows.deployment(away, "blue"), "Succeeded"))
    incidents.follow_waiting()
    channel = Channel.objects.create(workspace=risk, name="on call", kind="slack", address=sealed.seal("https://s"),
                                     shown="hooks.slack.com", made_at=rows.NOW, error="410 Gone", error_at=rows.NOW)
    rule = Rule.objects.create(channel=channel, workspace=risk, rank=1, quiet_from=time(22), quiet_until=time(7))
    named = {one.endpoint.name: one.id for one in Incident.objects.exclude(endpoint=None).select_related("endpoint")}
    return {"failed": named["churn-scorer"], "late": named["late"], "away": named["away"], "channel": channel.id,
            "rule": rule.id}


@pytest.fixture
def reader(browser, live_server, world):
    """Ada, signed in at a desk."""
    client = Client()
    client.force_login(person("ada", sees_all=True))
    made = Reader(browser, {"url": live_server.url})
    name = settings.SESSION_COOKIE_NAME
    made.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    made.world = world
    yield made
    made.context.close()


def opened(reader, path, status=200):
    """A page with its folds open; not menus, which would cover each other, nor hundreds of rows more of the same."""
    answer = reader.page.goto(reader.url + path.format(**reader.world))
    assert answer.status == status, f"{path} answered {answer.status}"
    reader.page.evaluate("""document.querySelectorAll('main details:not([name])').forEach(
        one => one.open = one.querySelectorAll('*').length < 300)""")
    return reader.page


def faults(page):
    """What axe finds serious on the page that is open, in each light and at each width."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, height in ((1440, 900), (375, 812)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            only = {"type": "tag", "values": TAGS} if scheme == "light" else {
                "type": "rule", "values": ["color-contrast"]}  # nothing else turns with the light
            found += [f"{page.url} {width} {scheme}: {said}" for said in page.evaluate(
                WRONG, {"runOnly": only, "resultTypes": ["violations"], "preload": False})]
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_serious_fault_for_who_reads_it_otherwise(name, reader):
    found = []
    for path in PAGES[name]:
        if name == "signin":
            reader.context.clear_cookies()
        found += faults(opened(reader, path))
    assert not found, "\n".join(found)


def test_an_answer_to_a_pasted_log_and_the_page_that_is_not_there_have_none_either(reader):
    page = reader.go("/explain")
    page.fill("#paste textarea", "\n".join(rows.IMPORT_LOG))
    page.click("#paste button[type=submit]")
    page.wait_for_selector("#answer h2")
    found = faults(page)
    for path in STRANGE:
        found += faults(opened(reader, path, 404))
    assert not found, "\n".join(found)


def test_every_route_is_measured_or_is_no_page():
    named = {one.name for one in urls.urlpatterns}
    assert named == set(PAGES) | NO_PAGE
    assert not set(PAGES) & NO_PAGE
