"""From the emulator to the pages, by HTTP client: what Azure said stands there, and nothing that it did not say."""
import re
from html import unescape

import pytest
from django.test import Client

from tests.through import through
from troubleshoot import clock, logstore
from troubleshoot.models import Attempt, Deployment, Log, Person, QuotaRow

pytestmark = pytest.mark.django_db
PROSE = ("logs can't be retrieved", "There are no logs for this deployment")


def reader():
    client = Client()
    client.force_login(Person.objects.create_user("ada", password="x" * 16, sees_all=True))
    return client


def address(attempt):
    one, endpoint = attempt.deployment, attempt.endpoint
    below = f"d/{one.name}/" if one else ""
    return f"/w/{endpoint.workspace.slug}/e/{endpoint.name}/{below}a/{attempt.number}"


def body(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(unescape(answer.content.decode()).split())


def watch(way, minutes=36):
    way.look()
    while minutes > 0:
        way.advance(min(6, minutes))
        way.look(healthy=False)
        minutes -= 6


def told(row):
    """A row of Azure's usages as the key and the figures that we keep."""
    dedicated = "lowprioritycores" not in row["type"].lower()
    parts = row["id"].lower().split("/")
    owner = {word: parts[parts.index(word) + 1] for word in ("resourcegroups", "workspaces") if word in parts}
    workspace = "/".join(owner.values())
    name = row["name"]["value"].lower().replace(" ", "").replace("_", "")
    return (name, dedicated, workspace), (row["currentValue"], row["limit"])


def everything_stored():
    """Every text in every table of ours, log chunks unpacked."""
    from django.apps import apps

    for model in apps.get_app_config("troubleshoot").get_models():
        yield from (str(row) for row in model.objects.values())
    for log in Log.objects.all():
        yield from (text for _, text in logstore.read(log))


@pytest.mark.postgres
def test_a_fleet_from_the_first_poll_to_every_page():
    with through(4) as way:
        watch(way)
        client, book = reader(), way.book()

        # every failed attempt has a page that names its cause, quotes it, and gives a command
        for attempt in Attempt.objects.filter(state__in=("Failed", "Canceled", "Refused")).select_related(
                "verdict", "deployment", "endpoint__workspace"):
            page = body(client, address(attempt))
            assert (attempt.verdict.title or "not known") in page
            if attempt.verdict.cause and attempt.deployment:
                assert "az ml" in page and attempt.endpoint.name in page

        # what Azure deleted keeps its page and its logs
        gone = [one for one in Deployment.objects.exclude(gone_at=None).filter(refused=False) if one.latest]
        assert gone
        for one in gone:
            kept = Log.objects.get(attempt=one.latest, container="inference-server")
            assert kept.lines > 5
            page = body(client, address(one.latest) + "/logs/inference-server")
            assert logstore.read(kept)[-1][1].split(" ", 2)[-1][:60] in page
            assert "deleted" in body(client, address(one.latest)).lower()

        # the sentences of Azure are answers, never log lines
        for log in Log.objects.all():
            assert not [text for _, text in logstore.read(log) if any(said in text for said in PROSE)]

        # every figure of the quota pages is the book's
        clock.hold(clock.now())
        figures = {}
        for region in book["usages"]:
            for row in region["rows"]:
                key, value = told(row)
                figures[(region["subscription"].lower(), region["location"].lower(), *key)] = value
        ours = {(row.region.subscription, row.region.name, row.family, row.kind != "low_priority", row.workspace):
                (row.used, row.limit) for row in QuotaRow.objects.select_related("region")}
        assert len(figures) > 50
        assert {key: ours.get(key) for key in figures} == figures
        page = body(client, "/quota")
        for used, limit in figures.values():
            assert used is None or f"{used:,}" in page
            assert limit in (None, -1) or f"{limit:,}" in page

        # no secret that a container printed was kept
        kept = "\n".join(everything_stored())
        assert book["secrets"] and [secret for secret in book["secrets"] if secret in kept] == []

        # triage lists what failed; the fleet names every endpoint
        fleet = body(client, "/fleet")
        for one in book["deployments"]:
            if one["state"] == "Failed":
                name = one["place"]["endpoint"]
                assert re.search(rf'class="n"[^>]*>{name} <span>/ ', body(client, f"/triage?q={name}")), name
            if one["state"]:
                assert one["place"]["endpoint"] in fleet

        # and all of it was read, nothing else
        way.ask("faults", {"match": {"route": "endpoints.list"}, "fault": "not_registered"})
        way.advance(10)
        way.look(rounds=2)
        calls = way.ask("calls")
        assert calls["forbidden"] == []
        assert all(call.startswith("GET ") or call == "POST deployments.get_logs" for call in calls["counts"])


def test_two_and_three_wordings_of_a_refusal_at_submit_are_explained():
    """The row of the activity log comes up to twenty minutes late; where there is none, there is nothing to poll."""
    with through(5) as way:
        watch(way, 42)
        book = way.book()
        with_row = [one for one in book["refused"] if one["row"]]
        without = [one for one in book["refused"] if not one["row"]]
        assert with_row and without
        for one in with_row:
            attempt = Attempt.objects.get(state="Refused", deployment__name=one["place"]["deployment"],
                                          endpoint__name=one["place"]["endpoint"])
            assert attempt.verdict.cause in one["expected"]["causes"]
            assert "delete" not in body(reader(), address(attempt)).split("What Azure reported")[0].split("Fix")[-1]
        for one in without:
            assert not Deployment.objects.filter(name=one["place"]["deployment"],
                                                 endpoint__name=one["place"]["endpoint"], refused=True).exists()
