"""Incidents: they open with a failure, go on through retries, end by themselves, and come back as the same."""
from datetime import timedelta

import pytest
from django.db.models import F

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot import clock, incidents, inhand, judge, ranks
from troubleshoot.models import Attempt, Deployment, Endpoint, Incident, Verdict, Workspace

pytestmark = pytest.mark.postgres
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def fails(one, number=1, cause="missing_package", began=85, **fields):
    """A judged failure, of 19 minutes."""
    row = rows.attempt(one, "Failed", number, began=began, **fields)
    tell(row, cause)
    return row


def tell(row, cause):
    """What the rules say of an attempt now."""
    Attempt.objects.filter(id=row.id).update(judged=F("revision"))
    Verdict.objects.update_or_create(attempt=row, defaults={
        "cause": cause, "title": f"It is {cause}" if cause else "", "certainty": "certain" if cause else "",
        "data": {}, "fingerprint": "x", "revision": 1, "made_at": rows.NOW})


def ready(one, number, began=20):
    return rows.attempt(one, "Succeeded", number, began=began)


def follow(one):
    """All incidents of its endpoint, oldest first, after two looks: the second must find nothing to do."""
    incidents.follow(one.endpoint_id)
    before = list(Incident.objects.order_by("id").values())
    incidents.follow(one.endpoint_id)
    assert list(Incident.objects.order_by("id").values()) == before
    return list(Incident.objects.order_by("id"))


def told(one):
    return [event.what for event in one.events.order_by("id")]


def test_a_failure_opens_one_incident_at_azures_own_time_with_its_cause_and_stake(green):
    row = fails(green)
    [one] = follow(green)
    assert (one.subject, one.cause, one.title) == (green.key, "missing_package", "It is missing_package")
    assert (one.opened_at, one.first_seen, one.last, one.times) == (row.ended, False, row, 1)
    assert (one.rank, one.worst, told(one)) == (ranks.AFFECTED, ranks.AFFECTED, ["opened"])


def test_a_failure_is_not_told_before_it_was_judged_unless_that_takes_two_minutes(green):
    rows.attempt(green, "Failed", recorded_at=rows.NOW, failed_at=rows.NOW)
    assert follow(green) == []
    assert Endpoint.objects.get().follow_at == rows.NOW + 2 * MINUTE
    clock.hold(rows.NOW + 2 * MINUTE)
    assert incidents.follow_waiting() == 1
    assert Incident.objects.get().title == "Cause not known"


def test_a_retry_that_runs_leaves_it_open_and_a_success_ends_it_at_azures_time(green):
    fails(green)
    follow(green)
    rows.attempt(green, "Creating", 2, began=20)
    assert follow(green)[0].resolved_at is None
    Attempt.objects.filter(number=2).update(state="Succeeded", ended=rows.minutes(3))
    [one] = follow(green)
    assert (one.resolved_at, one.how, one.resolved_by) == (rows.minutes(3), "Ready again", None)
    assert told(one) == ["opened", "ended"]


def test_a_retry_that_fails_with_the_same_cause_joins_it(green):
    fails(green)
    follow(green)
    again = fails(green, 2, began=40)
    [one] = follow(green)
    assert (one.times, one.last, one.last_at, told(one)) == (2, again, again.ended, ["opened", "joined"])


def test_a_failure_that_nobody_looked_at_between_two_others_is_counted(green):
    fails(green)
    follow(green)
    fails(green, 2, began=40)
    fails(green, 3, "init_failed", began=30, took=2)
    last = fails(green, 4, began=20)
    first, other = follow(green)
    assert (first.times, first.last, first.resolved_at) == (3, last, None)
    assert other.how == f"Attempt 4 failed with another cause: incident {first.id}"


def test_another_cause_of_a_newer_attempt_ends_it_and_who_has_it_has_the_new_one(green):
    fails(green)
    [one] = follow(green)
    ada = person("ada", sees_all=True)
    inhand.take(one.id, ada, rows.NOW)
    fails(green, 2, "init_failed", began=40)
    old, new = follow(green)
    assert old.how == f"Attempt 2 failed with another cause: incident {new.id}"
    assert (new.owner, new.resolved_at, told(new)) == (ada, None, ["opened", "carried"])


def test_the_same_attempt_told_another_cause_is_the_same_incident(green):
    row = fails(green, cause="")
    follow(green)
    tell(row, "missing_package")
    [one] = follow(green)
    assert (one.cause, one.title, told(one)) == ("missing_package", "It is missing_package", ["opened", "cause"])


