"""Odd endings come through the door as Azure shows them, and are told on the page as what they are."""
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.troubleshoot.conftest import START, SUB, hold
from troubleshoot import clock, judge, record, watches
from troubleshoot.boards import attempt as boards
from troubleshoot.diagnosis.facts import ActivityFacts, ErrorNode, LogAnswer, OperationFacts
from troubleshoot.models import Attempt, Change, Deployment, Watch

pytestmark = pytest.mark.postgres
MINUTE = timedelta(minutes=1)
ERROR = ErrorNode("InternalServerError", "Internal error.")


def newest(name="blue", number=None):
    rows = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").order_by("-number")
    rows = rows.filter(deployment__name=name) if name else rows.filter(deployment=None)
    return rows.filter(number=number).first() if number else rows.first()


def page(name="blue", number=None):
    judge.judge_waiting()
    return boards.page(newest(name, number), clock.now())


def heads(board):
    return [one.head for one in board.notes]


def told(board, lane=""):
    return [one.text for one in board.entries if not lane or one.lane == lane]


def ended(name, operation, state, after, number=None):
    attempt = newest(name, number)
    held = hold("attempts", attempt=attempt)
    record.operation(held, OperationFacts(operation, state, START, START + after * MINUTE,
                                          ERROR if state == "Failed" else None))


@pytest.fixture
def fleet(azure, at):
    """blue of fraud is being created."""
    azure.endpoint(traffic=(("blue", 0),))
    azure.deployment()
    azure.look()
    return azure


def turn(fleet, state, name="blue", operation="op1", **fields):
    fleet.deployment(name, operation=operation, state=state, **fields)
    fleet.look()


def test_a_late_success_tells_both_moments_and_that_no_operation_was_new(fleet, at):
    at(31)
    turn(fleet, "Failed")
    ended("blue", "op1", "Failed", 31)
    assert page().state == "Failed"
    at(6)
    turn(fleet, "Succeeded")
    board = page()
    assert board.state == "Succeeded" and board.heading.endswith("became ready after a reported failure")
    assert board.card.text.replace("\xa0", " ").startswith(
        "Azure reported a failure at 10:31 UTC; it became ready by 10:37 UTC without a new operation.")
    assert told(board, "Operation") == ["Creation of blue began", "Azure reported that blue failed",
                                        "blue became ready without a new operation"]
    assert board.gave_up == START + 31 * MINUTE and [one.css for one in board.rail][-1] == "done"
    assert Attempt.objects.count() == 2  # the endpoint's own, and this one


def test_a_deletion_behind_a_creation_waits_and_says_what_goes_with_it(fleet, at):
    at(10)
    turn(fleet, "Deleting", operation="op-delete")
    row = newest()
    assert (row.state, row.deleting_at) == ("Creating", START + 10 * MINUTE)
    board = page()
    assert board.heading == "fraud / blue is being created; a deletion waits"
    assert heads(board) == ["A deletion waits for this operation."]
    assert "Its logs go with it" in board.notes[0].text and "when the operation has ended" in board.notes[0].text
    assert "A deletion of blue was first seen" in told(board, "Operation")
    at(5)
    fleet.look()
    assert newest().deleting_at == START + 10 * MINUTE
    fleet.deployments["fraud"].clear()
    fleet.look()
    board = page()
    assert board.heading == "fraud / blue was deleted before an end was seen" and not board.running
    assert heads(board) == ["It was deleted before an end was seen."]


def test_a_failed_one_that_is_being_deleted_says_both(fleet, at):
    at(10)
    turn(fleet, "Failed")
    ended("blue", "op1", "Failed", 10)
    turn(fleet, "Deleting", operation="op-delete")
    board = page()
    assert board.heading == "fraud / blue failed to deploy and is being deleted"
    assert heads(board) == ["It is being deleted."]


def test_one_that_is_first_seen_while_it_is_deleted_is_only_being_deleted(fleet, at):
    for _ in range(2):
        turn(fleet, "Deleting", "green", "op-delete")
        at(1)
    board = page("green")
    assert board.heading == "fraud / green is being deleted" and not board.notes


def test_a_deletion_of_a_later_attempt_is_not_one_of_the_first(fleet, at):
    for state, operation in (("Failed", "op1"), ("Deleting", "d1"), ("Failed", "op2"), ("Deleting", "d2")):
        at(10)
        turn(fleet, state, operation=operation)
    assert heads(page(number=1)) == [] and heads(page(number=2)) == ["It is being deleted."]


