"""Hostile texts and payloads on their whole way, from Azure's answer to the pages: told, never obeyed, never a 500."""
import json
import logging
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.urls import reverse

from tests.dashboard import rows
from tests.journeys import hostile, shown
from tests.journeys.test_pages import reader
from tests.through import through
from tests.troubleshoot.conftest import SUB, hold
from troubleshoot import clock, incidents, judge, logstore, record
from troubleshoot.diagnosis import plain, redact
from troubleshoot.diagnosis.facts import LogAnswer, Place, Verdict, WorkspaceFacts
from troubleshoot.models import Attempt, Deployment, Endpoint, Incident, Log, QuotaRow, Watch, Workspace
from troubleshoot.telemetry import JsonLine
from workers.azure.plain import text

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
CONTAINER = "inference-server"


def everywhere(attempt):
    """Every page that shows something of an attempt, once its incident is followed."""
    incidents.follow(attempt.endpoint_id)
    space, end = attempt.endpoint.workspace.slug, attempt.endpoint.name
    own, whole = address(attempt), reverse("endpoint", args=(space, end))
    found = ["/triage", "/fleet", f"/w/{space}/", f"/w/{space}/quota", "/quota", whole, f"{whole}timeline", own,
             f"/w/{space}/week/2026-W48/", "/triage?state=resolved", "/workspaces/", "/news/", "/account", "/keys",
             f"/search?q={quote(end)}", "/search?q=script", "/search?q=alert+javascript"]
    for number in Incident.objects.filter(endpoint=attempt.endpoint).values_list("id", flat=True):
        found += [reverse(name, args=(number,)) for name in ("incident", "incident-timeline")]
    if attempt.deployment:
        found += [f"{own}/logs/{name}" for name in (CONTAINER, "storage-initializer", "container-events")]
        found += [f"{own}/logs/{CONTAINER}?{asked}" for asked in ("q=script", "min=error", "after=0")]
    return found


def address(attempt):
    """The permanent address of an attempt, as pages write it."""
    where = (attempt.endpoint.workspace.slug, attempt.endpoint.name)
    if attempt.deployment is None:
        return reverse("endpoint-attempt", args=(*where, attempt.number))
    return reverse("attempt", args=(*where, attempt.deployment.name, attempt.number))


def opened(client, paths):
    """The pages, each of them answered, with nothing hidden and no foreign element in it."""
    return {path: harmless(shown.page(client, path), path) for path in paths}


def harmless(page, path):
    """A page in which no text has become markup, a way out, or a character that hides or turns others."""
    assert {ord(one) for one in page.html} & hostile.HIDDEN == set(), path
    assert [one for one in hostile.ELEMENTS if one in page.html] == [], path
    assert [link for link in page.links if "javascript" in link.split("?")[0] or "evil" in link.split("?")[0]] == []
    assert [one for one in page.elements if len(one) > 1] == [], path  # handlers and styles of elements
    return page


def as_file(client, path):
    """The log as a file: text that nothing opens as a page, a table or a script, and that hides nothing."""
    answer = client.get(path)
    text = b"".join(answer.streaming_content).decode()
    assert {ord(one) for one in text} & hostile.HIDDEN == set()
    assert [line for line in hostile.LINES if line.seen not in text] == []
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+\.txt"', answer["Content-Disposition"])


def spoil(way, route, fault, args, **match):
    way.ask("faults", {"match": match | {"route": route}, "fault": fault, "args": args})


def again(way, poll, **where):
    """Look once more at one watch, whatever its rest, and judge; returns it."""
    watch = Watch.objects.filter(poll=poll, **where).first()
    Watch.objects.exclude(id=watch.id).update(due_at=None)
    Watch.objects.filter(id=watch.id).update(due_at=clock.now(), failures=0)
    way.look_at(watch.lane)
    judge.judge_waiting()
    watch.refresh_from_db()
    return watch


def failed(way):
    """A deployment that failed, with its place for the emulator's faults."""
    way.look_at_worst()
    row = Log.objects.filter(attempt__state="Failed", container=CONTAINER, lines__gt=5).order_by("id").first()
    end = row.attempt.endpoint
    return row, {"workspace": end.workspace.name, "group": end.workspace.group, "endpoint": end.name}