def test_an_attempt_whose_cause_comes_late_joins_what_was_open_before_it(green):
    fails(green)
    follow(green)
    row = fails(green, 2, "", began=40)
    first, other = follow(green)
    assert first.resolved_at and other.cause == ""
    tell(row, "missing_package")
    first, other = follow(green)
    assert (first.times, first.last, first.resolved_at, first.regressed_at) == (2, row, None, None)
    assert other.how == f"Goes on as incident {first.id}, which has the cause that is told now"
    assert other.onward == first


def test_what_fails_again_within_a_week_is_the_same_incident_regressed(green):
    fails(green, began=3000)
    ready(green, 2, began=2900)
    [one] = follow(green)
    assert one.resolved_at
    again = fails(green, 3, began=40)
    [one] = follow(green)
    assert (one.regressed_at, one.resolved_at, one.how, one.times) == (again.ended, None, "", 2)
    assert told(one) == ["opened", "ended", "regressed"]


def test_what_fails_again_after_more_than_a_week_is_a_new_incident(green):
    fails(green)
    ready(green, 2)
    follow(green)
    clock.hold(rows.NOW + 8 * DAY)
    fails(green, 3, began=-7.5 * 1440)
    old, new = follow(green)
    assert old.resolved_at and new.resolved_at is None and new.regressed_at is None


def test_a_failure_that_is_recorded_late_never_regresses_what_ended_after_it(green):
    fails(green, began=3000)
    ready(green, 3, began=20)
    follow(green)
    fails(green, 2, began=2000)
    Deployment.objects.filter(id=green.id).update(latest=Attempt.objects.get(number=3, deployment=green))
    [one] = follow(green)
    assert one.resolved_at and one.regressed_at is None


def test_what_a_person_resolved_stays_so_until_a_later_attempt_fails(green):
    row = fails(green)
    [one] = follow(green)
    inhand.resolve(one.id, "by hand", person("ada", sees_all=True), rows.NOW)
    tell(row, "missing_package")
    silent = [one for one in follow(green) if one.silent]
    assert Incident.objects.get(id=one.id).how == "by hand" and silent == []
    clock.hold(rows.NOW + 30 * MINUTE)
    fails(green, 2, began=-1)
    one = follow(green)[0]
    assert one.regressed_at and one.resolved_at is None and one.resolved_by is None


def test_a_failure_before_a_person_resolved_it_that_comes_late_opens_it_again(green):
    fails(green)
    [one] = follow(green)
    inhand.resolve(one.id, "by hand", person("ada", sees_all=True), rows.NOW)
    fails(green, 2, began=40)
    [one] = follow(green)
    assert one.resolved_at is None and one.regressed_at is None
    assert one.events.get(what="joined").text == "Attempt 2 failed with the same cause: it was not over."


def test_a_deleted_deployment_ends_its_incident(green):
    fails(green)
    follow(green)
    Deployment.objects.filter(id=green.id).update(gone_at=rows.minutes(1))
    [one] = follow(green)
    assert (one.how, one.resolved_at) == ("Deleted from Azure", rows.minutes(1))


def test_a_refused_request_ends_after_a_day_without_another(green):
    Deployment.objects.filter(id=green.id).update(refused=True)
    green.refresh_from_db()
    tell(rows.attempt(green, "Refused", began=85, took=0), "quota_vm_family")
    [one] = follow(green)
    assert one.rank == ranks.NOT_AFFECTED
    clock.hold(rows.minutes(85) + DAY)
    assert incidents.follow_waiting() >= 1
    one.refresh_from_db()
    assert one.how == "Refused at submit, and nothing followed for 24 hours"
    assert one.resolved_at == rows.minutes(85) + DAY


def test_the_stake_follows_the_traffic_and_the_worst_is_kept(green):
    fails(green)
    follow(green)
    for weight, rank in ((0, ranks.NOT_AFFECTED), (None, ranks.NOT_KNOWN)):
        Deployment.objects.filter(id=green.id).update(weight=weight)
        [one] = follow(green)
        assert (one.rank, one.worst) == (rank, ranks.AFFECTED)


def test_an_answer_about_serving_holds_until_the_next_attempt_fails(green):
    Deployment.objects.filter(id=green.id).update(ready_once=True)
    fails(green)
    [one] = follow(green)
    assert one.rank == ranks.NOT_KNOWN
    inhand.serving(one.id, "yes", person("ada", sees_all=True), rows.NOW)
    assert follow(green)[0].rank == ranks.NOT_AFFECTED
    fails(green, 2, began=40)
    one = follow(green)[0]
    assert (one.rank, one.serving) == (ranks.NOT_KNOWN, "")


@pytest.mark.parametrize(("kind", "more", "wakes"), [
    ("more", {"more": 1}, "it failed as often as was waited for"), ("attempt", {}, "the next attempt came"),
    ("time", {"until": rows.NOW + MINUTE}, "its time was over")])
