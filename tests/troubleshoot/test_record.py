"""The door in: attempts, changes, what is gone, and what is never lost."""
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.troubleshoot.conftest import SPACE, START, SUB, hold
from troubleshoot import clock, logstore, record, watches
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import (
    ActivityFacts,
    DeploymentFacts,
    ErrorNode,
    LogAnswer,
    OperationFacts,
    Place,
    UsageFacts,
    WorkspaceFacts,
)
from troubleshoot.models import (
    Attempt,
    Change,
    Deployment,
    Endpoint,
    Log,
    LogRead,
    QuotaRow,
    QuotaSample,
    Watch,
    Workspace,
)

pytestmark = pytest.mark.postgres
WITHHELD = "Deployment is in deleting or creating state so logs can't be retrieved."
NONE = "There are no logs for this deployment at the moment. Please try again later."


def attempts(name="blue"):
    return list(Attempt.objects.filter(deployment__name=name).order_by("number"))


def read_log(text, container="inference-server", attempt=None, answer_class="", said=""):
    where = {"container": container} | ({"attempt": attempt} if attempt else {})
    return record.log_answer(hold("logs", **where), LogAnswer(container, answer_class, text, said))


def test_an_operation_is_one_attempt_however_often_it_is_seen(azure, at):
    azure.endpoint()
    azure.deployment()
    first = azure.look()
    assert azure.look() == set()
    azure.deployment(state="Failed")
    assert azure.look() == {attempts()[0].id} <= first
    assert [(a.number, a.state, a.failed_at) for a in attempts()] == [(1, "Failed", START)]


