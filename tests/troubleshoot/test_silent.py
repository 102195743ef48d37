"""Silent trouble: Azure calls nothing failed, and still something is wrong; it opens, and ends, by what is proven."""
from datetime import timedelta

import pytest

from tests.conftest import person
from tests.dashboard import rows
from tests.troubleshoot.test_notices import channel
from troubleshoot import clock, incidents, inhand, ranks, turned
from troubleshoot.boards import inhand as board
from troubleshoot.models import (
    Attempt,
    Change,
    Deployment,
    Endpoint,
    Incident,
    Log,
    LogRead,
    Notice,
    QuotaRow,
    QuotaSample,
    Verdict,
    Watch,
)

pytestmark = pytest.mark.postgres
MINUTE = timedelta(minutes=1)


@pytest.fixture
def space(db, held_clock):
    return rows.workspace("mlw-growth")


def made(space, traffic, **states):
    """An endpoint with deployments in these states, each with an attempt that began 85 minutes ago."""
    end = rows.endpoint(space, "churn", traffic)
    for name, state in states.items():
        rows.attempt(rows.deployment(end, name, state), state)
    return end


def silent(end=None):
    """What is silently wrong now, by its kind; of an endpoint or of all."""
    incidents.follow(end.id) if end else incidents.follow_waiting()
    return {one.cause: one for one in Incident.objects.filter(silent=True, resolved_at=None)}


def judged(end):
    for row in Attempt.objects.filter(endpoint=end, verdict=None):
        rows.verdict(row)


def later(minutes):
    """So many minutes after now, still looking."""
    clock.hold(rows.NOW + minutes * MINUTE)
    Watch.objects.filter(poll="endpoints").update(ok_at=clock.now())


def newest(cause):
    return Incident.objects.filter(cause=cause).latest("id")


def test_a_healthy_endpoint_has_no_silent_trouble(space):
    assert silent(made(space, {"blue": 100}, blue="Succeeded", green="Succeeded")) == {}


def test_a_green_endpoint_without_a_ready_deployment_is_one_where_no_incident_tells_it(space):
    end = made(space, {"blue": 100}, blue="Failed")
    judged(end)
    assert silent(end) == {}
    [loud] = Incident.objects.all()
    inhand.resolve(loud.id, "", person("ada", sees_all=True), rows.NOW)
    one = silent(end)["no_ready_deployment"]
    assert (one.subject, one.rank, one.opened_at) == (end.key, ranks.AFFECTED, rows.minutes(66))
    Deployment.objects.update(state="Updating")
    assert silent(end) == {} and newest("no_ready_deployment").how == "A deployment is ready"


def test_no_trouble_is_told_of_deployments_whose_state_is_not_known(space):
    assert silent(made(space, {"blue": 100}, blue="")) == {}


def test_a_ready_deployment_without_traffic_is_one_after_a_quarter_of_an_hour(space):
    end = made(space, {"blue": 0}, blue="Succeeded")
    Attempt.objects.update(ended=rows.minutes(14))
    assert silent(end) == {}
    assert Endpoint.objects.get(id=end.id).follow_at == rows.NOW + MINUTE
    clock.hold(rows.NOW + MINUTE)
    one = silent()["ready_without_traffic"]
    assert (one.title, one.rank) == ("No deployment gets traffic; blue is ready", ranks.NOT_KNOWN)
    Deployment.objects.update(weight=100)
    assert silent(end) == {} and newest("ready_without_traffic").how == "A ready deployment gets traffic"


def test_traffic_that_was_taken_away_counts_from_when_that_was_seen(space):
    end = made(space, {"blue": 0}, blue="Succeeded")
    Change.objects.create(endpoint=end, at=rows.minutes(20), field="traffic", before="blue 100 %", after="blue 0 %")
    assert silent(end)["ready_without_traffic"].opened_at == rows.minutes(20)


def test_nothing_is_told_of_traffic_that_azure_did_not_tell(space):
    end = made(space, {}, blue="Succeeded")
    Endpoint.objects.update(facts={})
    assert silent(end) == {}


def test_traffic_to_what_failed_is_told_by_its_own_incident_only(space):
    end = made(space, {"blue": 100, "green": 0}, blue="Failed", green="Succeeded")
    judged(end)
    assert silent(end) == {}
    inhand.resolve(Incident.objects.get().id, "", person("ada", sees_all=True), rows.NOW)
    one = silent(end)["ready_without_traffic"]
    assert (one.title, one.rank) == ("Traffic goes to blue, which is not ready; green is ready", ranks.AFFECTED)


