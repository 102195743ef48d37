"""The page of a running attempt: when Azure can say that it failed, what that rests on, and whether to stop now."""
import re
from datetime import timedelta

import pytest

from tests.dashboard import rows
from tests.dashboard.test_attempt import rail, words
from troubleshoot.boards import axis
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import DeploymentFacts, Event, Evidence, Finding, Place, Probe, Stage
from troubleshoot.diagnosis.recorded import Restart
from troubleshoot.models import Attempt, Deployment, Log, Verdict

PATH = "/w/mlw-growth/e/demand/d/green/"
WITHHELD = "Deployment is in deleting or creating state so logs can't be retrieved."
SPEC = plain.dump(DeploymentFacts(
    Place(rows.SUB, "rg-mlw-growth", "mlw-growth", "demand", "green"), instance_type="Standard_D4as_v4",
    instance_count=1, environment="azureml:demand-env:9", model="azureml:demand-lgbm:31"))


def stages(began, container=398.0, probes=440.0):
    """The rail of an earlier attempt that became ready."""
    at = rows.minutes(began)
    return (Stage("Quota", "passed", at), Stage("Provisioning", "passed", at, at + timedelta(seconds=200)),
            Stage("Image pull", "passed", at + timedelta(seconds=200), at + timedelta(seconds=container)),
            Stage("Container start", "passed", at + timedelta(seconds=container), at + timedelta(seconds=probes)),
            Stage("Probes", "passed", at + timedelta(seconds=probes), at + timedelta(seconds=probes + 80)),
            Stage("Ready", "passed", ended=at + timedelta(seconds=probes + 100)))


def earlier(one, count=6, state="Succeeded", took=9, **fields):
    """Attempts of a deployment on the days before."""
    for number in range(1, count + 1):
        began = 20_000 - 1440 * number
        row = rows.attempt(one, state, number, began, took=took, **({"spec": SPEC} | fields))
        rows.verdict(row, stages=stages(began) if state == "Succeeded" else ())


def demand(fleet):
    """A deployment green of the endpoint demand beside a blue that serves."""
    end = rows.endpoint(fleet["growth"], "demand", {"blue": 100, "green": 0})
    return rows.deployment(end, "green", "Creating")


def running(one, number=20, began=6, state="Creating", **fields):
    """The attempt that runs, with logs that Azure withholds and the short rail."""
    row = rows.attempt(one, state, number, began, **({"spec": SPEC} | fields))
    Log.objects.filter(attempt=row).update(last_class="withheld", said=WITHHELD, read_at=rows.minutes(0.2))
    rows.verdict(row, stages=(
        Stage("Quota", "passed", row.started),
        Stage("In progress", "running", row.started, note="Azure does not tell the stage"),
        Stage("Ready", "not reached")))
    return row


def test_each_moment_has_a_row_that_says_what_it_rests_on(fleet, ada):
    one = demand(fleet)
    earlier(one)
    earlier(rows.deployment(one.endpoint, "old"), 2, "Failed", took=41)
    running(one)
    text = words(ada, PATH)
    assert "6 min of usually 9 min; no crash is expected to be reported before 03:15 UTC" in text
    assert ("Earliest for a crash 03:15 Fastest way to container start here, 6 min 38 s (6 earlier creations of this "
            "deployment), and 310 s that the liveness probe allows: 10 s delay, 30 failures, 10 s apart") in text
    assert "Usually ready 03:13 Median of 6 earlier creations of this deployment that became ready" in text
    assert "Latest 04:58 114 min, the longest that was ever reported anywhere. Azure states no limit" in text
    assert "Failure, latest 04:58 , none known later" in text
    assert "Longest failure here" not in text


def test_a_short_history_leaves_out_what_is_usual_and_counts_from_the_probe_alone(fleet, ada):
    one = demand(fleet)
    earlier(one, 4)
    running(one)
    text = words(ada, PATH)
    assert "Usually ready" not in text
    assert "Usually not known , needs 5 earlier creations" in text
    assert "Earliest for a crash 03:09 passed The start of the attempt, and 310 s" in text
    assert "How fast a container starts here is not known yet" in text


def test_failures_of_other_deployments_of_this_size_and_environment_count_where_its_own_are_few(fleet, ada):
    one = demand(fleet)
    earlier(rows.deployment(one.endpoint, "old", instance_type="Standard_D4as_v4"), 3, "Failed", took=41)
    running(one)
    text = words(ada, PATH)
    assert ("Longest failure here 03:45 41 min, the longest of 3 earlier creations of this size and environment in "
            "this workspace that failed") in text


