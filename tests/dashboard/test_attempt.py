"""The page of one attempt in its states: known cause, not known, quota, failed update, running, ready, gone."""
import json
import re
from html import unescape

from tests.dashboard import rows
from troubleshoot.diagnosis.facts import ErrorNode, Evidence, Finding, Stage
from troubleshoot.models import Attempt, Deployment, Log, Watch

GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"


def words(client, path):
    """The page's text without its elements, with plain blanks."""
    text = re.sub(r"<(script|svg)\b.*?</\1>", "", client.get(path).content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).replace("\xa0", " ")


def rail(client, path):
    """(class, name) of each stage, in order."""
    text = client.get(path).content.decode()
    return re.findall(r'<li class="([\w-]+)"[^>]*><svg.*?</svg><b>(.*?)</b>', text)


def quota_stop(fleet, used=44, limit=50):
    """green of price asks for more than its family has."""
    end = rows.endpoint(fleet["growth"], "price", {"blue": 100, "green": 0})
    error = ErrorNode("OutOfQuota", "Not enough quota")
    row = rows.attempt(rows.deployment(end, "green", "Failed"), took=1, error=error)
    rows.verdict(row, Finding("quota_upgrade_reserve", "1 × DS3 needs 8 vCPU", "Upgrade reserve", "certain", "quota", (
        Evidence("operation error", "OutOfQuota: Not enough quota", 1),)),
        (Stage("Quota", "stopped", row.started, row.ended),))
    return "/w/mlw-growth/e/price/d/green/"


def test_the_claim_comes_first_and_azures_own_words_whole_but_second(ada):
    text = words(ada, GREEN)
    claim, reported = text.index("score.py imports lightgbm, but"), text.index("What Azure reported")
    assert claim < reported
    assert rows.REPORTED.message in text[reported:]
    assert "This names the symptom, not the cause" in text
    assert "Image, model and quota are fine." in text
    assert "ResourceNotReady, formerly ERR_2200" in text


def test_the_title_is_the_answer(ada):
    assert re.search(r"<title>green failed: score.py imports lightgbm.* · churn-scorer · Endpoint Triage</title>",
                     ada.get(GREEN).content.decode())


def test_the_rail_shows_one_stopped_stage_durations_before_it_and_hollow_ones_behind(ada):
    assert [css for css, _ in rail(ada, GREEN)] == ["done"] * 4 + ["stop"] + ["skip-s"] * 2
    text = words(ada, GREEN)
    assert "stopped after 12 min 29 s" in text
    assert "4 min 42 s" in text


def test_evidence_has_the_same_number_in_the_excerpt_and_in_the_log(ada):
    for path in (GREEN, GREEN + "a/2/logs/inference-server"):
        line = re.search(r'#L12" aria-label="Line 12">12</a><code>(.*?)</code>', ada.get(path).content.decode())[1]
        assert unescape(line).startswith("ModuleNotFoundError: No module named 'lightgbm'")
        assert "Evidence 1" in line


def test_the_same_line_of_every_restart_is_one_piece_of_evidence(fleet, ada):
    end = rows.endpoint(fleet["growth"], "again", {})
    row = rows.attempt(rows.deployment(end, "green", "Failed"))
    rows.log(row, rows.IMPORT_LOG * 3)
    text = "ModuleNotFoundError: No module named 'lightgbm'"
    rows.verdict(row, Finding("c", "t", "k", "certain", "container_start",
                              tuple(Evidence("inference-server", text, n) for n in (12, 30, 48))))
    page = words(ada, "/w/mlw-growth/e/again/d/green/")
    assert "The same again in lines 30, 48." in page
    assert "Evidence 2" not in page
    log = ada.get("/w/mlw-growth/e/again/d/green/a/1/logs/inference-server").content.decode()
    assert log.count("Evidence 1</span>") == 3