def test_a_deployment_that_waits_for_traffic_since_days_is_no_news(space):
    end = made(space, {"blue": 0}, blue="Succeeded")
    Attempt.objects.update(ended=rows.minutes(2000), recorded_at=rows.minutes(2000))
    assert silent(end) == {}


def test_a_late_success_without_traffic_is_one_until_traffic_comes(space):
    end = made(space, {"blue": 100, "green": 0}, blue="Succeeded", green="Succeeded")
    green = Deployment.objects.get(name="green")
    Attempt.objects.filter(deployment=green).update(failed_at=rows.minutes(60))
    Change.objects.create(endpoint=end, deployment=green, at=rows.minutes(40), field="state", after="Succeeded")
    one = silent(end)["late_success"]
    assert (one.deployment, one.opened_at, one.rank) == (green, rows.minutes(40), ranks.NOT_AFFECTED)
    Deployment.objects.filter(id=green.id).update(weight=10)
    assert silent(end) == {}


def slow(space, took):
    """green is being created since 25 minutes, after five creations that took so many minutes."""
    end = made(space, {"blue": 100}, blue="Succeeded")
    green = rows.deployment(end, "green", "Creating")
    for number, minutes in enumerate(took, 1):
        rows.attempt(green, "Succeeded", number, began=9000 - number, took=minutes)
    rows.attempt(green, "Creating", len(took) + 1, began=25)
    return end, green


def test_a_creation_slower_than_its_own_history_is_one_and_says_what_is_usual(space):
    end, green = slow(space, (8, 9, 10, 11, 12))
    one = silent(end)["slow"]
    assert (one.title, one.rank) == ("Creation runs longer than usual: 10 min is usual", ranks.SLOW)
    assert (one.deployment, one.opened_at, one.last.number) == (green, rows.minutes(25), 6)
    Attempt.objects.filter(number=6).update(state="Succeeded", ended=rows.NOW)
    assert silent(end) == {} and newest("slow").how == "The operation ended"


def test_a_creation_without_a_history_is_slow_after_ninety_minutes(space):
    end, _ = slow(space, (8, 9, 10, 11))
    assert silent(end) == {}
    assert Endpoint.objects.get(id=end.id).follow_at == rows.NOW + 65 * MINUTE
    later(65)
    assert silent()["slow"].title == "Creation has run for longer than 90 min"


def test_a_slow_one_that_fails_is_told_by_its_failure(space):
    end, _ = slow(space, (8, 9, 10, 11, 12))
    silent(end)
    row = Attempt.objects.get(number=6)
    Attempt.objects.filter(id=row.id).update(state="Failed", ended=rows.NOW, failed_at=rows.NOW)
    rows.verdict(row)
    assert silent(end) == {}
    loud = Incident.objects.get(silent=False)
    assert newest("slow").how == f"Incident {loud.id} tells it now"
    assert newest("slow").onward == loud


def test_a_slow_one_that_failed_goes_on_until_the_failure_is_judged_and_nobody_is_told_that_it_recovered(space):
    channel()
    end, green = slow(space, (8, 9, 10, 11, 12))
    silent(end)
    row = Attempt.objects.get(number=6)
    Attempt.objects.filter(id=row.id).update(state="Failed", ended=rows.NOW, failed_at=rows.NOW)
    assert list(silent(end)) == ["slow"] and not Incident.objects.filter(silent=False).exists()
    rows.verdict(row)
    assert silent(end) == {}
    assert list(Notice.objects.order_by("id").values_list("what", "incident__cause")) == [
        ("failed", "slow"), ("failed", "")]


def test_a_slow_one_beside_a_failure_of_another_deployment_ended_by_itself(space):
    end, green = slow(space, (8, 9, 10, 11, 12))
    judged(end)
    silent(end)
    rows.verdict(rows.attempt(rows.deployment(end, "red", "Failed")))
    Attempt.objects.filter(number=6).update(state="Succeeded", ended=rows.NOW)
    assert silent(end) == {} and newest("slow").how == "The operation ended"


def test_what_began_before_we_stopped_looking_is_not_told_as_slow_until_we_look_again(space):
    end, _ = slow(space, (8, 9, 10, 11))
    silent(end)
    clock.hold(rows.NOW + 300 * MINUTE)
    assert silent() == {} and Endpoint.objects.get(id=end.id).follow_at > clock.now()
    later(301)
    assert list(silent()) == ["slow"]


def test_a_failure_that_waits_for_its_verdict_is_no_silent_trouble(space):
    end = made(space, {"blue": 100}, blue="Failed")
    Attempt.objects.update(recorded_at=rows.NOW, ended=rows.NOW, failed_at=rows.NOW)
    assert silent(end) == {}
    later(2)
    silent()
    assert [one.silent for one in Incident.objects.all()] == [False]


