"""What is planned to be told: to whom the rules say, once for each failure and once for its end."""
from datetime import timedelta

import pytest
from django.db import transaction

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot import clock, history, notices, outbox, sealed
from troubleshoot.boards import notice
from troubleshoot.models import Blind, Channel, Incident, Notice, Rule, Verdict
from troubleshoot.ranks import AFFECTED, NOT_KNOWN, SLOW

pytestmark = pytest.mark.postgres
NOW = rows.NOW


@pytest.fixture
def growth(db, held_clock):
    """churn-scorer in mlw-growth, whose green failed."""
    space = rows.workspace("mlw-growth", "northeurope")
    rows.churn(space)
    return space


def channel(space=None, tells=(), **fields):
    """A channel with rules; one that is told everything where none is given."""
    made = Channel.objects.create(**({
        "workspace": space, "name": "on call", "kind": "webhook", "address": sealed.seal("https://x.example.com/"),
        "shown": "https://x.example.com/…", "made_at": NOW} | fields))
    for rule in tells or ({},):
        Rule.objects.create(channel=made, **({"rank": SLOW} | rule))
    return made


def incident(space, name="churn-scorer", **fields):
    """An open incident of a deployment green; `attempt` numbers go on by themselves."""
    end = space.endpoints.filter(name=name).first() or rows.endpoint(space, name, {"green": 100})
    one = end.deployments.filter(name="green").first() or rows.deployment(end, "green", "Failed")
    last = one.latest or rows.attempt(one)
    return Incident.objects.create(**({
        "subject": one.key, "workspace": space, "endpoint": end, "deployment": one, "cause": "missing_package",
        "certainty": "certain", "title": "score.py imports lightgbm", "rank": AFFECTED, "worst": AFFECTED,
        "opened_at": NOW, "last_at": NOW, "first": last, "last": last, "last_number": last.number, "seen_at": NOW}
        | fields))


def plan(one, what="failed", now=NOW):
    with transaction.atomic():
        notices.plan(one, what, now)


def resolve(one, now=NOW, **fields):
    one.resolved_at, one.how = now, "Ready again"
    for name, value in fields.items():
        setattr(one, name, value)
    one.save()


def again(one):
    """The next attempt fails with the same cause."""
    one.last = rows.attempt(one.deployment, number=one.last_number + 1)
    one.last_number, one.times = one.last.number, one.times + 1
    one.save()


def told():
    return [(row.channel.name, row.what) for row in Notice.objects.select_related("channel").order_by("id")]


def test_one_failure_is_told_once_however_often_it_is_planned(growth):
    channel()
    one = incident(growth)
    for _ in range(3):
        plan(one)
    assert told() == [("on call", "failed")]


def test_a_plan_that_is_rolled_back_with_its_incident_tells_nothing(growth):
    channel()
    one = incident(growth)
    with pytest.raises(ValueError, match="no"), transaction.atomic():
        notices.plan(one, "failed", NOW)
        raise ValueError("no")
    assert told() == []


def test_the_next_attempt_that_fails_so_is_a_failure_of_its_own(growth):
    channel()
    one = incident(growth)
    plan(one)
    again(one)
    plan(one)
    assert [row.attempt.number for row in Notice.objects.select_related("attempt").order_by("id")] == [2, 3]


def test_several_rules_of_a_channel_are_one_notice(growth):
    channel(tells=({}, {"workspace": growth}, {"cause": "missing_package"}))
    plan(incident(growth))
    assert len(told()) == 1


@pytest.mark.parametrize(("rule", "heard"), [
    ({}, True), ({"endpoint": "CHURN-scorer"}, True), ({"endpoint": "fraud"}, False),
    ({"cause": "missing_package"}, True), ({"cause": "quota"}, False),
    ({"rank": NOT_KNOWN}, True), ({"rank": AFFECTED}, False)])
def test_a_rule_chooses_by_endpoint_cause_and_severity(growth, rule, heard):
    channel(tells=(rule,))
    plan(incident(growth, rank=NOT_KNOWN))
    assert bool(told()) is heard


def test_a_channel_of_another_workspace_hears_nothing(growth):
    risk = rows.workspace("mlw-risk")
    channel(risk)
    channel(tells=({"workspace": risk},))
    channel(on=False)
    plan(incident(growth))
    assert told() == []


def test_the_end_is_told_with_its_duration_where_the_failure_was_told(growth):
    channel()
    channel(name="only quota", tells=({"cause": "quota"},))
    channel(name="no recoveries", tells=({"recoveries": False},))
    one = incident(growth, opened_at=NOW - timedelta(minutes=7))
    plan(one)
    resolve(one)
    for _ in range(2):
        plan(one, "recovered")
    assert told() == [("on call", "failed"), ("no recoveries", "failed"), ("on call", "recovered")]
    said = notice.message(Notice.objects.get(what="recovered"))
    assert "recovered after 7 min 00 s" in said.subject


def test_an_end_whose_failure_nobody_heard_of_is_not_told(growth):
    channel()
    one = incident(growth)
    resolve(one)
    plan(one, "recovered")
    assert told() == []


def test_what_comes_back_and_ends_again_is_told_again(growth):
    channel()
    one = incident(growth)
    for hour in range(2):
        plan(one)
        resolve(one, NOW + timedelta(hours=hour))
        plan(one, "recovered", NOW + timedelta(hours=hour))
        one.resolved_at, one.regressed_at = None, NOW
        again(one)
    assert [what for _, what in told()] == ["failed", "recovered"] * 2


