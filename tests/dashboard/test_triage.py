"""The triage page: who comes first, what is said of production traffic, and what to do first."""
import re

import pytest

from tests.dashboard import rows
from troubleshoot import inhand
from troubleshoot.diagnosis.facts import Evidence, Finding, Step
from troubleshoot.models import Attempt, Channel, Deployment, Endpoint, Incident, Notice, Person, Workspace

FIX = Finding("cause", "It stopped", "Kind", "certain", "container_start",
              (Evidence("operation error", "quoted", 1),), steps=(Step("Mend it", "", "az ml x -g g -w w"),))


def hurt(space, name, weight, ready_once=False, state="Failed", began=60, sibling=False, **fields):
    """An endpoint with a deployment `green` that went wrong; with `sibling`, blue is ready beside it."""
    end = rows.endpoint(space, name, {"green": weight, **({"blue": 100 - weight} if sibling else {})})
    if sibling:
        rows.verdict(rows.attempt(rows.deployment(end, "blue"), "Succeeded", began=500))
    one = rows.deployment(end, "green", state, weight=weight, ready_once=ready_once)
    update = {"kind": "update", "first_provisioning": False} if ready_once else {}
    row = rows.attempt(one, state, began=began, **(update | fields))
    rows.verdict(row, FIX if state == "Failed" else None)
    return row


def see(client, path="/triage"):
    """The page, with plain blanks, of the incidents as the rows say."""
    rows.follow()
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def names(client, path="/triage"):
    """The endpoints of the list in their order."""
    return re.findall(r'<a class="n"[^>]*>([\w-]+)', see(client, path))


def fact(client, sel, name):
    """The value and second line of one of the four facts."""
    text = see(client, f"/triage?sel={sel}")
    found = re.search(rf"<dt>{name}</dt><dd class=\"(\w*)\">(.*?)<small>(.*?)</small>", text)
    return tuple(re.sub(r"<[^>]+>", "", one) for one in found.groups()[1:])


@pytest.fixture
def many(fleet):
    """One of each rank, made in the wrong order."""
    space = fleet["risk"]
    hurt(space, "stuck", 0, state="Creating", began=200)
    hurt(space, "quiet-new", 0, began=30)
    hurt(space, "quiet-old", 0, began=300)
    hurt(space, "unsure", 100, ready_once=True, began=500)
    hurt(space, "down-new", 50, began=40, sibling=True)
    hurt(space, "down-old", 90, began=400, sibling=True)
    hurt(space, "young", 0, state="Creating", began=20)
    return space


def test_affected_stands_above_not_known_above_not_affected_above_long_runs_and_the_oldest_first(many, ada):
    assert names(ada) == ["down-old", "down-new", "unsure", "quiet-old", "churn-scorer", "quiet-new", "stuck"]


def test_the_sentence_counts_endpoints_and_says_how_many_are_healthy(many, ada):
    text = see(ada, "/triage")
    assert "<h1>2 endpoints are failing production traffic</h1>" in text
    assert "<title>2 endpoints are failing production traffic · Endpoint Triage</title>" in text
    assert "Whether 1 more is failing is not known." in text
    assert "1 of 9 endpoints is healthy." in text


def test_production_traffic_is_said_in_words_with_the_split(many, ada):
    assert fact(ada, "mlw-risk/down-old/green", "Production traffic") == ("Affected", "green 90 %, blue 10 %")
    assert fact(ada, "mlw-risk/unsure/green", "Production traffic") == ("Not known", "green 100 %")
    assert fact(ada, "mlw-growth/churn-scorer/green", "Production traffic") == (
        "Not affected", "green 0 %, blue serves 100 %")


def test_a_failed_update_is_never_called_affected_although_nothing_ready_was_seen(fleet, ada):
    row = hurt(fleet["risk"], "late", 100, kind="update", first_provisioning=False)
    assert not Deployment.objects.get(id=row.deployment_id).ready_once
    assert fact(ada, "mlw-risk/late/green", "Production traffic")[0] == "Not known"
    assert "Traffic not known" in ada.get("/fleet").content.decode()


