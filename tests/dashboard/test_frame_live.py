"""The part of a page that refreshes itself: when it counts as new, what it tells, and what its scripts weigh."""
import gzip
import re

import pytest
from django.conf import settings

from tests.dashboard import rows
from troubleshoot.models import Deployment, Incident, Person

GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"
PAGES = ("/triage", "/fleet", "/quota", "/scoring", "/explain", "/causes/", "/search", "/keys", GREEN,
         GREEN + "a/2/logs/inference-server", "/w/mlw-growth/e/churn-scorer/timeline")
BUDGET = 10_000  # bytes of compressed script beside htmx and the library of the charts


def part(client, path, tag=""):
    """The fragment that the page's own script asks for."""
    return client.get(path, headers={"HX-Request": "true"} | ({"If-None-Match": tag} if tag else {}))


def incident(space, rank=0, **fields):
    """An open incident of a deployment that is named after its rank and number."""
    name = f"one-{Incident.objects.count()}"
    own = rows.deployment(rows.endpoint(space, name, {"blue": 100}), "blue", "Failed")
    return Incident.objects.create(**({
        "subject": f"d:{own.id}", "workspace": space, "endpoint": own.endpoint, "deployment": own, "cause": "x",
        "title": "A package is missing", "rank": rank, "worst": rank, "opened_at": rows.minutes(5),
        "last_at": rows.minutes(5), "seen_at": rows.minutes(4)} | fields))


@pytest.mark.parametrize("path", PAGES)
def test_scripts_of_a_page_weigh_ten_kilobytes_at_most(ada, path):
    names = re.findall(r'<script src="/static/(js/[\w.-]+)"', ada.get(path).content.decode())
    assert "js/keys.js" in names
    weight = sum(len(gzip.compress((settings.BASE / "static" / name).read_bytes(), 9)) for name in names)
    assert weight <= BUDGET, names


@pytest.mark.postgres
@pytest.mark.parametrize("path", ["/fleet", GREEN])
def test_a_part_is_new_when_something_turned_and_not_because_time_passed(ada, fleet, path):
    from troubleshoot import clock
    tag = part(ada, path)["ETag"]
    clock.hold(rows.NOW + (rows.NOW - rows.minutes(0.5)))
    assert part(ada, path, tag).status_code == 304
    Deployment.objects.filter(name="green").update(weight=3, instance_count=5)
    assert part(ada, path, tag).status_code == 200


def test_the_token_of_a_form_does_not_make_a_part_new(ada):
    first = part(ada, "/keys")
    assert b"csrfmiddlewaretoken" in first.content and part(ada, "/keys").content != first.content
    assert part(ada, "/keys", first["ETag"]).status_code == 304


@pytest.mark.postgres
def test_every_page_tells_how_many_incidents_hurt_traffic_and_which_is_the_newest(ada, fleet):
    assert b'data-affected="0" data-newest="0"' in ada.get("/fleet").content
    incident(fleet["growth"])
    newest = incident(fleet["growth"])
    incident(fleet["growth"], rank=2)
    incident(fleet["growth"], snooze="cause")
    incident(fleet["growth"], resolved_at=rows.minutes(1))
    told = f'data-affected="2" data-newest="{newest.id}"'.encode()
    assert told in ada.get("/fleet").content and told in part(ada, "/fleet").content


@pytest.mark.postgres
def test_nobody_is_told_of_incidents_in_workspaces_that_they_do_not_see(ben, fleet):
    incident(fleet["risk"])
    assert b'data-affected="0" data-newest="0"' in ben.get("/fleet").content


def test_a_person_can_switch_single_keys_off(ada):
    assert b'data-keys="on"' in ada.get("/fleet").content
    Person.objects.update(single_keys=False)
    assert b'data-keys="off"' in ada.get("/fleet").content


def test_the_list_of_keys_names_each_key_of_the_script_and_no_other(ada):
    script = (settings.BASE / "static/js/keys.js").read_text() + (settings.BASE / "static/js/log.js").read_text()
    ours = set(re.findall(r'[ {]"?([^\s"{]{1,2})"?: (?:\w+,|\(\) =>|copied)', script))
    listed = set(re.findall(r"<kbd>(.)</kbd>", ada.get("/keys").content.decode()))
    places = set(re.findall(r'data-go="(\w)"', ada.get("/keys").content.decode()))
    assert listed - places - {"g", "⇧"} == {one.lower() for one in ours} - places