def test_the_fix_has_diff_and_commands_that_can_be_pasted_as_they_stand(ada):
    text = ada.get(GREEN).content.decode()
    assert '<span class="add">    - lightgbm</span>' in text
    blocks = re.findall(r"<pre><code>(.*?)</code></pre>", text, re.S)
    plain = [unescape(re.sub(r"<[^>]+>", "", block)) for block in blocks]
    pasted = next(block for block in plain if "environment create" in block)
    one_line = re.sub(r" \\\n\s+", " ", pasted.replace("$ ", ""))
    assert "az ml online-deployment delete -e churn-scorer -n green --yes -g rg-mlw-growth -w mlw-growth" in one_line


def test_a_quoted_argument_is_never_broken_when_a_command_is_folded():
    from dashboard.templatetags.show import fold
    line = "az ml x --query '{state:a --not b, created:c --nor d}' --traffic \"a=1 --b\" -g a-group -w a-workspace"
    folded = fold(line)
    assert " ".join(part.rstrip("\\").strip() for part in folded) == line
    assert any("'{state:a --not b, created:c --nor d}'" in part for part in folded)


def test_the_effect_on_traffic_is_stated(ada):
    assert "Traffic 0 % , blue serves 100 %" in words(ada, GREEN)


def test_the_timeline_is_a_figure_and_a_list_of_the_same(ada):
    text = ada.get(GREEN).content.decode()
    figure = json.loads(re.search(r'<script id="stages-figure" type="application/json">(.*?)</script>', text)[1])
    bars = [trace["y"][0] for trace in figure["data"] if trace["type"] == "bar"]
    assert bars == ["Provisioning", "Image pull", "Model and code", "Container start"]
    colours = {trace["marker"]["color"] for trace in figure["data"] if trace["type"] == "bar"}
    assert colours == {"$ok-solid", "$bad-solid"}
    page = words(ada, GREEN)
    for said in ("Provisioning passed after 4 min 42 s", "LivenessProbeFailed", "green: Failed"):
        assert said in page


def test_attempts_can_be_switched_and_keep_their_address(ada):
    text = ada.get(GREEN).content.decode()
    assert f'href="{GREEN}a/1"' in text
    assert f'<link rel="canonical" href="http://testserver{GREEN}a/2">' in text
    assert "This is an older attempt." in words(ada, GREEN + "a/1")


def test_both_containers_are_tabs_and_the_tab_is_in_the_address(ada):
    text = words(ada, GREEN)
    assert "inference-server 1 evidence line" in text
    other = words(ada, GREEN + "?log=storage-initializer")
    assert "Azure has no log of this container." in other
    assert "There are no logs for this deployment at the moment. Please try again later." in other


def test_prose_of_azure_is_never_a_log_line(ada):
    text = ada.get(GREEN + "a/2/logs/storage-initializer").content.decode()
    assert 'id="L1"' not in text
    assert "There are no logs for this deployment at the moment." in text


def test_one_of_several_instances_is_said_where_there_are_several(fleet, ada):
    assert "Azure does not say which" not in words(ada, GREEN)
    row = fleet["failed"]
    Attempt.objects.filter(id=row.id).update(spec=row.spec | {"instance_count": 3})
    for path in (GREEN, GREEN + "a/2/logs/inference-server"):
        assert "Azure gives the log of one of 3 instances at a time and does not say which" in words(ada, path)
    assert "Azure does not say which" not in words(ada, GREEN + "a/2/logs/storage-initializer")  # it holds no line


def test_a_cause_that_is_not_known_has_no_red_and_no_certainty(fleet, ada):
    end = rows.endpoint(fleet["growth"], "odd", {})
    row = rows.attempt(rows.deployment(end, "v5", "Failed"), took=80)
    rows.verdict(row, None, (Stage("Quota", "no data", note="accepted; no proof"),
                             Stage("Stopped", "stopped", row.started, row.ended, "Azure does not tell the stage"),
                             Stage("Ready", "not reached")), looked_at=(("operation error", "one general sentence"),),
                 first_errors=(Evidence("operation error", "Internal error.", 1),))
    text, page = words(ada, "/w/mlw-growth/e/odd/d/v5/"), ada.get("/w/mlw-growth/e/odd/d/v5/").content.decode()
    assert "Azure reported a failure after 80 min, and nothing collected proves why" in text
    assert 'class="cause is-idle"' in page
    assert "one general sentence" in text
    assert "First error lines" in text and "Evidence 1" not in text
    assert rail(ada, "/w/mlw-growth/e/odd/d/v5/") == [("na", "Quota"), ("stop", "Stopped"), ("skip-s", "Ready")]