def test_an_endpoint_that_is_being_deleted_is_no_new_attempt(fleet, at):
    fleet.endpoint(state="Deleting")
    fleet.look()
    assert newest("").deleting_at == START and Attempt.objects.filter(deployment=None).count() == 1


def test_a_first_provisioning_that_failed_cannot_be_updated(fleet, at):
    turn(fleet, "Failed")
    ended("blue", "op1", "Failed", 9)
    facts = {one.name: f"{one.value}{one.small}" for one in page().card.facts}
    assert facts["Update"] == "not possible, its first provisioning failed: delete it and create it again"


def test_an_endpoint_whose_creation_failed_has_to_be_made_again_too(fleet, at):
    fleet.endpoint("new", state="Failed", operation_uri="https://x/mfeOperationsStatus/oe7", created_at=START)
    fleet.look()
    row = Attempt.objects.get(endpoint__name="new")
    record.operation(hold("attempts", attempt=row), OperationFacts("oe7", "Failed", START, START + MINUTE, ERROR))
    judge.judge_waiting()
    row = Attempt.objects.select_related("deployment", "endpoint__workspace", "verdict").get(id=row.id)
    assert "Update" in {one.name for one in boards.page(row, clock.now()).card.facts}


def test_one_that_was_ready_once_can_be_updated(fleet, at):
    turn(fleet, "Succeeded")
    at(60)
    turn(fleet, "Failed", operation="op2", modified_at=clock.now())
    record.operation(hold("attempts", attempt=newest()), OperationFacts(
        "op2", "Failed", clock.now() - MINUTE, clock.now(), ERROR))
    assert "Update" not in {one.name for one in page().card.facts}


def test_a_failed_endpoint_and_a_failed_deployment_lead_to_each_other(fleet, at):
    at(5)
    fleet.endpoint(state="Failed", operation_uri="https://x/mfeOperationsStatus/oe2", created_at=START)
    turn(fleet, "Failed")
    ended("blue", "op1", "Failed", 5)
    held = hold("attempts", attempt=newest(""))
    record.operation(held, OperationFacts("oe2", "Failed", START + MINUTE, START + 4 * MINUTE, ERROR))
    one, other = page(), page("")
    assert heads(one) == ["An operation of the endpoint itself failed at the same time."]
    assert (one.notes[0].deployment, one.notes[0].number) == ("", newest("").number)
    assert heads(other)[0] == "blue failed at the same time."
    assert (other.notes[0].deployment, other.notes[0].number) == ("blue", 1)


def test_two_causes_that_are_proved_at_different_stages_are_both_told(fleet, at):
    turn(fleet, "Failed")
    quota = ErrorNode("OutOfQuota", "Not enough subscription CPU quota. The amount of CPU quota requested is 72 and "
                      "your maximum amount of quota is [N/A].")
    record.operation(hold("attempts", attempt=newest()),
                     OperationFacts("op1", "Failed", START, START + 9 * MINUTE, quota))
    log = ("Container logs:\n2026-11-25 10:05:00,000 E [61] azmlinfsrv - Traceback (most recent call last):\n"
           "  File \"/var/azureml-app/score.py\", line 3, in <module>\n    import lightgbm\n"
           "ModuleNotFoundError: No module named 'lightgbm'\n")
    record.log_answer(hold("logs", container="inference-server"), LogAnswer("inference-server", "", log))
    board = page()
    causes = {board.cause, *(one.cause for one in board.notes)}
    shown = {board.cause, *(one.finding.cause for one in board.doubt.fits)}
    assert len(causes) == 2 and causes <= shown
    assert heads(board) == ["A second failure is proved as well."]


def test_an_end_between_two_looks_and_one_before_the_first_are_said_to_be_so(fleet, at):
    at(9)
    turn(fleet, "Updating", operation="op2", modified_at=START + 8 * MINUTE)
    ended("blue", "op1", "Failed", 7, number=1)
    assert "Its end fell between two looks." in heads(page(number=1))
    assert "Attempt 2 of blue began" in told(page(number=1), "Operation")
    at(60)
    turn(fleet, "Failed", "green", "op9", created_at=START)
    record.operation(hold("attempts", attempt=newest("green")),
                     OperationFacts("op9", "Failed", START, START + 20 * MINUTE, ERROR))
    assert "It had ended before we first looked." in heads(page("green"))


def test_an_attempt_that_was_replaced_before_its_end_does_not_run_any_more(fleet, at):
    at(9)
    turn(fleet, "Updating", operation="op2", modified_at=START + 8 * MINUTE)
    board = page(number=1)
    assert board.heading == "fraud / blue was replaced by another attempt before an end was seen"
    assert heads(board) == ["Attempt 2 began before an end of this one was seen."]
    assert not board.running and "blue: Creating" not in told(board)


