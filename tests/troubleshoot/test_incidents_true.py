"""Incidents are not told wrong: by old verdicts, of what was deleted, as recovered where they are not."""
from datetime import timedelta

import pytest

from tests.conftest import person
from tests.dashboard import rows
from tests.troubleshoot.conftest import hold
from tests.troubleshoot.test_incidents import fails, follow, ready, tell, told
from tests.troubleshoot.test_notices import channel
from troubleshoot import clock, incidents, inhand, judge, ranks, record
from troubleshoot.boards import notice
from troubleshoot.diagnosis.facts import OperationFacts
from troubleshoot.models import Attempt, Deployment, Endpoint, Incident, Notice, Workspace

pytestmark = pytest.mark.postgres
MINUTE = timedelta(minutes=1)


def test_a_failure_is_told_by_the_verdict_on_it_and_not_by_one_from_before(azure, at):
    azure.endpoint(traffic=(("blue", 100),))
    azure.deployment()
    azure.look()
    judge.judge_waiting()
    at(10)
    azure.deployment(state="Failed")
    azure.look()
    incidents.follow_waiting()
    assert not Incident.objects.exists()
    judge.judge_waiting()
    incidents.follow_waiting()
    assert Incident.objects.get().last.number == 1


def test_what_was_deleted_stays_over_while_its_name_is_made_again(azure, at):
    azure.endpoint(traffic=(("blue", 100),))
    azure.deployment(state="Failed")
    azure.look()
    judge.judge_waiting()
    incidents.follow_waiting()
    azure.deployments["fraud"].clear()
    azure.look()
    incidents.follow_waiting()
    at(10)
    azure.deployment(operation="op2", created_at=clock.now())
    azure.look()
    judge.judge_waiting()
    incidents.follow_waiting()
    one = Incident.objects.get()
    assert (one.how, told(one)) == ("Deleted from Azure", ["opened", "ended"])
    azure.deployment(state="Failed", operation="op2", created_at=clock.now())
    azure.look()
    judge.judge_waiting()
    incidents.follow_waiting()
    one = Incident.objects.get()
    assert (one.resolved_at, one.last_number, told(one)[2:]) == (None, 2, ["regressed"])


def test_a_request_that_was_refused_after_a_deletion_is_open(green):
    fails(green, began=3000)
    Deployment.objects.filter(id=green.id).update(gone_at=rows.minutes(200))
    follow(green)
    tell(rows.attempt(green, "Refused", 2, began=20, took=0), "quota_vm_family")
    one = follow(green)[-1]
    assert (one.cause, one.resolved_at, one.rank) == ("quota_vm_family", None, ranks.NOT_AFFECTED)


def test_a_retry_that_became_ready_ends_it_then_and_not_when_it_began(azure, at):
    azure.endpoint(traffic=(("blue", 100),))
    azure.deployment(state="Failed", modified_at=clock.now())
    azure.look()
    judge.judge_waiting()
    at(10)
    began = clock.now()
    for state, wait in (("Updating", 0), ("Succeeded", 12)):
        at(wait)
        azure.deployment(state=state, operation="op2", modified_at=began)
        azure.look()
        judge.judge_waiting()
        incidents.follow_waiting()
    assert Incident.objects.get(silent=False).resolved_at == clock.now()
    ended = clock.now() - MINUTE
    row = Attempt.objects.get(deployment__isnull=False, number=2)
    record.operation(hold("attempts", attempt=row), OperationFacts("op2", "Succeeded", began, ended, None))
    judge.judge_waiting()
    incidents.follow_waiting()
    assert Incident.objects.get(silent=False).resolved_at == ended


def test_many_attempts_of_another_deployment_do_not_hide_what_an_incident_is_about(green):
    fails(green)
    follow(green)
    blue = Deployment.objects.get(name="blue")
    Attempt.objects.bulk_create(Attempt(
        endpoint=green.endpoint, deployment=blue, number=number, state="Succeeded", started=rows.minutes(5),
        ended=rows.minutes(4), recorded_at=rows.minutes(5)) for number in range(2, 320))
    Deployment.objects.filter(id=green.id).update(gone_at=rows.NOW)
    assert follow(green)[0].how == "Deleted from Azure"


def test_an_acknowledgement_ends_where_production_traffic_comes_to_be_affected_and_that_is_told(green):
    channel(tells=({"rank": ranks.AFFECTED},))
    Deployment.objects.filter(id=green.id).update(weight=0)
    fails(green)
    [one] = follow(green)
    inhand.acknowledge(one.id, "a test", person("ada", sees_all=True), rows.NOW)
    Deployment.objects.filter(id=green.id).update(weight=40)
    [one] = follow(green)
    assert (one.rank, one.acknowledged_at, one.reason) == (ranks.AFFECTED, None, "")
    assert Notice.objects.get().what == "failed"


def test_what_was_told_as_over_and_is_not_is_told_again_once(green):
    channel()
    row = fails(green)
    for state in ("Failed", "Succeeded", "Failed", "Failed"):
        Attempt.objects.filter(id=row.id).update(state=state)
        follow(green)
    sent = list(Notice.objects.order_by("id"))
    assert [one.what for one in sent] == ["failed", "recovered", "failed"]
    assert not sent[2].body["late"]


def test_a_workspace_that_is_listed_no_more_has_not_recovered(green):
    channel()
    fails(green)
    follow(green)
    Workspace.objects.update(gone_at=rows.NOW)
    follow(green)
    said = notice.message(Notice.objects.get(what="recovered"))
    assert said.lead == "churn-scorer / green, over after 1 h 06 min: Workspace no longer listed by Azure"


@pytest.mark.parametrize(("later", "kept"), [(40, True), (200, False)])
def test_what_regresses_long_after_its_end_is_in_nobodys_hands(green, later, kept):
    fails(green, began=600, took=10)
    maya = person("maya", sees_all=True)
    inhand.take(follow(green)[0].id, maya, rows.minutes(580))
    ready(green, 2, began=519)  # ended 500 minutes ago
    follow(green)
    fails(green, 3, began=519 - later)
    [one] = follow(green)
    assert one.regressed_at and (one.owner == maya) is kept


def test_an_incident_that_comes_back_wakes_a_snoozed_one_of_its_cause(green):
    fails(green)
    other = rows.deployment(rows.endpoint(green.endpoint.workspace, "fraud", {"blue": 100}), "blue", "Failed")
    fails(other, began=600)
    ready(other, 2, began=500)
    incidents.follow_waiting()
    one, back = Incident.objects.get(deployment=green), Incident.objects.get(deployment=other)
    inhand.snooze(one.id, "cause", person("ada", sees_all=True), rows.minutes(60))
    fails(other, 3, began=40)
    Endpoint.objects.update(followed=0)
    incidents.follow_waiting()
    incidents.follow_waiting()
    one.refresh_from_db()
    assert (one.snooze, one.woke) == ("", f"incident {back.id} of the same cause joined")


def test_a_failure_that_is_known_only_after_its_end_is_told_as_over_too(green):
    sink = channel()
    fails(green, 2, began=400)
    ready(green, 5, began=100)
    follow(green)
    fails(green, 4, began=200)
    follow(green)
    assert Incident.objects.get().how == "Ready again"
    assert [one.what for one in Notice.objects.filter(channel=sink).order_by("id")] == [
        "failed", "recovered", "failed", "recovered"]
