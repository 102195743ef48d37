"""The verdict clock on the way through: from what Azure answers to the page of a running attempt, and to its end."""
from datetime import timedelta

import pytest

from tests.troubleshoot.conftest import START, hold
from troubleshoot import clock, judge, record
from troubleshoot.boards import attempt as boards
from troubleshoot.diagnosis.facts import LogAnswer, OperationFacts, Probe
from troubleshoot.models import Attempt

pytestmark = pytest.mark.postgres
WITHHELD = "Deployment is in deleting or creating state so logs can't be retrieved."
BROKEN = """\
2026-11-25 13:0{minute}:00,902 I [61] gunicorn.error - Starting gunicorn 23.0.0
2026-11-25 13:0{minute}:02,640 E [88] azmlinfsrv - Failed to load user script
Traceback (most recent call last):
  File "/var/azureml-app/onlinescoring/score.py", line 9, in <module>
    import lightgbm as lgb
ModuleNotFoundError: No module named 'lightgbm'"""


@pytest.fixture
def fleet(azure, at):
    """blue of fraud is being created; its liveness probe waits a minute."""
    azure.endpoint(traffic=(("blue", 0),))
    azure.deployment(liveness=Probe(60, 10, 2, 1, 6))
    azure.look()
    return azure


def operation(status, began=START, ended=None, name="op1"):
    row = Attempt.objects.get(operation_id=name)
    record.operation(hold("attempts", attempt=row), OperationFacts(name, status, began, ended))


def answer(text, name="op1"):
    row = Attempt.objects.get(operation_id=name)
    record.log_answer(hold("logs", container="inference-server", attempt=row), LogAnswer("inference-server", "", text))


def page():
    judge.judge_waiting()
    rows = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict")
    return boards.page(rows.filter(deployment__name="blue").order_by("-number").first(), clock.now())


def test_a_creation_has_a_clock_as_soon_as_azure_tells_its_start_and_none_when_it_has_ended(fleet, at):
    assert page().clock is None
    operation("InProgress")
    at(1)
    answer(WITHHELD)
    found = page()
    assert {row.name: row.at.clock for row in found.clock.rows} == {"Earliest for a crash": "10:02", "Latest": "11:54"}
    assert [one.said for one in found.clock.asked if one.name == "inference-server log"] == [WITHHELD]
    assert found.clock.stop.proof is None
    at(9)
    fleet.deployment(state="Succeeded")
    fleet.look()
    operation("Succeeded", ended=START + timedelta(minutes=9))
    assert (page().clock, page().state) == (None, "Succeeded")


def test_a_deletion_that_waits_is_said(fleet, at):
    operation("InProgress")
    at(1)
    fleet.deployment(state="Deleting", operation="op-delete")
    fleet.look()
    assert page().clock.stop.deletion.startswith("A deletion waits already")


def updating(fleet, at, before):
    """An update at 13:00 of what an operation left as `before`, whose readable log is that of a crash at 13:05."""
    operation("InProgress")
    at(9)
    fleet.deployment(state=before)
    fleet.look()
    operation(before, ended=START + timedelta(minutes=9))
    at(171)
    began = START + timedelta(minutes=180)
    fleet.deployment(state="Updating", operation="op2")
    fleet.look()
    operation("InProgress", began, name="op2")
    at(7)
    answer(BROKEN.format(minute=5), "op2")
    return page()


def test_an_update_of_what_was_ready_whose_own_log_proves_a_missing_package_says_stop_now(fleet, at):
    found = updating(fleet, at, "Succeeded")
    assert found.clock.stop.title == "Stop now: this cannot succeed"
    assert "lightgbm" in found.clock.stop.proof.text
    assert found.card.label == "In progress, but it cannot succeed"


def test_an_update_of_what_had_failed_may_be_read_from_the_old_container_and_says_it_not(fleet, at):
    found = updating(fleet, at, "Failed")
    assert found.clock.stop.title == "Stop it now?" and found.clock.stop.proof is None