def test_the_rail_guesses_no_stage_and_says_the_usual_time(fleet, ada):
    one = demand(fleet)
    earlier(one)
    running(one)
    assert [name for _, name in rail(ada, PATH)] == ["Quota", "In progress", "Ready"]
    assert "6 min so far, usually 9 min; Azure does not tell the stage" in words(ada, PATH)


def test_a_withheld_log_is_shown_as_an_answer_that_means_nothing_about_the_container(fleet, ada):
    running(demand(fleet))
    text = words(ada, PATH)
    assert f"inference-server log {WITHHELD} Azure's sentence is an answer, not a log: it means nothing" in text
    assert "storage-initializer log the same sentence" in text
    assert "whether one is attached is not told. Without one, the clock for a crash does not run." in text


def test_a_deletion_is_said_to_wait_for_the_running_creation_and_not_more_than_is_known_of_an_update(fleet, ada):
    row = running(demand(fleet))
    text = words(ada, PATH)
    assert "Stop it now? Nothing known says that it cannot succeed. A deletion would not shorten it" in text
    Attempt.objects.filter(id=row.id).update(state="Updating", kind="update")
    assert "as it does while it creates, is not known" in words(ada, PATH)


def test_what_comes_at_the_end_is_written_before_it(fleet, ada):
    running(demand(fleet))
    text = words(ada, PATH)
    assert "Both logs are asked for every 30 s for 10 min, because they can appear late." in text
    assert "When it goes on Triage lists it as slower than usual once it runs longer than 95 % of its own" in text
    assert "or than 90 min where there are fewer than 5" in text


def test_what_was_asked_for_stands_on_the_page(fleet, ada):
    running(demand(fleet), spec=SPEC | {"liveness": plain.dump(Probe(600, 5, 2, 1, 10))})
    text = words(ada, PATH)
    for said in ("Size 1 × Standard_D4as_v4", "Environment demand-env:9", "Model demand-lgbm:31",
                 "lets it be silent for 10 min 50 s", "650 s that the liveness probe allows: 600 s delay"):
        assert said in text


def test_a_latest_moment_that_has_passed_is_said_on_the_page_and_in_triage(fleet, ada):
    running(demand(fleet), began=130)
    text = words(ada, PATH)
    assert "Creating for 2 h 10 min, longer than any failure that is known" in text
    assert "It runs longer than any failure that is known." in text
    rows.follow()
    assert "demand" in words(ada, "/triage").partition("Slower than usual")[2]


def test_at_the_end_the_same_address_is_the_ordinary_page(fleet, ada):
    row = running(demand(fleet))
    part = {"HX-Request": "true"}
    assert "When can Azure say that it failed?" in ada.get(PATH, headers=part).content.decode()
    Attempt.objects.filter(id=row.id).update(state="Succeeded", ended=rows.NOW)
    after = ada.get(PATH, headers=part).content.decode()
    assert "When can Azure say that it failed?" not in after
    assert "It became ready" in after


@pytest.mark.parametrize("fields", [{"started": None}, {"state": "Deleting"}])
def test_no_clock_ticks_where_its_start_is_not_told_or_it_is_deleted(fleet, ada, fields):
    running(demand(fleet), **fields)
    assert "When can Azure say" not in words(ada, PATH)


def test_no_clock_ticks_for_what_is_gone_or_has_a_newer_attempt(fleet, ada):
    one = demand(fleet)
    running(one, 1)
    Deployment.objects.filter(id=one.id).update(gone_at=rows.NOW)
    assert "When can Azure say" not in words(ada, PATH)
    Deployment.objects.filter(id=one.id).update(gone_at=None)
    running(one, 2)
    assert "When can Azure say" not in words(ada, PATH + "a/1")
    assert "When can Azure say" in words(ada, PATH)


def broken(fleet, before="Succeeded", cause="script-import-error", certainty="certain", at=4):
    """An update whose readable log holds a cause, behind a start of the container some minutes ago."""
    one = demand(fleet)
    rows.verdict(rows.attempt(one, before, 1, began=3000, spec=SPEC))
    row = rows.attempt(one, "Updating", 2, began=6, kind="update", spec=SPEC)
    rows.log(row, rows.IMPORT_LOG)
    rows.verdict(row, Finding(
        cause, "score.py imports lightgbm, which is not installed", "Missing package", certainty, "container_start",
        (Evidence("inference-server", "ModuleNotFoundError: No module named 'lightgbm'", 12),)),
        (Stage("Quota", "passed", row.started), Stage("Container start", "running", rows.minutes(at))),
        restarts=(Restart("inference-server", 1, 1, rows.minutes(at)),))
    return row


