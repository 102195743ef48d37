"""A new rule meets old cases: in small steps, with what was told before kept, and never by a log that is gone."""
import dataclasses
import json
from io import StringIO

import pytest
from django.core.management import call_command

from tests.dashboard import rows
from troubleshoot import grounds, judge, recheck
from troubleshoot.diagnosis import engine, plain, shelf, signature
from troubleshoot.diagnosis.facts import (
    CERTAIN,
    Case,
    Evidence,
    Finding,
    OperationFacts,
    Place,
    Verdict,
    WorkspaceFacts,
)
from troubleshoot.models import Attempt, Deployment, Endpoint, LogChunk, QuotaSample, Workspace
from troubleshoot.models import Verdict as Row

pytestmark = pytest.mark.postgres
OLD = Finding("container-crashed", "The container crashed", "Crash", "likely", "container_start",
              (Evidence("inference-server", "Reason: Worker failed to boot.", 18),))


@pytest.fixture
def stored(fleet):
    """The fleet with the facts of its workspaces."""
    for one in Workspace.objects.all():
        one.facts = plain.dump(WorkspaceFacts(Place(one.subscription, one.group, one.name), one.location))
        one.save()
    Endpoint.objects.update(facts={})
    return fleet


@pytest.fixture
def failed(stored):
    """An attempt whose log tells of a missing package, judged by today's rules, then told otherwise by older ones."""
    row = stored["failed"]
    Row.objects.exclude(attempt=row).update(rechecked=shelf.fingerprint())
    Attempt.objects.update(judged=1)
    told_by_older_rules(row)
    return row


def told_by_older_rules(row, finding=OLD):
    """The verdict on an attempt as rules of another version would have left it."""
    Attempt.objects.filter(id=row.id).update(judged=1)
    told = {name: getattr(finding, name) if finding else "" for name in ("cause", "certainty", "title", "stage")}
    Row.objects.filter(attempt=row).update(
        **told, rechecked="older", fingerprint="older", revision=1, earlier=[], held="",
        data=plain.dump(Verdict(findings=(finding,) if finding else ())))


def run(*args):
    out = StringIO()
    call_command("recheck", *args, stdout=out)
    return out.getvalue()


def test_a_verdict_that_flips_keeps_what_was_told_until_then(failed):
    assert recheck.some() == 1
    row = Row.objects.get(attempt=failed)
    assert (row.cause, row.certainty, row.fingerprint) == ("script-import-error", CERTAIN, shelf.fingerprint())
    assert row.earlier == [{"cause": "container-crashed", "certainty": "likely", "title": "The container crashed",
                            "fingerprint": "older", "until": rows.NOW.isoformat()}]
    assert recheck.waiting() == [] and recheck.some() == 0


def test_a_verdict_that_stays_keeps_its_moment_and_has_no_earlier_one(failed):
    recheck.some()
    Row.objects.filter(attempt=failed).update(rechecked="older", fingerprint="older", earlier=[],
                                              made_at=rows.minutes(600))
    assert recheck.some() == 1
    row = Row.objects.get(attempt=failed)
    assert (row.earlier, row.made_at, row.fingerprint) == ([], rows.minutes(600), shelf.fingerprint())


def test_a_verdict_whose_log_is_no_longer_stored_is_kept_and_says_so(failed):
    LogChunk.objects.filter(log__attempt=failed).delete()
    assert recheck.some() == 1
    row = Row.objects.get(attempt=failed)
    assert (row.cause, row.fingerprint, row.held) == ("container-crashed", "older", grounds.GONE)
    assert recheck.waiting() == []


def test_a_verdict_whose_log_row_is_gone_as_well_is_kept_too(failed):
    failed.logs.all().delete()
    recheck.some()
    assert Row.objects.get(attempt=failed).held == grounds.GONE


def test_attempts_of_deleted_deployments_are_rechecked_too(failed):
    Deployment.objects.update(gone_at=rows.minutes(5))
    recheck.some()
    assert Row.objects.get(attempt=failed).fingerprint == shelf.fingerprint()


def test_a_recheck_never_overwrites_what_changed_meanwhile(failed):
    one = recheck.weigh(Row.objects.select_related("attempt__deployment", "attempt__endpoint__workspace").get(
        attempt=failed))
    Attempt.objects.filter(id=failed.id).update(revision=2)
    assert recheck.keep(one) is False
    assert Row.objects.get(attempt=failed).cause == "container-crashed"
    assert recheck.waiting() == []
    assert judge.judge(failed.id) is True
    assert [one["cause"] for one in Row.objects.get(attempt=failed).earlier] == ["container-crashed"]