def test_each_hostile_line_is_stored_and_shown_as_the_list_says():
    with through(7) as way:
        log, place = failed(way)
        match = place | {"deployment": log.attempt.deployment.name}
        before = log.redacted
        spoil(way, "deployments.get_logs", "content_text", {"text": hostile.console()}, **match)
        again(way, "logs", attempt=log.attempt, container=CONTAINER)
        spoil(way, "operation_status", "error_said", {
            "text": "\n".join(line.said for line in hostile.SENTENCES), "deep": 60})
        again(way, "attempts", attempt=log.attempt)
        log.refresh_from_db()
        stored = [text for _, text in logstore.read(log)]
        assert [line for line in hostile.LINES if not any(line.seen in text for text in stored)] == []
        assert all(len(text.encode()) <= redact.LINE_BYTES for text in stored)
        assert stored[-len(hostile.LINES):][-1].endswith("bytes cut")
        assert log.redacted == before + 1  # one line has the shape of a token; a forged marker is not counted

        client = reader()
        pages = opened(client, everywhere(log.attempt))
        whole = pages[f"{address(log.attempt)}/logs/{CONTAINER}"].text
        assert [line for line in hostile.LINES if line.seen not in whole] == []
        assert "<script>alert(1)</script>" in pages[address(log.attempt)].text
        as_file(client, f"{address(log.attempt)}/logs/{CONTAINER}?format=txt")


def test_what_a_script_prints_weighs_less_than_what_azure_says():
    with through(7) as way:
        log, place = failed(way)
        best = plain.load(Verdict, log.attempt.verdict.data).best
        lines = "\n".join(line.said for line in hostile.LINES if line.number in (25, 26))
        spoil(way, "deployments.get_logs", "content_text", {"text": f"Container logs:\n{lines}\n"},
              **place | {"deployment": log.attempt.deployment.name})
        again(way, "logs", attempt=log.attempt, container=CONTAINER)
        now = plain.load(Verdict, Attempt.objects.get(id=log.attempt_id).verdict.data).best
        assert best is not None and now is not None and now.cause == best.cause


def test_each_odd_payload_of_azures_hurts_no_page_and_loses_nothing():
    with through(7) as way:
        log, place = failed(way)
        client, end = reader(), log.attempt.endpoint
        lists = {"workspace": place["workspace"], "group": place["group"]}
        counts = Endpoint.objects.count(), Deployment.objects.count(), Attempt.objects.count()
        for number, route, fault, args, told in hostile.PAYLOADS:
            poll = {"usages": "usages", "operation_status": "attempts", "computes.list": "computes"}.get(
                route, "endpoints")
            where = {"usages": {}, "attempts": {"attempt": log.attempt}}.get(poll, {"workspace": end.workspace})
            spoil(way, route, fault, args, **(lists if "workspace" in where else {}))
            watch = again(way, poll, **where)
            pages = opened(client, ["/fleet", "/triage", "/quota", address(log.attempt), f"/w/{end.workspace.slug}/"])
            way.ask("faults", method="DELETE")
            assert watch.trouble != "broken", (number, fault, watch.said)
            assert not told or any(told in page.text for page in pages.values()), (number, fault, watch.said)
            again(way, poll, **where)
        assert (Endpoint.objects.count(), Deployment.objects.count(), Attempt.objects.count()) == counts
        assert all(row.used is None or 0 <= row.used < 2**62 for row in QuotaRow.objects.all())


def test_an_error_of_a_hundred_kilobytes_is_told_in_short_and_its_nest_is_walked_to_an_end():
    with through(7) as way:
        log, place = failed(way)
        spoil(way, "operation_status", "error_said", {"text": hostile.HTML, "deep": 50})
        again(way, "attempts", attempt=log.attempt)
        pages = opened(reader(), everywhere(log.attempt))
        assert len(pages[address(log.attempt)].html) < 900_000
        assert len(pages["/triage"].html) < 900_000


def test_ten_thousand_deployments_of_one_endpoint_are_read_or_said_to_be_too_many():
    with through(7) as way:
        log, place = failed(way)
        spoil(way, "deployments.list", "many_items", {"count": 10_000}, **place)
        before = Deployment.objects.count()
        watch = again(way, "endpoints", workspace=log.attempt.endpoint.workspace)
        assert Deployment.objects.count() == before + 10_000 or watch.said
        opened(reader(), ["/fleet", "/triage", address(log.attempt)])


