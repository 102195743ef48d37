"""A running attempt is hopeless only by a certain finding in its own log, behind a start of its own container."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import CERTAIN, Case, Evidence, Finding, Log, Verdict
from troubleshoot.diagnosis.hopeless import FATAL, proof
from troubleshoot.diagnosis.recorded import Restart

START = datetime(2026, 11, 23, 12, 31, 4, tzinfo=UTC)
LINE = Evidence("inference-server", "ModuleNotFoundError: No module named 'lightgbm'", 12)
FINDING = Finding("script-import-error", "t", "k", CERTAIN, "container_start", (LINE,))
OWN = Restart("inference-server", 1, 3, START + timedelta(minutes=6))
TOLD = Verdict((FINDING,), restarts=(OWN,))


def test_a_certain_finding_behind_a_start_of_its_own_container_proves_it():
    assert proof(TOLD, START, alone=True) == LINE


def test_the_engine_tells_it_from_the_log_of_an_update_and_not_from_what_was_printed_before_the_update():
    lines = ("2026-11-23 12:36:00,902 I [61] gunicorn.error - Starting gunicorn 23.0.0",
             "2026-11-23 12:36:02,640 E [88] azmlinfsrv - Failed to load user script",
             "Traceback (most recent call last):",
             '  File "/var/azureml-app/onlinescoring/score.py", line 9, in <module>', "    import lightgbm as lgb",
             "ModuleNotFoundError: No module named 'lightgbm'")
    log = Log("inference-server", lines, last_class="logs")
    for began, line in ((START, 6), (START + timedelta(hours=1), None)):
        case = Case(state="Updating", kind="update", started=began, as_of=began + timedelta(minutes=9), logs=(log,))
        found = proof(diagnose(case), began, alone=True)
        assert (found and found.line) == line


@pytest.mark.parametrize("verdict", [
    Verdict(), replace(TOLD, findings=(replace(FINDING, certainty="likely"),)),
    replace(TOLD, findings=(replace(FINDING, against=(LINE,)),)),
    replace(TOLD, findings=(replace(FINDING, cause="startup-auth-storage"),)),
    replace(TOLD, findings=(replace(FINDING, evidence=(replace(LINE, source="operation error"),)),)),
    replace(TOLD, findings=(replace(FINDING, evidence=(replace(LINE, line=None),)),)),
    replace(TOLD, restarts=()), replace(TOLD, restarts=(replace(OWN, line=13),)),
    replace(TOLD, restarts=(replace(OWN, at=None),)), replace(TOLD, restarts=(replace(OWN, container="x"),)),
    replace(TOLD, restarts=(replace(OWN, at=START - timedelta(seconds=1)),)),
])
def test_anything_less_proves_nothing(verdict):
    assert proof(verdict, START, alone=True) is None


def test_nothing_is_proved_while_a_broken_container_of_an_earlier_attempt_may_be_the_one_that_is_read():
    assert proof(TOLD, START, alone=False) is None


def test_each_fatal_cause_is_on_the_shelf_and_no_retry_helps_it():
    known = {rule.slug: rule.cause for rule in shelf.rules()}
    assert set(known) >= FATAL
    for slug in FATAL:
        cause = known[slug]
        assert cause.retry == "after the fix" and cause.who == "data scientist"
        assert not (cause.is_symptom or cause.is_general or cause.while_serving)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(-600, 600)), max_size=6), st.integers(1, 40))
def test_the_last_start_before_the_line_decides(starts, line):
    starts = sorted(starts)
    verdict = replace(TOLD, findings=(replace(FINDING, evidence=(replace(LINE, line=line),)),), restarts=tuple(
        Restart("inference-server", n, at, START + timedelta(seconds=after)) for n, (at, after) in enumerate(starts)))
    before = [after for at, after in starts if at <= line]
    assert (proof(verdict, START, alone=True) is not None) == bool(before and before[-1] >= 0)