def test_lines_that_went_while_an_attempt_was_rechecked_hold_its_verdict(failed):
    told_by_older_rules(failed, dataclasses.replace(OLD, certainty="certain"))
    one = recheck.weigh(Row.objects.select_related("attempt__deployment", "attempt__endpoint__workspace").get(
        attempt=failed))
    assert one.flips
    LogChunk.objects.filter(log__attempt=failed).delete()
    assert recheck.keep(one) is False
    assert recheck.some() == 1
    assert Row.objects.get(attempt=failed).held == grounds.GONE


def test_rechecking_stops_as_soon_as_something_new_waits_and_goes_on_later(failed):
    for row in Attempt.objects.all():
        told_by_older_rules(row, None)
    every = len(recheck.waiting())
    assert every > 2
    assert recheck.some(limit=2) == 2
    assert recheck.some(stop=lambda: True) == 0 and recheck.some(seconds=-1) == 0
    assert len(recheck.waiting()) == every - 2
    assert recheck.some() == every - 2


def test_a_case_that_breaks_the_rules_keeps_what_was_told(failed, monkeypatch):
    def broken(case):
        raise ZeroDivisionError
    monkeypatch.setattr(engine, "diagnose", broken)
    assert recheck.some() == 1
    row = Row.objects.get(attempt=failed)
    assert (row.cause, row.held) == ("container-crashed", recheck.BROKEN)
    assert recheck.waiting() == []


def test_a_dry_run_lists_what_would_flip_and_why_and_writes_nothing(failed):
    before = list(Row.objects.order_by("id").values())
    told = run("--dry-run")
    assert "1 looked at with rules" in told and "1 would flip" in told
    assert "container-crashed (likely) -> " in told
    assert "mlw-growth/churn-scorer/green attempt 2 (told by rules older)" in told
    assert "before: inference-server line 18: Reason: Worker failed to boot." in told
    assert "No module named 'lightgbm'" in told
    assert list(Row.objects.order_by("id").values()) == before


def test_a_dry_run_for_pipelines_is_one_json_object(failed):
    found = json.loads(run("--dry-run", "--json"))
    assert found["counts"] == {"looked at": 1} and found["dry_run"] is True
    assert found["flips"][0]["before"]["cause"] == "container-crashed"
    assert found["flips"][0]["id"] == failed.id
    assert json.loads(run("--dry-run", "--json", "--cause", "out-of-quota"))["flips"] == []
    assert len(json.loads(run("--dry-run", "--json", "--cause", "container-crashed", "--limit", "5"))["flips"]) == 1


def test_without_dry_run_the_command_does_it_now(failed):
    assert "1 flipped" in run()
    assert Row.objects.get(attempt=failed).fingerprint == shelf.fingerprint()
    assert "0 looked at" in run()


def test_what_cannot_be_rechecked_is_counted_in_the_list(failed):
    LogChunk.objects.filter(log__attempt=failed).delete()
    assert f"1 kept as they were: {grounds.GONE}" in run("--dry-run")


def test_a_quota_verdict_is_rechecked_with_the_numbers_of_its_own_time(stored, monkeypatch):
    row = stored["failed"]
    usage = rows.quota(stored["growth"], "standardX", used=0, limit=100)
    QuotaSample.objects.create(row=usage, at=rows.minutes(600), used=90, limit=100)
    QuotaSample.objects.create(row=usage, at=rows.minutes(2), used=0, limit=100)
    told_by_older_rules(row, Finding("out-of-quota", "t", "k", "likely", "quota", (Evidence("operation error", "x"),)))
    asked = []
    monkeypatch.setattr(engine, "diagnose", lambda case: asked.append(case) or Verdict())
    recheck.weigh(Row.objects.select_related("attempt__deployment", "attempt__endpoint__workspace").get(attempt=row))
    then = {one.family: (one.used, one.limit) for one in asked[-1].usages}
    assert then["standardX"] == (90, 100)
    assert then["standardDSv2Family"] == (None, None)


def test_finding_out_what_waits_costs_one_query(failed, django_assert_num_queries):
    with django_assert_num_queries(1):
        recheck.waiting()


def test_a_signature_is_equal_where_only_numbers_and_ids_differ():
    def sign(text, source="inference-server", endpoint="a"):
        case = Case(place=Place("s", "g", "w", endpoint, "d"), operation=OperationFacts())
        return signature.of(case, Verdict(first_errors=(Evidence(source, text, 3),)))
    assert sign("2026-11-01 02:03:04,5 E [88] failed 0x7f") == sign("2026-11-09 12:13:14,7 E [91] failed 0x11")
    assert sign("it failed here") != sign("it failed there")
    assert sign("one", endpoint="a") == sign("one", endpoint="b")
    assert sign("one", "operation error", "a") != sign("one", "operation error", "b")
    assert signature.of(Case(), Verdict()) == ""