def test_a_stop_at_quota_shows_the_sum_and_asks_the_quota_page(fleet, ada):
    path = quota_stop(fleet)
    text, page = words(ada, path), ada.get(path).content.decode()
    assert 'aria-label="2 instances times 4 vCPU is 8 vCPU needed"' in page
    assert 'aria-label="Used 44, this request 8, limit 50"' in page
    assert "Short by 2 vCPU in DSv2" in text
    assert "?ws=mlw-growth&amp;fit=1xStandard_DS3_v2" in page
    assert "There is no log because no container was started." in text


def test_an_attempt_that_runs_says_that_azure_withholds_the_stage(fleet, ada):
    end = rows.endpoint(fleet["growth"], "new", {"blue": 100})
    row = rows.attempt(rows.deployment(end, "green", "Creating"), "Creating", began=6)
    Log.objects.filter(attempt=row).update(last_class="withheld", said="Deployment is in creating state.")
    rows.verdict(row, None, (Stage("Quota", "passed", row.started), Stage(
        "In progress", "running", row.started, note="Azure does not tell the stage"), Stage("Ready", "not reached")))
    text = words(ada, "/w/mlw-growth/e/new/d/green/")
    assert "new / green is being created" in text
    assert "6 min so far; Azure does not tell the stage" in text
    assert "Azure withholds this log" in text
    assert 'data-refresh="10"' in ada.get("/w/mlw-growth/e/new/d/green/").content.decode()


def test_a_failed_update_leads_with_what_is_not_known_and_the_call_that_tells(fleet, ada):
    end = rows.endpoint(fleet["growth"], "ltv", {"main": 100})
    one = rows.deployment(end, "main", "Failed", ready_once=True)
    row = rows.attempt(one, kind="update", first_provisioning=False)
    rows.verdict(row, rows.import_finding("ltv", "main"), rows.stopped())
    text = words(ada, "/w/mlw-growth/e/ltv/d/main/")
    assert "ltv / main failed to update" in text
    assert text.index("Production traffic Not known main 100 %") < text.index("Does main still serve?")
    assert text.index("Does main still serve?") < text.index("Cause of the failed update")
    assert "az ml online-endpoint invoke -n ltv" in text and "--deployment-name main" in text


def test_a_ready_one_does_not_claim_that_it_serves(ada):
    assert "Provisioning state Succeeded. Whether it answers requests is not measured here." in words(
        ada, "/w/mlw-growth/e/churn-scorer/d/blue/")


def test_what_was_deleted_keeps_its_page_and_its_log(fleet, ada):
    Deployment.objects.filter(name="green").update(gone_at=rows.minutes(30))
    text = words(ada, GREEN)
    assert "Deleted from Azure on 23 Nov 02:40:00 UTC. What was collected before is kept here." in text
    assert "Poll now" not in text
    assert "ModuleNotFoundError" in words(ada, GREEN + "a/2/logs/inference-server")


def test_a_refusal_at_submit_has_a_page_and_nothing_to_poll(fleet, ada):
    one = rows.deployment(rows.endpoint(fleet["growth"], "try", {}), "a", "", refused=True)
    rows.verdict(rows.attempt(one, "Refused", took=0))
    text = words(ada, "/w/mlw-growth/e/try/d/a/")
    assert "try / a was refused at submit" in text
    assert "Azure refused the request: no container was started" in text
    assert "Poll now" not in text


def test_attempts_from_before_the_first_look_are_said_to_be_unseen(fleet, ada):
    Attempt.objects.filter(deployment__name="green", number=1).update(earlier_unseen=True)
    assert "earlier attempts were not seen" in words(ada, GREEN + "a/1")


def test_what_could_not_be_read_is_named_with_azures_words(fleet, ada):
    Watch.objects.filter(poll="logs").update(trouble="denied", said="does not have authorization to perform getLogs")
    assert "does not have authorization to perform getLogs" in words(ada, GREEN)