def test_another_operation_is_the_next_attempt_and_settles_the_watches_of_the_one_before(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    azure.deployment(state="Updating", operation="op2")
    azure.look()
    one, two = attempts()
    assert (two.number, two.kind, one.state) == (2, "update", "Failed")
    assert Deployment.objects.get().latest_id == two.id
    left = Watch.objects.filter(attempt=one, due_at__isnull=False)
    assert [watch.poll for watch in left] == ["attempts"]  # its end may not have been seen
    assert Watch.objects.filter(attempt=two, due_at__isnull=False).count() == 4


def test_a_log_answer_that_was_on_its_way_when_the_next_attempt_began_is_not_kept(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    held = hold("logs", container="inference-server")
    azure.deployment(state="Updating", operation="op2")
    azure.look()
    with pytest.raises(watches.Overtaken):
        record.log_answer(held, LogAnswer("inference-server", "", "Container logs:\nof the new one\n"))
    assert not Log.objects.filter(lines__gt=0).exists()


def test_looking_now_at_an_old_attempt_does_not_read_the_new_ones_log_into_it(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    azure.deployment(state="Failed", operation="op2")
    azure.look()
    watches.look_now(attempts()[0].id)
    assert not Watch.objects.filter(attempt=attempts()[0], poll="logs", due_at__isnull=False).exists()
    assert watches.look_now(attempts()[1].id) == 5


def test_an_attempt_whose_end_fell_between_two_looks_ends_as_its_operation_says(azure):
    azure.endpoint()
    azure.deployment(state="Creating")
    azure.look()
    azure.deployment(state="Updating", operation="op2")
    azure.look()
    first = attempts()[0]
    record.operation(hold("attempts", attempt=first),
                     OperationFacts("op1", "Failed", START, START + timedelta(minutes=9), ErrorNode("X", "y")))
    first.refresh_from_db()
    assert (first.state, first.failed_at) == ("Failed", START + timedelta(minutes=9))
    assert Watch.objects.get(poll="attempts", attempt=first).due_at is None


def test_an_answer_without_a_traffic_map_keeps_what_was_known(azure):
    azure.endpoint(traffic=(("blue", 100),))
    azure.deployment(state="Failed")
    azure.look()
    azure.endpoint(traffic=None)
    azure.look()
    assert Endpoint.objects.get().traffic == {"blue": 100} and Deployment.objects.get().weight == 100
    assert not Change.objects.filter(field="traffic").exists()


def test_a_workspace_that_is_gone_takes_all_with_it_and_comes_back_with_its_watches(azure, at):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    record.workspaces(hold("workspaces"), [], (), timedelta(minutes=5))
    assert Workspace.objects.get().gone_at and Endpoint.objects.get().gone_at and Deployment.objects.get().gone_at
    assert not Watch.objects.filter(workspace__isnull=False, due_at__isnull=False).exists()
    at(5)
    record.workspaces(hold("workspaces"), [WorkspaceFacts(SPACE, location="westeurope")], (), timedelta(minutes=5))
    assert Workspace.objects.get().gone_at is None
    assert Watch.objects.get(poll="endpoints").due_at == clock.now()


def test_one_missing_log_of_a_deployment_that_is_there_is_asked_for_again(azure):
    azure.endpoint()
    azure.deployment(state="Succeeded")
    azure.look()
    read_log("", answer_class="gone", said="not found")
    assert Watch.objects.get(poll="logs", container="inference-server").due_at is not None


def test_a_failed_row_at_the_end_of_a_long_operation_is_no_refusal(azure, at):
    azure.endpoint()
    azure.deployment(name="green", state="Failed")
    azure.look()
    record.operation(hold("attempts", attempt__deployment__name="green"),
                     OperationFacts("op1", "Failed", START, START + timedelta(minutes=20), ErrorNode("X", "y")))
    azure.deployments["fraud"].clear()
    azure.look()
    record.activity(hold("activity"), [refusal(at=START + timedelta(minutes=20, seconds=5))], (), timedelta(minutes=5))
    assert [(a.number, a.state) for a in attempts("green")] == [(1, "Failed")]


def test_what_was_refused_and_then_listed_without_an_operation_is_the_next_attempt(azure):
    azure.endpoint()
    azure.look()
    record.activity(hold("activity"), [refusal()], (), timedelta(minutes=5))
    azure.deployment(name="green", state="Succeeded", operation="")
    azure.look()
    assert [(a.number, a.state) for a in attempts("green")] == [(1, "Refused"), (2, "Succeeded")]


def test_caps_of_two_workspaces_of_one_name_stay_apart(azure):
    told = [UsageFacts("westeurope", "dedicated", "fam", used=4, limit=8, workspace="ml", group="a"),
            UsageFacts("westeurope", "dedicated", "fam", used=40, limit=400, workspace="ml", group="b")]
    record.usages(hold("usages"), told, (), timedelta(minutes=15))
    kept = {row.workspace: (row.used, row.limit) for row in QuotaRow.objects.all()}
    assert kept == {"a/ml": (4, 8), "b/ml": (40, 400)}


def test_a_name_that_is_deleted_and_made_again_goes_on_counting(azure, at):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    azure.deployments["fraud"].clear()
    azure.look()
    assert Deployment.objects.get().gone_at == START
    at(5)
    azure.deployment(state="Creating", operation="op9", created_at=clock.now())
    azure.look()
    assert [a.number for a in attempts()] == [1, 2]
    assert Deployment.objects.get().gone_at is None
    assert {c.field for c in Change.objects.filter(deployment__name="blue")} >= {"deleted", "made again"}


def test_a_success_after_a_reported_failure_keeps_the_failure(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    azure.deployment(state="Succeeded")
    azure.look()
    (only,) = attempts()
    assert (only.state, only.failed_at) == ("Succeeded", START)
    assert Deployment.objects.get().ready_once


def test_readiness_is_forgotten_when_the_resource_is_made_anew(azure, at):
    azure.endpoint()
    azure.deployment(state="Succeeded")
    azure.look()
    azure.deployment(state="Creating", operation="op2", created_at=START + timedelta(hours=1))
    azure.look()
    assert not Deployment.objects.get().ready_once


def test_deleting_is_no_attempt_and_leaves_the_state_of_the_last_one(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    azure.deployment(state="Deleting", operation="op-delete")
    azure.look()
    assert [(a.number, a.state) for a in attempts()] == [(1, "Failed")]


def test_without_an_operation_a_state_that_moves_again_is_a_new_attempt(azure):
    azure.endpoint()
    for state in ("Succeeded", "Updating", "Failed"):
        azure.deployment(state=state, operation="")
        azure.look()
    assert [(a.number, a.state) for a in attempts()] == [(1, "Succeeded"), (2, "Failed")]


def test_an_endpoint_has_attempts_of_its_own(azure):
    azure.endpoint(state="Creating", operation_uri="https://x/mfeOperationsStatus/oe1")
    azure.look()
    azure.endpoint(state="Failed", operation_uri="https://x/mfeOperationsStatus/oe1")
    azure.look()
    only = Attempt.objects.get(deployment=None)
    assert (only.number, only.state, only.operation_id) == (1, "Failed", "oe1")


def test_what_could_not_be_read_is_not_taken_for_deleted(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    azure.endpoints.clear()
    azure.deployments.clear()
    azure.look(whole=False, troubles=("item 3 was malformed",))
    assert Endpoint.objects.get().gone_at is None and Deployment.objects.get().gone_at is None
    assert Watch.objects.get(poll="endpoints").said == "item 3 was malformed"


def test_deployments_of_an_endpoint_that_could_not_be_listed_stay(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    azure.deployments.clear()
    azure.look(unread=("fraud",))
    assert Deployment.objects.get().gone_at is None


def test_an_endpoint_that_vanishes_takes_its_deployments_and_keeps_their_logs(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    read_log("Container logs:\nboom\n")
    azure.endpoints.clear()
    azure.deployments.clear()
    azure.look()
    assert Deployment.objects.get().gone_at and Endpoint.objects.get().gone_at
    read_log("", answer_class="gone", said="not found")
    log = Log.objects.get(container="inference-server")
    assert logstore.read(log) == [(1, "boom")] and log.last_class == "gone"


def test_the_same_id_in_another_case_is_the_same_thing(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    shout = Place(SUB, SPACE.group.upper(), SPACE.workspace, "FRAUD", "BLUE")
    found = azure.deployments["fraud"]["blue"]
    azure.deployments["fraud"] = {"a": found, "b": replace(found, place=shout)}
    azure.look()
    assert Deployment.objects.count() == 1


def test_two_workspaces_of_one_name_get_different_addresses(azure):
    other = Place(SUB, "rg-other", SPACE.workspace)
    record.workspaces(hold("workspaces"), [WorkspaceFacts(SPACE), WorkspaceFacts(other)], (), timedelta(minutes=5))
    assert list(Workspace.objects.values_list("slug", flat=True)) == ["mlw-risk", "mlw-risk-rg-other"]


def test_the_first_operation_of_a_resource_is_its_creation(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    record.operation(hold("attempts"), OperationFacts("op1", "Failed", START, START + timedelta(minutes=9),
                                                      ErrorNode("OutOfQuota", "no AccountKey=" + "a" * 86 + "==")))
    (only,) = attempts()
    assert only.first_provisioning is True and only.kind == "create"
    assert "aaaa" not in only.operation["error"]["message"]
    assert Watch.objects.get(poll="attempts").due_at is None


def test_an_operation_that_can_no_longer_be_read_keeps_what_was_read(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    record.operation(hold("attempts"), OperationFacts("op1", "Failed", error=ErrorNode("X", "first")))
    record.operation(hold("attempts"), OperationFacts(trouble="404"))
    assert attempts()[0].operation["error"]["message"] == "first"


@pytest.mark.parametrize(("sentence", "found"), [(WITHHELD, "withheld"), (NONE, "none yet"), ("", "none yet")])
def test_a_sentence_of_azures_is_no_log_line(azure, sentence, found):
    azure.endpoint()
    azure.deployment()
    azure.look()
    read_log(sentence)
    log = Log.objects.get(container="inference-server")
    assert (log.last_class, log.lines) == (found, 0)


def test_tails_of_one_log_are_joined_and_secrets_never_reach_the_table(azure, at):
    azure.endpoint()
    azure.deployment()
    azure.look()
    secret = "https://st.blob.core.windows.net/c?sv=1&sig=" + "Ab3" * 14 + "%3D"
    read_log(f"Container logs:\none\ntwo {secret}\n")
    read_log(f"Container logs:\ntwo {secret}\nthree\n")
    log = Log.objects.get(container="inference-server")
    lines = [text for _, text in logstore.read(log)]
    assert len(lines) == 3 and lines[2] == "three" and "Ab3Ab3" not in lines[1] and "REDACTED" in lines[1]
    assert log.redacted >= 1


def test_equal_answers_in_a_row_are_one_row_of_the_ledger(azure, at):
    azure.endpoint()
    azure.deployment()
    azure.look()
    for _ in range(3):
        at(1)
        read_log(WITHHELD)
    row = LogRead.objects.get()
    assert (row.times, row.answer_class) == (3, "withheld")


def test_logs_are_read_at_once_when_an_attempt_ends_then_for_ten_minutes_then_no_more(azure, at):
    azure.endpoint()
    azure.deployment()
    azure.look()
    read_log(WITHHELD)
    watch = Watch.objects.get(poll="logs", container="inference-server")
    assert watch.due_at > clock.now()
    azure.deployment(state="Failed")
    azure.look()
    watch.refresh_from_db()
    assert watch.due_at == clock.now()
    read_log("Container logs:\nboom\n")
    at(9)
    read_log("Container logs:\nboom\n")
    watch.refresh_from_db()
    assert watch.due_at is not None
    at(2)
    read_log("Container logs:\nboom\n")
    watch.refresh_from_db()
    assert watch.due_at is None


def test_status_block_and_events_belong_to_the_attempt(azure):
    azure.endpoint()
    azure.deployment(state="Failed")
    azure.look()
    read_log("Instance status:\nSystemSetup: Succeeded\nUserContainerImagePull: InProgress\n\nContainer events:\n"
             "Kind: Pod, Name: Pulling, Type: Normal, Time: 2026-11-25T09:51:37.11Z, Message: Start pulling\n\n"
             "Container logs:\n")
    (only,) = attempts()
    assert only.status == [["SystemSetup", "Succeeded"], ["UserContainerImagePull", "InProgress"]]
    assert [e["name"] for e in only.events] == ["Pulling"]


def test_quota_rows_keep_unknown_and_unlimited_apart_from_zero_and_turns_leave_samples(azure):
    rows = [UsageFacts("westeurope", "dedicated", "standardDSv2Family", used=8, limit=10),
            UsageFacts("westeurope", "low_priority", "standardDSv2Family", used=None, limit=-1)]
    record.usages(hold("usages"), rows, (), timedelta(minutes=15))
    record.usages(hold("usages"), [replace(rows[0], used=12), rows[1]], (), timedelta(minutes=15))
    kept = {r.kind: (r.used, r.limit) for r in QuotaRow.objects.all()}
    assert kept == {"dedicated": (12, 10), "low_priority": (None, -1)}
    assert QuotaSample.objects.count() == 3


def test_a_figure_beyond_all_measure_is_unknown(azure):
    record.usages(hold("usages"), [UsageFacts("westeurope", "dedicated", "f", used=2**63, limit=-7)], (),
                  timedelta(minutes=15))
    row = QuotaRow.objects.get()
    assert (row.used, row.limit) == (None, None)


def test_usages_and_quotas_of_one_counter_become_one_row(azure):
    told = [UsageFacts("westeurope", "dedicated", "fam", used=4, limit=None, workspace="mlw-risk"),
            UsageFacts("westeurope", "dedicated", "FAM", used=None, limit=6, workspace="MLW-risk")]
    record.usages(hold("usages"), told, (), timedelta(minutes=15))
    row = QuotaRow.objects.get()
    assert (row.used, row.limit) == (4, 6)


def refusal(**fields):
    about = {"event_id": "e1", "at": START, "status": "Failed", "correlation_id": "c1", "caller": "ann@example.com",
             "operation": "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/write",
             "resource_id": f"/subscriptions/{SUB}/resourceGroups/RG-RISK/providers/Microsoft.MachineLearningServices"
                            "/workspaces/mlw-risk/onlineEndpoints/fraud/deployments/green",
             "error": ErrorNode("BadRequest", "Not enough quota")}
    return ActivityFacts(**(about | fields))


def test_a_request_refused_at_submit_becomes_an_attempt_once(azure):
    azure.endpoint()
    azure.look()
    for _ in range(2):
        record.activity(hold("activity"), [refusal(), refusal(event_id="e2")], (), timedelta(minutes=5))
    (only,) = attempts("green")
    assert (only.state, only.caller, only.number) == ("Refused", "ann@example.com", 1)
    assert Deployment.objects.get(name="green").refused


def test_a_failed_row_for_an_operation_that_was_seen_only_names_its_caller(azure):
    azure.endpoint()
    azure.deployment(name="green", state="Failed")
    azure.look()
    record.operation(hold("attempts", attempt__deployment__name="green"),
                     OperationFacts("op1", "Failed", START + timedelta(seconds=20), error=ErrorNode("X", "y")))
    record.activity(hold("activity"), [refusal(status="Failed"), refusal(status="Started")], (), timedelta(minutes=5))
    (only,) = attempts("green")
    assert (only.caller, only.state) == ("ann@example.com", "Failed")


def test_a_deployment_that_is_made_after_a_refusal_goes_on_from_it(azure):
    azure.endpoint()
    azure.look()
    record.activity(hold("activity"), [refusal()], (), timedelta(minutes=5))
    azure.deployment(name="green", state="Creating")
    azure.look()
    assert [(a.number, a.state) for a in attempts("green")] == [(1, "Refused"), (2, "Creating")]
    assert not Deployment.objects.get(name="green").refused


def test_owner_and_team_come_from_tags_then_from_above_then_from_the_creator(azure):
    azure.endpoint(tags=(("Team", "Risk"),), created_by="Jane Doe")
    azure.deployment(tags=(("owner", "ann"),))
    azure.deployment(name="green", operation="op2", created_by="Bob")
    azure.look()
    found = {d.name: (d.owner, d.team) for d in Deployment.objects.all()}
    assert found == {"blue": ("ann", "Risk"), "green": ("Bob", "Risk")}


def test_facts_come_back_from_the_table_as_they_went_in(azure):
    azure.endpoint()
    azure.deployment(instance_type="Standard_DS3_v2", variables=(("A", "h1"),), instance_count=2)
    azure.look()
    assert plain.load(DeploymentFacts, Deployment.objects.get().facts) == azure.deployments["fraud"]["blue"]


def test_a_list_that_comes_late_and_shows_an_older_operation_makes_no_attempt(azure):
    azure.endpoint()
    azure.deployment(state="Succeeded")
    azure.look()
    azure.deployment(state="Updating", operation="op2")
    azure.look()
    azure.deployment(state="Succeeded", operation="op1")
    azure.look()
    azure.deployment(state="Failed", operation="op2")
    azure.look()
    assert [(a.number, a.state) for a in attempts()] == [(1, "Succeeded"), (2, "Failed")]
