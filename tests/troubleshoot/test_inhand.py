"""What people do with an incident: each changes it once, is told with who and when, and can be taken back."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import person
from tests.dashboard import rows
from tests.dashboard.rows import NOW
from troubleshoot import inhand, notices, ranks
from troubleshoot.diagnosis import redact
from troubleshoot.models import Access, Channel, Incident, IncidentEvent, Notice, Person, Rule

pytestmark = pytest.mark.postgres
LATER = NOW + timedelta(minutes=2)
FIELDS = [one.attname for one in Incident._meta.concrete_fields if one.attname != "revision"]


def incident(fleet, **fields):
    """An open incident of the failed green of churn-scorer."""
    row = fleet["failed"]
    return Incident.objects.create(**({
        "subject": row.deployment.key, "workspace": fleet["growth"], "endpoint": row.endpoint,
        "deployment": row.deployment, "cause": "script-import-error", "title": "lightgbm is missing",
        "rank": ranks.NOT_KNOWN, "worst": ranks.NOT_KNOWN, "opened_at": rows.minutes(66), "last_at": rows.minutes(66),
        "seen_at": rows.minutes(65), "last": row, "last_number": row.number} | fields))


@pytest.fixture
def one(fleet):
    return incident(fleet)


@pytest.fixture
def maya(fleet):
    return person("maya", sees_all=True)


@pytest.fixture
def noor(fleet):
    return person("noor", sees_all=True)


def state(number):
    return {name: getattr(Incident.objects.get(id=number), name) for name in FIELDS}


def told(one):
    return [(event.what, event.person and event.person.username) for event in one.events.order_by("id")]


def test_taking_is_told_with_who_and_when_and_pressing_twice_takes_once(one, maya):
    assert inhand.take(one.id, maya, NOW).words == "You have it now."
    assert inhand.take(one.id, maya, LATER) == inhand.Done("You have it already.")
    one.refresh_from_db()
    assert (one.owner, one.taken_at, one.first_taken_at, one.revision) == (maya, NOW, NOW, 2)
    assert [(event.what, event.person, event.at) for event in one.events.all()] == [("took", maya, NOW)]


def test_what_somebody_else_took_meanwhile_is_asked_for_and_not_taken_silently(one, maya, noor):
    inhand.take(one.id, maya, NOW)
    with pytest.raises(inhand.Taken, match="maya has it") as asked:
        inhand.take(one.id, noor, LATER)
    assert (asked.value.owner, asked.value.since) == (maya, NOW)
    inhand.take(one.id, noor, LATER, seen=maya.id)
    one.refresh_from_db()
    assert (one.owner, one.first_taken_at) == (noor, NOW)


@pytest.mark.django_db(transaction=True)
def test_of_four_who_take_it_at_once_one_has_it_and_the_others_are_asked(held_clock):
    space = rows.workspace("mlw-growth")
    one = incident({"growth": space, "failed": rows.churn(space)})
    cast = [person(f"p{number}", sees_all=True) for number in range(4 if connection.vendor == "postgresql" else 1)]

    def take(who):
        try:
            return inhand.take(one.id, who, NOW).event is not None
        except inhand.Taken:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(take, cast))
    assert won.count(True) == 1 and told(one) == [("took", Incident.objects.get().owner.username)]


def test_it_is_handed_only_to_somebody_who_may_see_the_workspace(one, maya, fleet):
    blind, sees = person("blind"), person("sees")
    Access.objects.create(person=sees, workspace=fleet["growth"], given_at=NOW)
    with pytest.raises(inhand.Refused, match="may see the workspace"):
        inhand.hand_over(one.id, blind, maya, NOW)
    Person.objects.filter(id=sees.id).update(is_active=False)
    with pytest.raises(inhand.Refused, match="may see the workspace"):
        inhand.hand_over(one.id, sees, maya, NOW)
    Person.objects.filter(id=sees.id).update(is_active=True)
    assert inhand.hand_over(one.id, sees, maya, NOW, "the registry answers again").words == "sees has it now."
    event = one.events.get()
    assert (event.what, event.text, event.after["owner_id"]) == ("handed", "the registry answers again", sees.id)


def test_handing_over_does_not_overwrite_who_took_it_meanwhile(one, maya, noor):
    inhand.take(one.id, noor, NOW)
    third = person("third", sees_all=True)
    with pytest.raises(inhand.Taken):
        inhand.hand_over(one.id, third, maya, LATER)
    assert inhand.hand_over(one.id, third, maya, LATER, seen=noor.id).event


def test_only_who_has_it_can_give_it_up(one, maya, noor):
    assert inhand.leave(one.id, maya, NOW).event is None
    inhand.take(one.id, maya, NOW)
    with pytest.raises(inhand.Refused, match="only they can give it up"):
        inhand.leave(one.id, noor, NOW)
    inhand.leave(one.id, maya, LATER)
    one.refresh_from_db()
    assert (one.owner, one.taken_at, one.first_taken_at) == (None, None, NOW)


def test_a_note_is_kept_once_redacted_and_also_after_the_end(one, maya):
    secret = "AccountKey=" + "q7" * 40 + "=="
    inhand.note(one.id, f"tried {secret}", maya, NOW)
    assert inhand.note(one.id, f"tried {secret}", maya, LATER).event is None
    inhand.resolve(one.id, "", maya, LATER)
    inhand.note(one.id, "it was the mirror", maya, LATER)
    assert told(one) == [("noted", "maya"), ("resolved", "maya"), ("noted", "maya")]
    assert "q7q7" not in one.events.first().text
    with pytest.raises(inhand.Refused, match="the note is empty"):
        inhand.note(one.id, " \n ", maya, LATER)


def test_to_acknowledge_needs_a_reason_and_ends_with_the_incident(one, maya):
    with pytest.raises(inhand.Refused, match="say why"):
        inhand.acknowledge(one.id, "  ", maya, NOW)
    inhand.acknowledge(one.id, "a test\nendpoint", maya, NOW)
    one.refresh_from_db()
    assert (one.reason, one.acknowledged_by, one.acknowledged_at) == ("a test endpoint", maya, NOW)
    assert inhand.acknowledge(one.id, "a test endpoint", maya, LATER).event is None
    inhand.resolve(one.id, "deleted", maya, LATER)
    one.refresh_from_db()
    assert (one.reason, one.acknowledged_by, one.acknowledged_at) == ("", None, None)


@pytest.mark.parametrize("kind, given_as, words", [
    ("time", {"until": NOW + timedelta(hours=1)}, "until 23 Nov 04:10 UTC"),
    ("more", {"more": 1}, "until it failed 1 more time"), ("more", {"more": 3}, "until it failed 3 more times"),
    ("attempt", {}, "until the next attempt"), ("cause", {}, "until the cause changes")])
def test_a_snooze_says_how_long_it_lasts_and_pressing_twice_snoozes_once(one, maya, kind, given_as, words):
    assert words in inhand.snooze(one.id, kind, maya, NOW, **given_as).words
    if kind == "time":
        given_as = {"until": given_as["until"] + timedelta(seconds=2)}
    assert inhand.snooze(one.id, kind, maya, NOW, **given_as).event is None
    one.refresh_from_db()
    assert (one.snooze, one.snoozed_by, one.events.get().text) == (kind, maya, words)
    inhand.unsnooze(one.id, maya, LATER)
    one.refresh_from_db()
    assert not one.snooze and told(one)[-1] == ("unsnoozed", "maya")


@pytest.mark.parametrize("kind, given_as", [
    ("", {}), ("never", {}), ("time", {}), ("time", {"until": NOW}), ("time", {"until": NOW - timedelta(days=1)}),
    ("time", {"until": NOW + timedelta(days=31)}), ("more", {}), ("more", {"more": 100}), ("more", {"more": -1})])
def test_a_snooze_without_a_sound_end_is_refused(one, maya, kind, given_as):
    with pytest.raises(inhand.Refused, match="It was not snoozed"):
        inhand.snooze(one.id, kind, maya, NOW, **given_as)
    assert not one.events.exists()


ASLEEP = {"time": {"until": NOW + timedelta(hours=1)}, "more": {"more": 2}, "attempt": {}, "cause": {}}


@pytest.mark.parametrize("kind", ASLEEP)
@pytest.mark.parametrize("why", inhand.WAKES)
def test_something_new_wakes_every_snooze_and_the_rest_only_those_that_wait_for_it(one, maya, kind, why):
    inhand.snooze(one.id, kind, maya, NOW, **ASLEEP[kind])
    one.refresh_from_db()
    one.times = 3
    woke = inhand.wake(one, why, NOW + timedelta(hours=1))
    assert woke is (why in ("cause", "worse", "joined") or why == kind)
    assert bool(Incident.objects.get().snooze) is not woke
    if woke:
        assert one.woke == inhand.WAKES[why] and one.events.order_by("id").last().what == "woke"


def test_a_snooze_does_not_wake_before_its_time_or_its_count(one, maya):
    inhand.snooze(one.id, "time", maya, NOW, until=NOW + timedelta(hours=1))
    one.refresh_from_db()
    assert not inhand.wake(one, "time", NOW + timedelta(minutes=59))
    inhand.snooze(one.id, "more", maya, NOW, more=2)
    one.refresh_from_db()
    one.times = 2
    assert not inhand.wake(one, "more", LATER)
    assert not inhand.wake(one, "no such reason", LATER)


def test_what_a_person_resolved_ends_now_and_only_a_person_opens_it_again(one, maya):
    inhand.snooze(one.id, "cause", maya, NOW)
    inhand.resolve(one.id, "rolled back", maya, LATER)
    assert inhand.resolve(one.id, "again", maya, LATER).event is None
    one.refresh_from_db()
    assert (one.resolved_at, one.resolved_by, one.how, one.snooze) == (LATER, maya, "rolled back", "")
    with pytest.raises(inhand.Refused, match="Reopen it first"):
        inhand.take(one.id, maya, LATER)
    revision = one.endpoint.revision
    inhand.reopen(one.id, maya, LATER)
    assert inhand.reopen(one.id, maya, LATER).event is None
    one.refresh_from_db()
    assert (one.resolved_at, one.how) == (None, "")
    assert one.endpoint.revision > revision  # follow looks at it again


def test_what_ended_by_itself_is_not_opened_by_hand(one, maya):
    Incident.objects.update(resolved_at=NOW, how="ready again")
    one.events.create(what="ended", at=NOW)
    with pytest.raises(inhand.Refused, match="It ended by itself: ready again"):
        inhand.reopen(one.id, maya, LATER)


def test_a_person_whose_account_is_gone_still_resolved_it(one, maya, noor):
    inhand.resolve(one.id, "", maya, NOW)
    maya.delete()
    assert inhand.reopen(one.id, noor, LATER).event


@pytest.mark.parametrize("back", ["reopen", "undo"])
def test_two_of_one_subject_and_cause_are_never_open(one, maya, fleet, back):
    done = inhand.resolve(one.id, "", maya, NOW)
    other = incident(fleet)
    with pytest.raises(inhand.Refused, match=f"Incident {other.id} of the same cause is open"):
        inhand.reopen(one.id, maya, LATER) if back == "reopen" else inhand.undo(done.event, maya, LATER)
    assert Incident.objects.get(resolved_at=None) == other


@pytest.mark.parametrize("answer, rank, worst", [
    ("yes", ranks.NOT_AFFECTED, ranks.NOT_KNOWN), ("no", ranks.AFFECTED, ranks.AFFECTED)])
def test_the_answer_whether_it_serves_moves_the_rank_and_undoing_it_moves_it_back(one, maya, answer, rank, worst):
    done = inhand.serving(one.id, answer, maya, NOW)
    assert inhand.serving(one.id, answer, maya, NOW).event is None
    one.refresh_from_db()
    assert (one.rank, one.worst, one.serving_by, one.serving_at) == (rank, worst, maya, NOW)
    inhand.undo(done.event, maya, LATER)
    one.refresh_from_db()
    assert (one.rank, one.worst, one.serving, one.serving_by) == (ranks.NOT_KNOWN, ranks.NOT_KNOWN, "", None)
    assert [what for what, _ in told(one)] == ["serving", "rank", "undid", "rank"]


def test_a_second_look_replaces_the_answer(one, maya, noor):
    inhand.serving(one.id, "yes", maya, NOW)
    inhand.serving(one.id, "no", noor, LATER)
    one.refresh_from_db()
    assert (one.serving, one.serving_by, one.rank) == ("no", noor, ranks.AFFECTED)


def test_that_it_does_not_serve_wakes_it(one, maya):
    inhand.snooze(one.id, "cause", maya, NOW)
    inhand.serving(one.id, "no", maya, LATER)
    one.refresh_from_db()
    assert (one.snooze, one.woke) == ("", "maya found that it does not serve")


def test_who_was_told_of_the_failure_is_told_when_a_person_resolves_it_and_when_it_turns_out_worse(one, maya):
    for kind, rank in (("teams", ranks.AFFECTED), ("slack", ranks.NOT_KNOWN)):
        channel = Channel.objects.create(name=kind, kind=kind, address="sealed", shown="…", made_at=NOW)
        Rule.objects.create(channel=channel, rank=rank)
    notices.plan(one, "failed", NOW)
    inhand.serving(one.id, "no", maya, NOW)
    assert [(row.channel.name, row.what) for row in Notice.objects.order_by("id")] == [
        ("slack", "failed"), ("teams", "failed")]
    inhand.resolve(one.id, "rolled back", maya, LATER)
    assert Notice.objects.filter(what="recovered").count() == 2


@pytest.mark.parametrize("fields", [
    {"rank": ranks.AFFECTED}, {"silent": True}, {"deployment": None}, {"resolved_at": NOW}])
def test_whether_it_serves_is_asked_only_while_that_is_not_known(fleet, maya, fields):
    with pytest.raises(inhand.Refused, match="only asked while it is not known"):
        inhand.serving(incident(fleet, **fields).id, "yes", maya, NOW)


def test_no_answer_is_no_answer(one, maya):
    with pytest.raises(inhand.Refused, match="yes or no"):
        inhand.serving(one.id, "maybe", maya, NOW)


def test_a_ticket_is_kept_changed_and_taken_away(one, maya):
    assert inhand.set_ticket(one.id, "", maya, NOW).event is None
    assert inhand.set_ticket(one.id, " OPS-8841 ", maya, NOW).event
    assert inhand.set_ticket(one.id, "OPS-8841", maya, NOW).event is None
    assert inhand.set_ticket(one.id, "", maya, NOW).words == "The ticket is taken away."
    assert Incident.objects.get().ticket == ""


def test_only_the_newest_action_is_undone_and_only_once(one, maya, noor):
    first = inhand.take(one.id, maya, NOW).event
    second = inhand.acknowledge(one.id, "known", noor, NOW).event
    with pytest.raises(inhand.Refused, match="only the newest"):
        inhand.undo(first, maya, LATER)
    assert inhand.undo(second, maya, LATER).words == "Undone."
    assert inhand.undo(second, maya, LATER).words == "That is undone already."
    inhand.undo(first, maya, LATER)
    assert Incident.objects.get().owner is None
    assert told(one)[-2:] == [("undid", "maya"), ("undid", "maya")]


def test_what_changed_since_is_not_undone(one, maya):
    done = inhand.snooze(one.id, "cause", maya, NOW)
    one.refresh_from_db()
    inhand.wake(one, "cause", NOW)
    with pytest.raises(inhand.Refused, match="has changed again since"):
        inhand.undo(done.event, maya, LATER)


def test_a_note_is_undone_by_who_wrote_it_and_stands_in_nobodys_way(one, maya, noor):
    done = inhand.take(one.id, maya, NOW)
    noted = inhand.note(one.id, "look at the mirror", noor, NOW).event
    with pytest.raises(inhand.Refused, match="only by who wrote it"):
        inhand.undo(noted, maya, LATER)
    assert inhand.undo(done.event, maya, LATER).event
    assert inhand.undo(noted, noor, LATER).event


def test_an_owner_who_is_gone_is_not_put_back(one, maya, noor):
    inhand.take(one.id, maya, NOW)
    done = inhand.take(one.id, noor, NOW, seen=maya.id)
    maya.delete()
    inhand.undo(done.event, noor, LATER)
    assert Incident.objects.get().owner is None


def test_on_several_each_is_done_for_itself_and_refusals_are_told_by_number(fleet, maya, noor):
    numbers = [incident(fleet, cause=cause).id for cause in ("a", "b", "c")]
    inhand.take(numbers[1], noor, NOW)
    inhand.resolve(numbers[2], "", noor, NOW)
    done, refused = inhand.bulk([*numbers, numbers[0]], lambda number: inhand.take(number, maya, LATER))
    assert done == numbers[:1]
    assert refused == {numbers[1]: "noor has it", numbers[2]: "It is resolved. Reopen it first, if it is not over."}


def test_an_incident_that_is_not_there_any_more_is_refused(one, maya):
    number = one.id
    one.delete()
    for act in (inhand.take, inhand.leave, inhand.reopen, inhand.unsnooze):
        with pytest.raises(inhand.Refused, match="not there any more"):
            act(number, maya, NOW)


ACTS = st.sampled_from([
    ("take",), ("leave",), ("note", "a"), ("note", "b"), ("acknowledge", "known"), ("acknowledge", "other"),
    ("snooze", "cause"), ("snooze", "attempt"), ("unsnooze",), ("resolve", "done"), ("reopen",), ("serving", "yes"),
    ("serving", "no"), ("set_ticket", "T-1"), ("set_ticket", "")])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ACTS, st.integers(0, 1)), max_size=12))
def test_undo_restores_whatever_was_done_before_and_every_change_is_told(fleet, acts):
    Incident.objects.all().delete()
    cast = [Person.objects.get_or_create(username=name, sees_all=True)[0] for name in ("p0", "p1")]
    one, now, undone = incident(fleet), NOW, []
    for (act, *said), who in acts:
        now += timedelta(minutes=5)
        before, revision = state(one.id), Incident.objects.get().revision
        try:
            done = _do(act, one.id, said, cast[who], now)
        except inhand.Refused:
            assert state(one.id) == before
            continue
        assert (done.event is None) == (Incident.objects.get().revision == revision)
        if done.event and act != "serving":
            undone.append((done.event, cast[who], before))
        elif done.event:
            undone.clear()  # what the answer does to a snooze is told for itself
    for event, who, before in reversed(undone):
        inhand.undo(IncidentEvent.objects.get(id=event.id), who, now)
        assert state(one.id) == before


def _do(act, number, said, who, now):
    if act in ("take", "leave", "unsnooze", "reopen"):
        return getattr(inhand, act)(number, who, now)
    return getattr(inhand, act)(number, said[0], who, now)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=400))
def test_whatever_is_typed_is_kept_redacted_in_bounds_or_refused(fleet, text):
    Incident.objects.all().delete()
    one, who = incident(fleet), Person.objects.get_or_create(username="p0", sees_all=True)[0]
    for act, longest in ((inhand.note, inhand.NOTE), (inhand.acknowledge, 300), (inhand.set_ticket, 300)):
        try:
            done = act(one.id, text, who, NOW)
        except inhand.Refused:
            continue
        if done.event:
            assert len(done.event.text) <= longest and redact.text(done.event.text)[0] == done.event.text