def test_since_is_a_duration_and_a_clock_time(many, ada):
    assert fact(ada, "mlw-growth/churn-scorer/green", "Since") == ("66 min", "02:04 UTC")


def test_nobody_is_visible_as_such_until_somebody_takes_it(many, ada):
    assert fact(ada, "mlw-risk/quiet-new/green", "Who has it") == ("Nobody", "no notice was sent")
    assert see(ada).count('warn">Nobody has it</b>') == 7  # the rows; the facts say it of the chosen one
    assert "owned by jonas.weber, Growth DS" in see(ada)
    one = Incident.objects.get(endpoint__name="quiet-new")
    inhand.take(one.id, Person.objects.get(username="ada"), rows.NOW)
    assert fact(ada, "mlw-risk/quiet-new/green", "Who has it") == ("ada", "since 03:10 UTC")


def test_who_was_paged_is_said_where_nobody_has_it(many, ada):
    rows.follow()
    one, made = Incident.objects.get(endpoint__name="quiet-new"), {"made_at": rows.NOW, "due_at": rows.NOW}
    channel = Channel.objects.create(name="on call", kind="slack", address="x", shown="slack.com", made_at=rows.NOW)
    for key, sent in (("a", rows.minutes(20)), ("b", rows.minutes(5)), ("c", None)):
        Notice.objects.create(key=key, channel=channel, incident=one, what="failed", sent_at=sent, **made)
    assert fact(ada, "mlw-risk/quiet-new/green", "Who has it") == ("Nobody", "paged on call 03:05 UTC")
    assert "on call was paged" in see(ada, f"/i/{one.id}")


def test_the_way_back_comes_before_the_fix_and_names_who_takes_over_and_why(many, ada):
    text = see(ada, "/triage?sel=mlw-risk/down-old/green")
    steps = re.findall(r"<h4>(.*?)</h4>", text)
    assert steps[:2] == ["Send all traffic to blue", "Mend it"]
    assert "provisioning Succeeded; serving not measured" in text
    command = re.sub(r"\s*\\\s*", " ", re.sub(r"<[^>]+>|&quot;", "", text))
    assert "az ml online-endpoint update -n down-old --traffic blue=100 green=0 -g rg-mlw-risk -w mlw-risk" in command


def test_no_way_back_is_offered_where_no_other_deployment_is_ready(many, ada):
    Deployment.objects.filter(endpoint__name="down-old", name="blue").update(state="Failed")
    assert "Send all traffic" not in see(ada, "/triage?sel=mlw-risk/down-old/green")


def test_the_evidence_stands_on_the_page_with_its_line_number(ada):
    text = see(ada, "/triage")
    assert re.search(r'href="[^"]+/a/2/logs/inference-server\?line=12#L12" aria-label="Line 12"', text)
    assert "ModuleNotFoundError: No module named &#x27;lightgbm&#x27;<span class=\"evtag\">Evidence 1</span>" in text


def test_the_selected_incident_stands_before_the_list_in_the_document(many, ada):
    text = see(ada, "/triage?sel=mlw-risk/unsure/green")
    one = Incident.objects.get(endpoint__name="unsure")
    assert text.index('class="tdet"') < text.index('class="tlist"')
    assert f'href="/i/{one.id}" aria-current="true"' in text


def test_a_selection_that_is_not_in_the_list_gives_the_first_with_a_note(many, ada):
    text = see(ada, "/triage?sel=mlw-risk/none/green")
    assert "is not there, or not for you" in text
    assert f'aria-label="Incident {Incident.objects.get(endpoint__name="down-old").id}"' in text


def test_what_failed_in_the_last_day_and_is_ready_now_is_resolved_with_its_cause(fleet, ada):
    row = hurt(fleet["risk"], "mended", 100, began=300)
    rows.follow()
    again = rows.attempt(row.deployment, "Succeeded", 2, began=100)
    Deployment.objects.filter(id=row.deployment_id).update(state="Succeeded", latest=again)
    text = see(ada, "/triage?sel=mlw-risk/mended/green")
    assert "Resolved in the last 24 hours" in text
    assert names(ada) == ["churn-scorer", "mended"]
    assert "It stopped" in text and ": Ready again</span>" in text
    assert fact(ada, "mlw-risk/mended/green", "Lasted") == ("3 h 20 min", "ended 23 Nov 01:49 UTC")
    assert "Do this now" not in text


