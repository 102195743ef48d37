"""An attempt that went wrong is set beside the last one that was ready, from stored rows and stored logs."""
import random
from dataclasses import replace

import pytest

from tests.dashboard import rows
from tests.diagnosis.test_changed import GOOD, PLANTS, finding, noise, plant
from troubleshoot import casefile, clock, comparison, judge, recheck
from troubleshoot.diagnosis import plain, shapes
from troubleshoot.diagnosis.compared import Changed
from troubleshoot.diagnosis.facts import AssetFacts, Place, Verdict, WorkspaceFacts
from troubleshoot.diagnosis.recorded import Gap
from troubleshoot.models import Attempt, Log
from troubleshoot.models import Verdict as VerdictRow

pytestmark = pytest.mark.postgres

BOOT = """\
2026-11-20 09:14:04,202 I [{pid}] gunicorn.error - Starting gunicorn 23.0.0
2026-11-20 09:14:04,203 I [{pid}] gunicorn.error - Listening at: http://0.0.0.0:31311 ({pid})
2026-11-20 09:14:06,240 I [{pid}] azmlinfsrv - Loaded the model of run {run}
2026-11-20 09:14:07,640 I [{pid}] azmlinfsrv - POST /score 200 12.4ms"""
CRASH = """\
2026-11-23 01:58:52,902 I [{pid}] gunicorn.error - Starting gunicorn 23.0.0
2026-11-23 01:58:52,903 I [{pid}] gunicorn.error - Listening at: http://0.0.0.0:31311 ({pid})
2026-11-23 01:58:53,001 W [{pid}] score - cache folder /mnt/{run} is not writable
2026-11-23 01:58:53,002 W [{pid}] score - cache folder /mnt/{run} is not writable"""


@pytest.fixture
def place(db):
    """A deployment whose attempts a test makes; the clock is held."""
    clock.hold(rows.NOW)
    space = rows.workspace("mlw", facts=plain.dump(WorkspaceFacts(Place(rows.SUB, "rg-mlw", "mlw"))))
    yield rows.deployment(rows.endpoint(space, "ltv", facts={}), "main", "Failed", ready_once=True, weight=100)
    clock.hold(None)


def made(place, side, number, state="Succeeded", log="", **fields):
    """An attempt with the settings of a side, and the lines of its log."""
    row = rows.attempt(place, state, number, began=9000 - 1000 * number, kind="update", first_provisioning=False,
                       spec=plain.dump(side.deployment), assets=[plain.dump(one) for one in side.assets], **fields)
    end = rows.attempt(place.endpoint, "Succeeded", number, began=9001 - 1000 * number,
                       operation_id=f"end-{number}", spec=plain.dump(side.endpoint))
    assert end.recorded_at < row.recorded_at
    if log:
        rows.log(row, log.format(pid=40 + number, run=f"{number:08x}-2f3e-4b8e-9a44-8f2b1d3c5e6f").splitlines())
    return row


def told(row, best=None):
    """What is kept of the comparison of an attempt, with this finding."""
    verdict = Verdict(findings=(best,) if best else ())
    return plain.load(Changed, comparison.of(casefile.open_case(row.id), verdict, row.id))


@pytest.mark.parametrize("seed", range(25))
def test_a_planted_change_comes_first_through_stored_rows_and_their_logs(place, seed):
    name, failed, best = plant(seed)
    made(place, noise(GOOD, random.Random(-seed)), 1, log=BOOT)
    found = told(made(place, failed, 2, "Failed", log=CRASH), best)
    assert (found.made, found.good) == (True, 1)
    assert [one.name for one in found.differences] == [name]
    assert [(one.container, one.line, one.count) for one in found.new] == [("inference-server", 3, 2)]
    assert found.unread == ()


@pytest.mark.parametrize("seed", range(15))
def test_where_nothing_turned_nothing_is_named_through_stored_rows(place, seed):
    draw = random.Random(seed)
    made(place, noise(GOOD, draw), 1, log=BOOT)
    found = told(made(place, noise(GOOD, draw), 2, "Failed", log=BOOT), finding("container_start", "x"))
    assert (found.differences, found.new, found.gone, found.suspect) == ((), (), (), False)
    assert found.same_count >= 20