def test_snoozed_and_acknowledged_incidents_stay_quiet(growth):
    channel()
    plan(incident(growth, snooze="time"))
    plan(incident(growth, cause="quota", acknowledged_at=NOW))
    assert told() == []


def test_what_wakes_is_told_with_the_reason_each_time_it_wakes(growth):
    channel()
    one = incident(growth)
    plan(one)
    for why in ("its time was over", "the cause is another now"):
        one.woke = why
        one.save()
        history.tell(one, "woke", NOW, text=why)
        plan(one)
        plan(one)
    assert len(told()) == 3
    facts = dict(notice.message(Notice.objects.order_by("id").last()).facts)
    assert facts["Told again because"] == "the cause is another now"


def test_the_end_says_that_the_acknowledgement_ended_with_it(growth):
    channel()
    one = incident(growth)
    plan(one)
    history.tell(one, "acknowledged", NOW, person=person("ada"), text="Vendor is on it")
    resolve(one)
    plan(one, "recovered")
    facts = dict(notice.message(Notice.objects.get(what="recovered")).facts)
    assert facts["Acknowledged"] == "by ada: Vendor is on it; this ended when it was over"


def test_the_line_that_proves_the_cause_is_quoted(growth):
    channel()
    plan(incident(growth))
    assert dict(notice.message(Notice.objects.get()).facts)["Evidence"] == (
        "ModuleNotFoundError: No module named 'lightgbm'")


@pytest.mark.parametrize("data", [[], "x", {"findings": "x"}, {"findings": [None]}, {"findings": [{"cause": 3}]}])
def test_a_verdict_that_cannot_be_read_keeps_nobody_from_hearing_of_the_failure(growth, data):
    channel()
    one = incident(growth)
    Verdict.objects.update_or_create(attempt=one.last, defaults={
        "cause": one.cause, "data": data, "fingerprint": "x", "revision": 1, "made_at": NOW})
    plan(one)
    assert Notice.objects.get().body["evidence"] == ""


def test_planning_costs_few_queries(growth, django_assert_max_num_queries):
    for number in range(20):
        channel(name=str(number))
    one = incident(growth)
    one = Incident.objects.select_related("workspace", "endpoint", "deployment", "last").get(id=one.id)
    with django_assert_max_num_queries(6):
        plan(one)


def test_what_we_saw_late_comes_in_one_message_that_says_our_gap(growth):
    sink = channel()
    gone = NOW - timedelta(hours=3)
    Blind.objects.create(workspace=growth, poll="endpoints", since=gone - timedelta(minutes=5),
                         until=NOW - timedelta(minutes=1), why="")
    for name in ("churn-scorer", "fraud", "prices"):
        plan(incident(growth, name, opened_at=gone, last_at=gone))
    assert outbox.channels_due() == []  # the catch-up may not be over
    clock.hold(NOW + notices.SETTLE)
    said = notice.message(outbox.claim(sink.id).notice)
    assert said.subject == "3 incidents: 3 open, 0 over"
    assert dict(said.facts)["Why in one message"] == (
        "We did not see what happened from 23 Nov 00:05:00 UTC to 23 Nov 03:09:00 UTC (3 h 04 min)")
    assert outbox.claim(sink.id) is None


def test_a_catch_up_that_lasts_is_still_one_message_and_is_not_waited_for_without_end(growth):
    sink = channel()
    gone = NOW - timedelta(hours=3)
    for minute in range(9):
        plan(incident(growth, f"scorer-{minute}", opened_at=gone, last_at=gone), now=NOW + timedelta(minutes=minute))
        clock.hold(NOW + timedelta(minutes=minute))
        assert outbox.claim(sink.id) is None
    clock.hold(NOW + notices.CATCH_UP)
    assert outbox.claim(sink.id).notice.holds.count() == 9


def test_one_failure_that_we_saw_late_says_when_it_happened(growth):
    sink = channel()
    gone = NOW - timedelta(hours=3)
    plan(incident(growth, opened_at=gone, last_at=gone))
    clock.hold(NOW + notices.SETTLE)
    said = notice.message(outbox.claim(sink.id).notice)
    assert said.what == "failed"
    assert dict(said.facts)["Seen late"].startswith("It happened at 23 Nov 00:10:00 UTC")


def test_many_at_once_are_one_message_and_few_are_not(growth):
    sink = channel()
    for number in range(notices.STORM - 1):
        plan(incident(growth, f"scorer-{number}"))
    assert outbox.claim(sink.id).notice.what == "failed"
    storm = channel(name="storm")
    for number in range(notices.STORM):
        plan(incident(growth, f"prices-{number}"))
    held = outbox.claim(storm.id)
    assert held.notice.what == "digest"
    assert held.notice.holds.count() == notices.STORM
    assert dict(notice.message(held.notice).facts)["Why in one message"] == "They came at the same time"


def test_an_incident_told_as_resolved_by_a_person_names_them(growth):
    channel()
    one = incident(growth)
    plan(one)
    resolve(one, resolved_by=person("ada"))
    plan(one, "recovered")
    assert "resolved by ada after" in notice.message(Notice.objects.get(what="recovered")).subject