def test_an_attempt_without_a_verdict_yet_says_so(fleet, ada):
    fleet["failed"].verdict.delete()
    assert "Not diagnosed yet" in words(ada, GREEN)


def test_poll_now_makes_every_watch_of_the_attempt_due(fleet, ada):
    Watch.objects.update(due_at=None, parked_at=rows.NOW)
    answer = ada.post(GREEN + "a/2/poll", follow=True)
    assert answer.redirect_chain == [(GREEN + "a/2", 302)]
    assert "Azure is asked again now" in answer.content.decode()
    assert not Watch.objects.filter(attempt=fleet["failed"]).exclude(due_at=rows.NOW, parked_at=None).exists()


def test_an_operation_id_leads_to_its_attempt(fleet, ada):
    assert ada.get(f"/op/{fleet['failed'].operation_id}")["Location"] == GREEN + "a/2"


def notes(client, path):
    """The texts that stand in the chart of an attempt page."""
    found = re.search(r'<script id="stages-figure" type="application/json">(.*?)</script>',
                      client.get(path).content.decode())
    drawn = json.loads(found[1])["layout"]["annotations"] if found else []
    told = [one["text"] for one in drawn if "y" not in one or one["y"] == 1]  # not those inside bars
    return [one for one in told if "in the list" not in one]


def test_the_chart_names_the_end_by_its_state_and_draws_none_that_is_not_known(fleet, ada):
    row = fleet["failed"]
    for state, said in (("Failed", ["Azure gave up"]), ("Canceled", ["cancelled"]), ("Refused", ["refused"])):
        Attempt.objects.filter(id=row.id).update(state=state)
        assert notes(ada, GREEN) == said
    Attempt.objects.filter(id=row.id).update(state="Failed", ended=None, failed_at=row.recorded_at)
    assert notes(ada, GREEN) == []


def test_a_running_operation_of_the_endpoint_is_not_said_to_have_withheld_logs(fleet, ada):
    end = rows.endpoint(fleet["growth"], "young", state="Creating")
    rows.attempt(end, "Creating", began=6)
    text = words(ada, "/w/mlw-growth/e/young/a/1")
    assert "An operation of the endpoint itself has no stages and no logs." in text and "withhold" not in text
    one = rows.attempt(rows.deployment(end, "a", "Updating"), "Updating", began=6)
    assert "withholds" not in words(ada, "/w/mlw-growth/e/young/d/a/")
    Attempt.objects.filter(id=one.id).update(state="Creating")
    assert "Azure withholds the logs while it creates" in words(ada, "/w/mlw-growth/e/young/d/a/")


def test_a_log_that_is_not_there_is_laid_to_a_deletion_only_where_there_was_one(fleet, ada):
    Log.objects.update(last_class="gone", said="")
    path = GREEN + "?log=storage-initializer"
    assert "Azure answers that this log is not there." in words(ada, path)
    Deployment.objects.filter(name="green").update(gone_at=rows.minutes(30))
    assert "The deployment was deleted before a log could be read." in words(ada, path)


def test_logs_are_read_when_there_were_logs_and_else_only_asked_for(fleet, ada):
    assert "Both containers, read 1 min ago Open" in words(ada, GREEN)
    Log.objects.update(last_class="withheld", logs_at=rows.minutes(20), read_at=rows.minutes(2))
    assert "Both containers, read 20 min ago , asked 2 min ago" in words(ada, GREEN)
    Log.objects.update(logs_at=None)
    assert "Both containers, asked 2 min ago" in words(ada, GREEN)


def test_only_the_newest_attempt_can_be_polled_now(ada):
    assert "Poll now" in words(ada, GREEN + "a/2")
    assert "Poll now" not in words(ada, GREEN + "a/1")


def test_the_list_of_what_happened_leaves_out_that_a_stage_began_where_it_says_how_it_ended(fleet, ada):
    text = words(ada, GREEN)
    assert "Image pull passed after 1 min 21 s" in text and "Image pull began" not in text
    assert "Quota began" in text  # its end is not told