def test_a_late_success_that_has_its_traffic_is_resolved(fleet, ada):
    row = hurt(fleet["risk"], "late", 100, began=300)
    assert names(ada) == ["late", "churn-scorer"]
    Attempt.objects.filter(id=row.id).update(state="Succeeded")
    Deployment.objects.filter(id=row.deployment_id).update(state="Succeeded")
    assert names(ada) == ["churn-scorer", "late"]


def test_a_late_success_without_traffic_is_silent_trouble_with_the_command_that_gives_it_some(fleet, ada):
    row = hurt(fleet["risk"], "late", 0, began=300, sibling=True)
    Attempt.objects.filter(id=row.id).update(state="Succeeded")
    Deployment.objects.filter(id=row.deployment_id).update(state="Succeeded")
    text = see(ada, "/triage?sel=mlw-risk/late/green")
    assert "Became ready after a reported failure, and traffic stayed away" in text
    assert "Send all traffic to green, if it should serve" in text and "Blue serves 100 % now." in text
    assert "&quot;green=100 blue=0&quot;" in text and "It ends by itself" in text


def test_what_was_deleted_stays_a_day_and_what_was_refused_too(fleet, ada):
    gone, old = hurt(fleet["risk"], "gone", 100, began=100), hurt(fleet["risk"], "long-gone", 100, began=60 * 26)
    Deployment.objects.filter(id=gone.deployment_id).update(gone_at=rows.minutes(60))
    Deployment.objects.filter(id=old.deployment_id).update(gone_at=rows.minutes(60 * 25))
    hurt(fleet["risk"], "refused", 0, state="Refused", began=60)
    hurt(fleet["risk"], "long-refused", 0, state="Refused", began=60 * 49)
    Deployment.objects.filter(state="Refused").update(refused=True)
    assert names(ada) == ["churn-scorer", "refused", "gone"]
    assert "Deleted from Azure" in see(ada, "/triage?sel=mlw-risk/gone/green")


def test_an_endpoint_operation_that_failed_is_an_incident_with_a_page(fleet, ada):
    end = rows.endpoint(fleet["risk"], "vnet-probe", state="Failed")
    rows.verdict(rows.attempt(end))
    assert "vnet-probe" in names(ada)
    assert ada.get("/w/mlw-risk/e/vnet-probe/a/1").status_code == 200
    assert "/w/mlw-risk/e/vnet-probe/a/1" in see(ada, "/triage?sel=mlw-risk/vnet-probe")


def test_all_well_says_what_was_checked(fleet, ada):
    Deployment.objects.filter(name="green").delete()
    text = see(ada, "/triage")
    assert "<h1>No endpoint is hurt</h1>" in text
    assert "2 endpoints in 2 workspaces; the oldest poll was" in text.replace("\xa0", " ")


def test_nobody_who_sees_nothing_is_told_of_anything(eve):
    assert "No workspace is shown to you" in see(eve)


def test_a_stale_workspace_is_named_in_the_top_bar_and_counted_in_the_sentence(fleet, ada):
    rows.endpoint(rows.workspace("mlw-labs", polled=41), "idle", {})
    text = see(ada, "/triage")
    assert "1 workspace stale" in text
    assert "The workspace polled longest ago: mlw-labs" in text
    assert re.search(r"endpoints is healthy, 1 not polled for <time [^>]+>41 min</time>", text)