def test_silent_trouble_can_sleep_for_a_time_only_since_no_attempt_would_wake_it(space):
    end = made(space, {"blue": 0}, blue="Succeeded")
    one, ada = silent(end)["ready_without_traffic"], person("ada", sees_all=True)
    for kind in ("attempt", "cause", "more"):
        with pytest.raises(turned.Refused, match="only a time"):
            inhand.snooze(one.id, kind, ada, rows.NOW, more=1)
    assert inhand.snooze(one.id, "time", ada, rows.NOW, until=rows.NOW + MINUTE).event
    hand = board.hand(one, ada, rows.NOW)
    assert not hand.fails and {value for value, _ in hand.lengths} == {"1h", "morning", "1d", "7d"}


def test_a_retry_that_takes_long_after_a_failure_is_told_by_the_failure(space):
    end, green = slow(space, (8, 9, 10, 11, 12))
    Attempt.objects.filter(deployment=green, number=5).update(state="Failed", recorded_at=rows.minutes(60))
    judged(end)
    assert silent(end) == {} and Incident.objects.filter(silent=False, resolved_at=None).count() == 1


def test_logs_that_azure_refuses_are_one_of_the_workspace(space):
    made(space, {"blue": 100}, blue="Succeeded")
    Watch.objects.filter(poll="logs").update(trouble="denied", due_at=rows.NOW)
    Log.objects.update(read_at=rows.minutes(1))
    read = LogRead.objects.create(log=Log.objects.first(), at=rows.minutes(9), last_at=rows.minutes(1),
                                  answer_class="denied")
    assert silent() == {}
    LogRead.objects.update(times=2)
    one = silent()["logs_unreadable"]
    assert (one.subject, one.endpoint, one.rank, one.opened_at) == (space.key, None, ranks.NOT_AFFECTED, read.at)
    Watch.objects.filter(poll="logs").update(trouble="")
    assert silent() == {} and newest("logs_unreadable").how == "Logs can be read again"


def test_data_that_is_old_is_one_only_where_somebody_looked_in_vain(space):
    Watch.objects.filter(poll="endpoints").update(ok_at=rows.minutes(16))
    assert silent() == {}
    Watch.objects.filter(poll="endpoints").update(failures=4, trouble="unreachable")
    one = silent()["stale"]
    assert (one.opened_at, one.rank) == (rows.minutes(16), ranks.NOT_KNOWN)
    Watch.objects.filter(poll="endpoints").update(failures=0, trouble="", ok_at=rows.NOW)
    assert silent() == {} and newest("stale").how == "A look went well again"


def test_quota_that_is_used_up_is_one_where_living_deployments_use_its_family(space):
    made(space, {"blue": 100}, blue="Succeeded")
    rows.quota(space, "standardFSv2Family", 16, 16)
    row = rows.quota(space, "standardDSv2Family", 50, 50, label="DSv2")
    for count, used in ((50, 44), (30, 50), (10, 52)):
        QuotaSample.objects.create(row=row, at=rows.minutes(count), used=used, limit=50)
    one = silent()["quota_full"]
    assert (one.family, one.title, one.opened_at) == (
        "standarddsv2family", "No vCPU of DSv2 is left: the limit is 50", rows.minutes(30))
    QuotaRow.objects.update(used=44)
    assert silent() == {} and newest("quota_full").how == "There is room again"


def test_a_cap_of_another_workspace_and_one_of_nothing_are_no_trouble(space):
    made(space, {"blue": 100}, blue="Succeeded")
    rows.quota(space, used=0, limit=0)
    rows.quota(rows.workspace("mlw-risk"), used=50, limit=50, own="mlw-risk")
    assert silent() == {}


def test_what_a_person_put_down_stays_so_until_it_begins_again(space):
    end = made(space, {"blue": 0}, blue="Succeeded")
    one = silent(end)["ready_without_traffic"]
    inhand.resolve(one.id, "a test endpoint", person("ada", sees_all=True), rows.NOW)
    assert silent(end) == {}
    later(40)
    Change.objects.create(endpoint=end, at=rows.NOW + 20 * MINUTE, field="traffic", before="blue 9 %", after="blue 0 %")
    back = silent(end)["ready_without_traffic"]
    assert (back.id, back.regressed_at) == (one.id, rows.NOW + 20 * MINUTE)


def test_what_is_gone_has_no_silent_trouble(space):
    end = made(space, {"blue": 0}, blue="Succeeded")
    silent(end)
    Endpoint.objects.filter(id=end.id).update(gone_at=rows.NOW)
    assert silent(end) == {} and newest("ready_without_traffic").how == "Deleted from Azure"
    assert Verdict.objects.count() == 0