def test_a_snooze_ends_by_what_it_waits_for_and_says_so(green, kind, more, wakes):
    fails(green)
    [one] = follow(green)
    inhand.snooze(one.id, kind, person("ada", sees_all=True), rows.NOW, **more)
    assert incidents.follow_waiting() == 0
    clock.hold(rows.NOW + MINUTE)
    if kind != "time":
        fails(green, 2, began=40)
        Endpoint.objects.update(followed=0)
    incidents.follow_waiting()
    one.refresh_from_db()
    assert (one.snooze, one.woke) == ("", wakes)


def test_a_new_incident_of_the_same_cause_wakes_a_snoozed_one(green):
    fails(green)
    [one] = follow(green)
    inhand.snooze(one.id, "cause", person("ada", sees_all=True), rows.NOW)
    clock.hold(rows.NOW + MINUTE)
    other = rows.deployment(rows.endpoint(green.endpoint.workspace, "fraud", {"blue": 100}), "blue", "Failed")
    fails(other)
    incidents.follow_waiting()
    one.refresh_from_db()
    new = Incident.objects.get(deployment=other)
    assert (one.snooze, one.woke) == ("", f"incident {new.id} of the same cause joined")


def test_azures_own_time_that_comes_after_the_failure_puts_its_begin_right(green):
    row = fails(green, ended=None, failed_at=rows.NOW, recorded_at=rows.minutes(90))
    assert follow(green)[0].opened_at == rows.NOW
    Attempt.objects.filter(id=row.id).update(ended=rows.minutes(2))
    one = follow(green)[0]
    assert (one.opened_at, one.last_at, told(one)) == (rows.minutes(2), rows.minutes(2), ["opened"])


def test_an_upgrade_opens_what_triage_lists_and_writes_nothing_that_is_long_over(green):
    fails(green, 1, began=30 * 1440)
    ready(green, 2, began=29 * 1440)
    old = fails(green, 3, "init_failed", began=20 * 1440)
    for name, number, gone in (("gone", 30, rows.minutes(9 * 1440)), ("lately", 2 * 1440, rows.minutes(1440))):
        one = rows.deployment(green.endpoint, name, "Failed", gone_at=gone)
        fails(one, began=number)
    found = follow(green)
    assert [(one.deployment.name, one.last, one.how) for one in found if one.deployment != green] == [
        ("lately", Attempt.objects.get(deployment__name="lately"), "Deleted from Azure")]
    assert [(one.last, one.opened_at) for one in found if one.deployment == green] == [(old, old.ended)]


def test_an_endpoint_that_cannot_be_followed_holds_up_no_other_and_is_tried_again_when_it_turns(green, monkeypatch):
    row = rows.attempt(green)
    other = rows.deployment(rows.endpoint(green.endpoint.workspace, "fraud"), "blue", "Failed")
    fails(other)
    tell(row, "")
    real = incidents.troubles.attempts

    def broken(end, *rest):
        if end.id == green.endpoint_id:
            raise ZeroDivisionError
        return real(end, *rest)
    with monkeypatch.context() as patch:
        patch.setattr(incidents.troubles, "attempts", broken)
        assert incidents.follow_waiting() == 1
    assert [one.deployment for one in Incident.objects.all()] == [other]
    judge.turned(row.id)
    incidents.follow_waiting()
    assert Incident.objects.filter(deployment=green, resolved_at=None).count() == 1


def test_polls_that_turn_something_and_verdicts_have_the_endpoint_followed_and_others_do_not(azure, at):
    azure.endpoint(traffic=(("blue", 100),))
    azure.deployment(state="Failed")
    azure.look()
    judge.judge_waiting()
    assert incidents.follow_waiting() == 1 and incidents.follow_waiting() == 0
    azure.look()
    assert incidents.follow_waiting() == 0
    azure.endpoint(traffic=(("blue", 0),))
    azure.look()
    assert incidents.follow_waiting() == 1
    azure.deployments["fraud"].clear()
    azure.look()
    assert incidents.follow_waiting() == 1
    assert Incident.objects.get(silent=False).how == "Deleted from Azure"


def test_a_round_without_anything_new_costs_as_much_on_a_large_fleet(green, django_assert_num_queries):
    for number in range(30):
        one = rows.deployment(rows.endpoint(green.endpoint.workspace, f"e{number}", {"blue": 100}), "blue", "Failed")
        fails(one)
    incidents.follow_waiting()
    with django_assert_num_queries(6):
        assert incidents.follow_waiting() == 0
    with django_assert_num_queries(7):
        incidents.follow(green.endpoint_id)
    assert Workspace.objects.count() == 1