def test_without_a_traffic_map_nothing_is_said_to_be_not_affected(fleet, ada):
    row = hurt(fleet["risk"], "blind", 0)
    Deployment.objects.filter(id=row.deployment_id).update(weight=None)
    end = rows.endpoint(fleet["risk"], "blind-end", state="Failed")
    rows.verdict(rows.attempt(end))
    Endpoint.objects.filter(name__startswith="blind").update(traffic={}, facts={})
    for sel in ("mlw-risk/blind/green", "mlw-risk/blind-end"):
        assert fact(ada, sel, "Production traffic") == ("Not known", "Azure sent no traffic map")
    page = ada.get("/w/mlw-risk/e/blind/d/green/").content.decode()
    assert "Azure sent no traffic map" in page and "no other deployment has traffic" not in page
    assert "still serve" not in page
    assert "<b>2</b> traffic not known" in ada.get("/fleet").content.decode()


def test_a_workspace_that_is_gone_leaves_the_list_after_a_day_and_is_said_to_be_gone_before(fleet, ada):
    hurt(fleet["risk"], "late", 100)
    rows.attempt(rows.deployment(rows.endpoint(fleet["risk"], "moving"), "a", "Creating"), "Creating", began=200)
    mended = hurt(fleet["risk"], "mended", 100, began=300)
    again = rows.attempt(mended.deployment, "Succeeded", 2, began=100)
    Deployment.objects.filter(id=mended.deployment_id).update(state="Succeeded", latest=again)
    Workspace.objects.filter(slug="mlw-risk").update(gone_at=rows.minutes(60))
    assert names(ada) == ["churn-scorer", "late", "mended"]
    assert fact(ada, "mlw-risk/late/green", "Production traffic")[0] == "Over"
    assert "Workspace no longer listed by Azure" in see(ada, "/triage?sel=mlw-risk/late/green")
    assert "0 of 1 endpoint are healthy." in see(ada, "/triage") and "<h1>1 endpoint in 1 " in plain(ada, "/fleet")
    Incident.objects.filter(workspace=fleet["risk"]).update(resolved_at=rows.minutes(60 * 25))
    assert names(ada) == ["churn-scorer"]


def test_what_had_failed_before_the_first_look_is_not_said_to_have_failed_then(fleet, ada):
    unseen = {"ended": None, "started": None, "failed_at": rows.NOW, "recorded_at": rows.NOW, "operation": None,
              "earlier_unseen": True}
    row = hurt(fleet["risk"], "old", 0, **unseen)
    path, sel = "/w/mlw-risk/e/old/d/green/", "mlw-risk/old/green"
    assert fact(ada, sel, "Since") == ("Not known", "first seen 23 Nov 03:10 UTC")
    assert "first seen 23 Nov 03:10 UTC" in re.sub(r"<[^>]+>", "", plain(ada, path))
    assert "first seen" in plain(ada, "/fleet") and "first seen" in plain(ada, "/w/mlw-risk/e/old/")
    Attempt.objects.filter(id=row.id).update(spec=row.spec | {"modified_at": rows.minutes(120).isoformat()})
    assert fact(ada, sel, "Since") == ("2 h 00 min", "01:10 UTC")
    assert "first seen" not in plain(ada, path) + plain(ada, "/fleet") + plain(ada, "/w/mlw-risk/e/old/")
    assert "Azure gave up" not in plain(ada, path)


def test_a_creation_whose_operation_cannot_be_read_is_an_incident_after_ninety_minutes_too(fleet, ada):
    hurt(fleet["risk"], "wedged", 0, state="Creating", began=95, started=None, operation=None)
    hurt(fleet["risk"], "fresh", 0, state="Creating", began=85, started=None, operation=None)
    assert names(ada) == ["churn-scorer", "wedged"]
    assert "Creation has run for longer than 90 min" in see(ada, "/triage")


def test_an_endpoint_that_is_being_made_is_changing_on_both_pages(fleet, ada):
    rows.endpoint(fleet["risk"], "newborn", state="Creating")
    rows.deployment(rows.endpoint(fleet["risk"], "leaving", {}), "a", "Deleting")
    assert "1 of 4 endpoints is healthy." in see(ada, "/triage")
    assert "<b>2</b> changing" in plain(ada, "/fleet") and "<b>1</b> healthy" in plain(ada, "/fleet")


def plain(client, path):
    """The page with plain blanks."""
    return client.get(path).content.decode().replace("\xa0", " ")