def test_the_comparison_is_with_the_last_attempt_that_was_ready_not_with_the_last_one(place):
    made(place, GOOD, 1)
    made(place, PLANTS["model"][0], 2)
    made(place, PLANTS["egress"][0], 3, "Failed")
    found = told(made(place, PLANTS["model"][0], 4, "Failed"), finding("container_start", "x"))
    assert (found.good, found.differences) == (2, ())


def test_without_an_attempt_that_was_ready_that_is_what_is_kept(place):
    made(place, GOOD, 1, "Failed")
    found = told(made(place, GOOD, 2, "Failed"))
    assert (found.made, found.good, found.same_count) == (True, 0, 0)


def test_what_serves_without_a_finding_is_not_compared(place):
    made(place, GOOD, 1)
    assert told(made(place, GOOD, 2)) == Changed()


def test_settings_that_one_side_does_not_tell_are_named_and_never_a_change(place):
    first = made(place, GOOD, 1)
    Attempt.objects.filter(id=first.id).update(assets=[])
    Attempt.objects.filter(deployment=None).update(spec={})
    turned = replace(PLANTS["environment"][0], assets=PLANTS["numpy"][0].assets)
    found = told(made(place, turned, 2, "Failed"), finding("container_start", "x"))
    assert [one.name for one in found.differences] == ["environment"]
    assert ("the packages of the environment", False, True) in found.untold


def test_a_package_that_the_evidence_names_is_the_suspect_and_its_environment_only_carries_it(place):
    made(place, GOOD, 1)
    asset = replace(PLANTS["numpy"][0].assets[0], reference="azureml:churn-env:8")
    turned = replace(PLANTS["environment"][0], assets=(asset,))
    text = "ValueError: numpy.dtype size changed, may indicate binary incompatibility"
    found = told(made(place, turned, 2, "Failed"), finding("container_start", text))
    assert [(one.name, one.speaks) for one in found.differences] == [("numpy", "named"), ("environment", "carries")]
    assert found.suspect and found.back == (("environment", "azureml:churn-env:7"),)


def test_two_changes_that_fit_and_are_not_named_make_no_suspect(place):
    made(place, GOOD, 1)
    turned = replace(GOOD, deployment=replace(GOOD.deployment, model="azureml:churn:13", scoring_script="main.py"))
    found = told(made(place, turned, 2, "Failed"), finding("container_start", "it ended"))
    assert len(found.differences) == 2 and not found.suspect


def test_without_a_cause_there_is_no_suspect(place):
    made(place, GOOD, 1)
    found = told(made(place, PLANTS["model"][0], 2, "Failed"))
    assert len(found.differences) == 1 and not found.suspect


def test_a_line_that_an_older_healthy_attempt_printed_is_not_new(place):
    made(place, GOOD, 1, log=CRASH)
    made(place, GOOD, 2, log=BOOT)
    found = told(made(place, GOOD, 3, "Failed", log=CRASH))
    assert (found.healthy, found.new) == ((2, 1), ())
    assert found.gone == ()  # the healthy ones do not all print them


def test_lines_that_every_healthy_attempt_printed_and_this_one_did_not_are_told(place):
    made(place, GOOD, 1, log=BOOT)
    made(place, GOOD, 2, log=BOOT)
    found = told(made(place, GOOD, 3, "Failed", log=CRASH))
    assert [(one.line, one.text.partition(" - ")[2]) for one in found.gone] == [
        (3, "Loaded the model of run 00000002-2f3e-4b8e-9a44-8f2b1d3c5e6f"), (4, "POST /score 200 12.4ms")]


def test_nothing_is_said_to_be_missing_from_a_log_with_a_seam(place):
    made(place, GOOD, 1, log=BOOT)
    row = made(place, GOOD, 2, "Failed", log=CRASH)
    Log.objects.filter(attempt=row).update(gaps=[plain.dump(Gap(3, "No line of this read overlaps."))])
    found = told(row)
    assert found.gone == () and [one.line for one in found.new] == [3]


