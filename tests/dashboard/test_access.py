"""Who may open what: every route of the house, for ada, ben and eve."""
import re

import pytest
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern

from tests.dashboard import rows
from troubleshoot.models import Attempt, Channel, Incident, Rule, Watch

G = ("mlw-growth", "churn-scorer", "green", 2)
R = ("mlw-risk", "fraud", "blue", 1)
TOLD = {"mlw-growth": (1, 1), "mlw-risk": (2, 2)}  # a channel of each workspace, and a rule of it; an incident too
OPEN = {"signin": (), "healthz": (), "readyz": ()}
LISTS = {"home": (), "triage": (), "fleet": (), "quota": (), "scoring": (), "explain": (), "causes": (),
         "cause": ("script-import-error",), "search": (), "request": ("feedfeed",),
         "workspaces": (), "news": (), "news-new": (), "me": (), "keys": ()}
ONE = {
    "workspace": lambda place: place[:1], "workspace-quota": lambda place: place[:1],
    "endpoint": lambda place: place[:2], "endpoint-attempt": lambda place: (*place[:2], 1),
    "deployment": lambda place: place[:3], "attempt": lambda place: place,
    "log": lambda place: (*place, "inference-server"), "timeline": lambda place: place[:2],
    "operation": lambda place: (f"op-of-{place[0]}",),
    **dict.fromkeys(("channel", "channel-change", "channel-delete", "rule-new"), lambda place: TOLD[place[0]][:1]),
    **dict.fromkeys(("rule", "rule-delete"), lambda place: TOLD[place[0]]),
    **dict.fromkeys(("incident", "incident-timeline"), lambda place: TOLD[place[0]][:1]),
    "weeks": lambda place: place[:1],
    **dict.fromkeys(("week", "week-sheet"), lambda place: (*place[:1], "2026-W47")),
}
ORDERS = {"signout": (), "workspaces-check": (), "channel-test": lambda place: TOLD[place[0]][:1],
          "bulk": (), "view-save": (), "view-delete": (), "incident-do": lambda place: (TOLD[place[0]][0], "take"),
          "poll": lambda place: place, "endpoint-poll": lambda place: (*place[:2], 1),
          "correct": lambda place: place, "endpoint-correct": lambda place: (*place[:2], 1)}


@pytest.fixture
def both(fleet):
    """Each of the two endpoints has an operation of its own, and each workspace an operation id to jump to."""
    for attempt in (fleet["failed"], Attempt.objects.get(deployment__name="blue", endpoint__name="fraud")):
        rows.verdict(rows.attempt(attempt.endpoint, "Succeeded"))
        space = attempt.endpoint.workspace
        Attempt.objects.filter(id=attempt.id).update(operation_id=f"op-of-{space.slug}")
        channel, rule = TOLD[space.slug]
        Channel.objects.create(id=channel, workspace=space, name=f"for {space.slug}", kind="email", made_at=rows.NOW)
        Rule.objects.create(id=rule, channel_id=channel, rank=3)
        Incident.objects.create(
            id=channel, workspace=space, subject=space.key, title="It stopped", rank=0, worst=0, opened_at=rows.NOW,
            last_at=rows.NOW, seen_at=rows.NOW)
    return fleet


def test_every_route_is_listed_here():
    patterns = {one.name for one in get_resolver().url_patterns if isinstance(one, URLPattern)}
    assert patterns == {*OPEN, *LISTS, *ONE, *ORDERS}
    assert len(get_resolver().url_patterns) == len(patterns)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["ada", "ben", "eve"])
def test_a_list_opens_for_all_and_shows_only_what_each_may_see(both, request, who, name):
    client = request.getfixturevalue(who)
    answer = client.get(reverse(name, args=LISTS[name]), follow=True)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert ("fraud" in text or "mlw-risk" in text) <= (who == "ada")
    assert ("churn-scorer" in text or "mlw-growth" in text) <= (who in ("ada", "ben"))


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize(("who", "growth", "risk"), [("ada", True, True), ("ben", True, False), ("eve", False, False)])
def test_one_thing_opens_only_for_who_may_see_its_workspace(both, request, who, growth, risk, name):
    client = request.getfixturevalue(who)
    for place, may in ((G, growth), (R, risk)):
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(reverse(name, args=ONE[name](place)), headers=headers)
            assert (answer.status_code in (200, 302)) is may
            assert may or answer.status_code == 404


@pytest.mark.parametrize("name", ["poll", "endpoint-poll"])
def test_an_order_is_taken_only_from_who_may_see_its_workspace(both, ben, name):
    Watch.objects.update(due_at=None)
    assert ben.post(reverse(name, args=ORDERS[name](R))).status_code == 404
    assert not Watch.objects.filter(due_at__isnull=False).exists()
    assert ben.post(reverse(name, args=ORDERS[name](G))).status_code == 302
    assert Watch.objects.filter(due_at=rows.NOW, workspace__slug="mlw-growth").exists()


def test_a_stranger_gets_the_same_answer_as_for_what_is_not_there(both, eve):
    there, nowhere = eve.get("/w/mlw-risk/e/fraud/"), eve.get("/w/mlw-none/e/none/")
    assert there.status_code == nowhere.status_code == 404
    def said(answer, path):
        return re.sub(r'value="\w{64}"', "", answer.content.decode()).replace(path, "*")
    assert said(there, "/w/mlw-risk/e/fraud/") == said(nowhere, "/w/mlw-none/e/none/")


@pytest.mark.parametrize("name", [*LISTS, *ONE, *ORDERS])
def test_nothing_opens_without_signing_in(both, client, name):
    args = ONE[name](G) if name in ONE else ORDERS[name](G) if callable(ORDERS.get(name)) else LISTS.get(name, ())
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.get(reverse(name, args=args), headers=headers)
        assert answer.status_code in (302, 301)
        assert answer["Location"].startswith("/signin?next=/") or name == "home"


@pytest.mark.parametrize("name", [*OPEN, *LISTS, *ONE, *ORDERS])
def test_no_route_takes_a_foreign_method(both, ada, name):
    args = ONE[name](G) if name in ONE else ORDERS[name](G) if callable(ORDERS.get(name)) else LISTS.get(name, ())
    path = reverse(name, args=args)
    assert {ada.generic(method, path).status_code for method in ("TRACE", "PUT", "DELETE", "PATCH")} == {405}


@pytest.mark.parametrize("name", ORDERS)
def test_an_order_is_never_taken_by_get(both, ada, name):
    args = ORDERS[name](G) if callable(ORDERS[name]) else ()
    assert ada.get(reverse(name, args=args)).status_code == 405


def test_a_workspace_that_may_not_be_seen_is_not_named_by_a_cap_either(both, ben):
    rows.quota(both["growth"], "standardFSv2Family", own="mlw-secret")
    assert "mlw-secret" not in ben.get("/quota").content.decode()
