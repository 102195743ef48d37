"""Verdicts: what changed is judged once, a case that breaks the engine holds up no other."""
import pytest
from django.db import OperationalError

from tests.troubleshoot.conftest import hold
from troubleshoot import casefile, clock, judge, recheck, record
from troubleshoot.diagnosis import engine
from troubleshoot.diagnosis.facts import ErrorNode, OperationFacts
from troubleshoot.models import Attempt, Verdict

pytestmark = pytest.mark.postgres


@pytest.fixture
def failed(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    return Attempt.objects.get(deployment__isnull=False)


def test_what_changed_is_judged_once(failed):
    assert judge.judge_waiting() >= 1
    assert judge.waiting() == [] and judge.judge_waiting() == 0
    record.operation(hold("attempts", attempt=failed), OperationFacts("op1", "Failed"))
    assert judge.waiting() == [failed.id]


def test_judging_twice_at_once_keeps_one_verdict(failed):
    assert judge.judge(failed.id) is True
    assert judge.judge(failed.id) is False
    assert Verdict.objects.filter(attempt=failed).count() == 1


def test_a_verdict_is_dated_when_its_cause_was_first_told_however_often_it_is_judged_again(failed, at):
    judge.judge_waiting()
    told = Verdict.objects.get(attempt=failed).made_at
    at(5)
    record.operation(hold("attempts", attempt=failed), OperationFacts("op1", "Failed"))
    judge.judge_waiting()
    assert Verdict.objects.get(attempt=failed).made_at == told
    at(5)
    error = ErrorNode("OutOfQuota", "Not enough quota available for Standard_DS3_v2 in subscription x.")
    record.operation(hold("attempts", attempt=failed), OperationFacts("op1", "Failed", error=error))
    judge.judge_waiting()
    found = Verdict.objects.get(attempt=failed)
    assert found.cause and found.made_at == clock.now() > told


def test_a_case_that_breaks_the_engine_is_set_aside_until_the_causes_change(failed, monkeypatch):
    def broken(case):
        raise ZeroDivisionError
    with monkeypatch.context() as patch:
        patch.setattr(engine, "diagnose", broken)
        assert judge.judge_waiting() == 0
        assert judge.waiting() == []
        assert failed.verdict.cause == ""
    assert recheck.waiting() == []
    Verdict.objects.update(rechecked="older rules")
    assert recheck.some() >= 1
    assert Verdict.objects.get(attempt=failed).fingerprint == engine.fingerprint()
    assert recheck.waiting() == []


def test_tables_that_do_not_answer_cost_no_verdict(failed, monkeypatch):
    judge.judge_waiting()
    record.operation(hold("attempts", attempt=failed), OperationFacts("op1", "Failed"))
    before = Verdict.objects.get(attempt=failed).fingerprint

    def locked(*_):
        raise OperationalError("database is locked")
    with monkeypatch.context() as patch:
        patch.setattr(casefile, "open_case", locked)
        judge.judge_waiting()
    assert Verdict.objects.get(attempt=failed).fingerprint == before
    assert judge.waiting() == [failed.id]