def test_a_readable_log_of_its_own_that_proves_it_says_stop_now(fleet, ada):
    broken(fleet)
    text = words(ada, PATH)
    assert "In progress, but it cannot succeed score.py imports lightgbm" in text
    assert "Stop now: this cannot succeed" in text
    assert "Line 12 of inference-server : ModuleNotFoundError" in text
    assert f'href="{PATH}a/2/logs/inference-server?line=12#L12"' in ada.get(PATH).content.decode()


@pytest.mark.parametrize("less", [
    {"certainty": "likely"}, {"cause": "startup-auth-storage"}, {"before": "Failed"}, {"at": 7}])
def test_less_than_that_never_says_stop_now(fleet, ada, less):
    broken(fleet, **less)
    text = words(ada, PATH)
    assert "cannot succeed" not in text.replace("does not prove that it cannot succeed", "")
    assert "What was found so far does not prove that it cannot succeed." in text


def test_a_container_that_is_known_to_run_moves_the_clock(fleet, ada):
    row = running(demand(fleet), state="Creating", events=[plain.dump(Event("Started", at=rows.minutes(2)))])
    Verdict.objects.filter(attempt=row).delete()
    rows.verdict(row, stages=(Stage("Container start", "passed", rows.minutes(3), rows.minutes(2)),
                              Stage("Probes", "running", rows.minutes(2)), Stage("Ready", "not reached")))
    text = words(ada, PATH)
    assert "Earliest for a crash 03:13 The start of its container, which is told" in text
    assert "one is attached; Azure tells of its container." in text


def test_names_of_azure_are_escaped(fleet, ada):
    hostile = "azureml:<script>alert(1)</script>:9"
    row = running(demand(fleet), spec=SPEC | {"environment": hostile})
    Log.objects.filter(attempt=row).update(said="<img src=x onerror=alert(1)>")
    text = ada.get(PATH).content.decode()
    assert "<script>alert" not in text and "<img src=x" not in text


def test_a_running_page_costs_at_most_twelve_queries_whatever_the_history(fleet, ada, django_assert_max_num_queries):
    one = demand(fleet)
    earlier(rows.deployment(one.endpoint, "old", instance_type="Standard_D4as_v4"), 12)
    running(one)
    with django_assert_max_num_queries(12):
        ada.get(PATH)


def test_a_slow_stage_is_marked_on_the_page_of_an_attempt_that_is_over(fleet, ada):
    one = demand(fleet)
    earlier(one)
    row = rows.attempt(one, "Succeeded", 20, began=80, spec=SPEC)
    rows.verdict(row, stages=stages(80, container=1000.0, probes=1010.0))
    text = ada.get(PATH).content.decode()
    assert re.search(r'class="slow"><span class="sr">passed, </span>13\xa0min\xa020\xa0s, usually 3\xa0min', text)
    assert text.count('class="slow"') == 1
    assert "Image pull passed after 13 min 20 s usually 3 min" in words(ada, PATH)


def test_the_axis_is_to_scale_and_cut_before_what_is_far():
    drawn = axis.draw([("started", "started", "12:31", 0), ("now", "now", "12:37", 370),
                       ("usual", "usually ready", "12:40", 540), ("earliest", "earliest", "12:43", 708),
                       ("longest", "longest here", "13:12", 2460), ("latest", "latest", "14:25", 6840)])
    at = {mark.key: float(mark.x[:-1]) for mark in drawn.marks}
    assert at["usual"] / at["now"] == pytest.approx(540 / 370, rel=0.01)
    assert at["earliest"] / at["now"] == pytest.approx(708 / 370, rel=0.01)
    cuts = [float(cut[:-1]) for cut in drawn.cuts]
    assert at["earliest"] < cuts[0] < at["longest"] < cuts[1] < at["latest"] <= 98
    assert all(mark.labelled for mark in drawn.marks)


def test_the_axis_has_no_cut_where_all_is_near():
    drawn = axis.draw([("started", "started", "12:31", 0), ("now", "now", "14:20", 6540),
                       ("earliest", "earliest", "12:37", 310), ("latest", "latest", "14:25", 6840)])
    assert drawn.cuts == ()
    assert [mark.key for mark in drawn.marks] == ["started", "now", "earliest", "latest"]