def test_an_attempt_that_failed_first_and_came_up_late_gives_settings_and_no_lines(place):
    made(place, GOOD, 1, log=BOOT, failed_at=rows.minutes(7900))
    found = told(made(place, PLANTS["model"][0], 2, "Failed", log=CRASH))
    assert (found.good, found.late, found.healthy, found.new) == (1, True, (), ())
    assert [one.name for one in found.differences] == ["model"]
    assert found.unread == ("No attempt became ready without a failure before it: log lines are not compared.",)


def test_a_name_that_was_deleted_and_made_again_is_compared_and_told_as_such(place):
    made(place, replace(GOOD, deployment=replace(GOOD.deployment, created_at=rows.minutes(9000))), 1)
    again = replace(GOOD, deployment=replace(GOOD.deployment, created_at=rows.minutes(90)))
    assert told(made(place, again, 2, "Failed")).remade is True


def test_lines_that_retention_took_from_a_healthy_log_are_said_and_nothing_is_called_new(place):
    healthy = made(place, GOOD, 1, log=BOOT)
    removed = [{"first": 1, "last": 3, "at": rows.NOW.isoformat(), "why": "older than 90 days"}]
    Log.objects.filter(attempt=healthy, container="inference-server").update(removed=removed)
    found = told(made(place, GOOD, 2, "Failed", log=CRASH))
    assert found.new == () and found.healthy == ()
    assert found.unread == ("Lines 1 to 3 of inference-server of attempt 1 were removed (older than 90 days).",)


def test_what_was_new_before_retention_came_is_still_told_when_it_is_judged_again(place):
    healthy = made(place, GOOD, 1, log=BOOT)
    failed = made(place, GOOD, 2, "Failed", log=CRASH)
    assert judge.judge(failed.id)
    first = plain.load(Changed, VerdictRow.objects.get(attempt=failed).changed)
    removed = [{"first": 1, "last": 4, "at": rows.NOW.isoformat(), "why": "older than 90 days"}]
    Log.objects.filter(attempt=healthy, container="inference-server").update(removed=removed)
    VerdictRow.objects.update(rechecked="older rules", fingerprint="older rules")
    assert recheck.some() == 1
    kept = plain.load(Changed, VerdictRow.objects.get(attempt=failed).changed)
    assert len(first.new) == 1 and kept.new == first.new and kept.healthy == (1,)


def test_an_attempt_without_lines_says_so(place):
    made(place, GOOD, 1, log=BOOT)
    found = told(made(place, GOOD, 2, "Failed"))
    assert found.unread == ("No log line of this attempt was collected.",)


def test_an_attempt_that_was_judged_before_comparisons_were_made_gets_one_by_recheck(place):
    made(place, GOOD, 1)
    failed = made(place, PLANTS["model"][0], 2, "Failed")
    judge.judge(failed.id)
    VerdictRow.objects.update(changed={}, rechecked="older rules")
    recheck.some()
    assert plain.load(Changed, VerdictRow.objects.get(attempt=failed).changed).differences[0].name == "model"


def test_the_values_of_variables_are_nowhere_in_what_is_kept(place):
    made(place, GOOD, 1)
    found = told(made(place, PLANTS["LEVEL"][0], 2, "Failed"), finding("container_start", "KeyError: 'LEVEL'"))
    assert found.by_hand == ("variable LEVEL",) and found.back == ()
    assert found.differences[0].before == "set, fingerprint bb22"


def test_what_is_kept_stays_small_whatever_turned(place):
    long = "x" * 900
    conda = "dependencies:\n" + "".join(f"- package-{n}-{long}==1.{n}\n" for n in range(3000))
    asset = AssetFacts("environment", "azureml:e:1", found=True, conda=conda)
    made(place, replace(GOOD, assets=(asset,)), 1, log=BOOT)
    turned = replace(GOOD, assets=(replace(asset, conda=conda.replace("==1.", "==2.")),))
    words = ("abcdefghij"[n % 10] * (n + 3) for n in range(300))
    failed = made(place, turned, 2, "Failed", log="\n".join(f"{word} {long}" for word in words))
    whole = comparison.of(casefile.open_case(failed.id), Verdict(), failed.id)
    found = plain.load(Changed, whole)
    assert len(str(whole)) < 16_000
    assert found.more > 2000 and len(found.new) == shapes.MAX_NEW