def read_log(text):
    """One more answer to the request for the log of the one deployment that there is."""
    Watch.objects.filter(poll="logs").update(due_at=clock.now())
    record.log_answer(hold("logs", container=CONTAINER), LogAnswer(CONTAINER, "", f"Container logs:\n{text}"))
    return Log.objects.get(container=CONTAINER)


@pytest.fixture
def one(azure):
    """A deployment that failed, whose log is still read."""
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    return Log.objects.get(container=CONTAINER)


def test_a_line_of_ten_megabytes_and_a_million_lines_are_bounded_and_told(one):
    read_log("x" * 10_000_000)
    line = logstore.read(one)[-1][1]
    assert re.search(r"… 99\d{5} bytes cut$", line) and len(line.encode()) <= redact.LINE_BYTES
    read_log("\n".join(f"line {n}" for n in range(1_000_000)))
    stored = logstore.read(one)
    assert stored[-1][1] == "line 999999" and len(stored) < 30_000
    log = read_log("\n" * 50_000 + "the end")
    assert logstore.read(log)[-1][1] == "the end"
    judge.judge_waiting()
    pages = opened(reader(), everywhere(log.attempt))
    assert len(pages[f"{address(log.attempt)}/logs/{CONTAINER}"].html) < 6_000_000
    assert "980,000" in "".join(seam["reason"].replace("\xa0", " ") for seam in log.gaps)


def test_an_error_that_two_reads_cut_in_half_is_told_all_the_same(one):
    first, second = hostile.SPLIT
    read_log(first)
    read_log(f"{first}\n{second}")
    judge.judge_waiting()
    assert Attempt.objects.get(id=one.attempt_id).verdict.cause == "script-import-error"


def test_a_recursion_of_a_thousand_frames_is_stored_whole_and_shown_folded(one):
    log = read_log(hostile.FRAMES)
    judge.judge_waiting()
    assert log.lines == 2002
    pages = opened(reader(), everywhere(log.attempt))
    assert pages[f"{address(log.attempt)}/logs/{CONTAINER}"].html.count("<details") < 20
    assert len(pages[address(log.attempt)].html) < 300_000


def test_a_workspace_with_names_longer_than_any_column_has_a_page(azure):
    place = Place(SUB, "g" * 3000, "w" * 3000)
    record.workspaces(hold("workspaces"), [WorkspaceFacts(place, location="l" * 3000)], (), timedelta(minutes=5))
    row = Workspace.objects.get(name="w" * 3000)
    opened(reader(), ["/fleet", f"/w/{row.slug}/", f"/w/{row.slug}/quota"])


def test_in_a_ticket_a_quotation_stands_between_fences_that_it_cannot_close(db):
    said = "\n".join(rows.IMPORT_LOG).replace("'lightgbm'", f"'lightgbm' ````` {hostile.MARKUP}")
    page = shown.Shown(reader().post("/explain", {"text": said}).content.decode())
    ticket = page.text[page.text.index("Show that text"):]
    fence = re.search(r"\n(`{3,})\n.*?@channel.*?\n\1\n", ticket, re.S)
    assert fence and len(fence[1]) == 6
    harmless(page, "/explain")


def test_a_name_cannot_begin_a_line_of_our_own_log():
    said = logging.LogRecord("x", logging.INFO, "", 0, "looked at %s", ("x\n2026 INFO admin login ok\x1b[2J",), None)
    line = JsonLine().format(said)
    assert line.isprintable() and json.loads(line)["message"].startswith("looked at x")


@pytest.mark.parametrize("name", hostile.NAMES[62])
def test_a_hostile_name_is_text_everywhere_and_leads_to_its_own_page(azure, at, name):
    name = text(name)  # as the client hands it on
    azure.endpoint(name, tags=(("owner", name), ("team", name)))
    azure.deployment(name, name, state="Failed", instance_type=name, model=name, environment=name)
    azure.look()
    judge.judge_waiting()
    attempt = Attempt.objects.get(deployment__isnull=False)
    assert attempt.deployment.name.isprintable()
    opened(reader(), everywhere(attempt))
    assert Workspace.objects.count() == 1