def test_what_changed_after_the_next_attempt_began_is_not_told_of_this_one(fleet, at):
    turn(fleet, "Succeeded")
    at(5)
    turn(fleet, "Succeeded", instance_count=2)
    at(60)
    turn(fleet, "Updating", operation="op2", modified_at=clock.now(), instance_count=3)
    assert told(page(number=1), "Changes") == ["Number of instances of blue changed"]


# Who did it.


def row(verb, status, minutes, caller="ann@example.com", at="fraud", **fields):
    place = f"/subscriptions/{SUB}/resourceGroups/rg-risk/providers/Microsoft.MachineLearningServices/workspaces/" \
            f"mlw-risk/onlineEndpoints/{at}"
    kind = "deployments/" if "/deployments/" in at else ""
    return ActivityFacts(f"e{verb}{status}{minutes}", START + minutes * MINUTE, place,
                         f"Microsoft.MachineLearningServices/workspaces/onlineEndpoints/{kind}{verb}", status, caller,
                         **fields)


def log_says(*rows):
    record.activity(hold("activity"), rows, (), timedelta(minutes=5))


def asked():
    return [(one.field, one.after, (one.at - START) / MINUTE) for one in Change.objects.exclude(
        field__in=("state", "traffic"))]


def test_who_asked_for_a_deletion_is_told_once_however_often_the_log_says_it(fleet, at):
    blue = "fraud/deployments/blue"
    for _ in range(2):
        log_says(row("delete", "Succeeded", 40, at=blue), row("delete", "Started", 10, at=blue),
                 row("delete", "Accepted", 10.05, at=blue))
    assert asked() == [("deletion asked by", "ann@example.com", 10)]
    at(60)
    assert "ann@example.com asked for the deletion of blue" in told(page(), "People")


def test_a_deletion_that_azure_refused_is_told_as_that(fleet, at):
    log_says(row("delete", "Failed", 3, at="fraud/deployments/blue", error=ErrorNode("TrafficNotZero", "no")))
    assert asked() == [("deletion refused for", "ann@example.com", 3)]
    assert Deployment.objects.get().attempts.count() == 1


def test_who_shifted_traffic_is_told_where_the_split_turned_after_it(fleet, at):
    log_says(row("write", "Succeeded", 1))
    assert asked() == []
    at(12)
    fleet.endpoint(traffic=(("blue", 100),))
    fleet.look()
    log_says(row("write", "Started", 11, "bob@example.com"), row("write", "Succeeded", 11.5, "bob@example.com"))
    assert asked() == [("traffic set by", "bob@example.com", 11)]
    board = page()
    assert "bob@example.com set the traffic" in told(board, "People")
    assert ("Traffic split of the endpoint changed", "blue 0 % to blue 100 %") in [
        (one.text, one.small) for one in board.entries]


def test_rows_of_strangers_and_without_a_caller_or_a_moment_change_nothing(fleet, at):
    nowhere = row("delete", "Started", 1, at="other")
    timeless = replace(row("delete", "Started", 1), at=None)
    log_says(nowhere, row("delete", "Started", 1, caller=""), timeless)
    assert asked() == []


# What was asked for, and where nobody looked.


def test_withheld_logs_the_first_lines_and_a_log_that_is_gone_are_entries(fleet, at):
    def read(text="", answer_class="", said=""):
        record.log_answer(hold("logs", container="inference-server"),
                          LogAnswer("inference-server", answer_class, text, said))
    for _ in range(3):
        read("Deployment is in deleting or creating state so logs can't be retrieved.")
        at(5)
    read("Container logs:\none\ntwo\n")
    at(5)
    read(answer_class="gone", said="not found")
    entries = [(one.text, one.small.replace("\xa0", " ")) for one in page().entries if one.lane == "Logs"]
    assert entries == [("Azure withheld the log of inference-server", "for 10 min 00 s"),
                       ("First lines of inference-server read", ""),
                       ("inference-server: the log is gone", "2 lines read before are kept; Azure's words: not found")]


def test_where_nobody_looked_is_one_row_of_the_timeline(fleet, at):
    at(31)
    record.endpoints(watches.claim(Watch.objects.get(poll="endpoints").id, "test"), fleet.seen())
    (unseen,) = [one for one in page().entries if one.lane == "Not seen"]
    assert unseen.text == "We did not look from 10:00 to 10:31: nothing polled"
    assert (unseen.moment, unseen.until) == (START, START + 31 * MINUTE)
