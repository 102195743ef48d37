"""Laws of incidents over any order of polls, verdicts and actions: none is lost, doubled or silently closed."""
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.conftest import person
from tests.troubleshoot.conftest import hold
from tests.troubleshoot.test_notices import channel
from troubleshoot import clock, incidents, inhand, judge, record, turned
from troubleshoot.diagnosis.facts import ErrorNode, OperationFacts
from troubleshoot.models import Attempt, Incident, IncidentEvent, Person, Verdict, Watch
from troubleshoot.troubles import RECENT
from troubleshoot.watches import Overtaken

pytestmark = pytest.mark.postgres
NAMES, CAUSES, PEOPLE = ("blue", "green"), ("", "missing_package", "init_failed"), ("ada", "max")
BAD = ("Failed", "Canceled")
MINUTE = timedelta(minutes=1)
EXAMPLES = settings(deadline=None, database=None,
                    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

name, cause = st.sampled_from(NAMES), st.sampled_from(CAUSES)
ACTS = ("take", "leave", "note", "acknowledge", "snooze", "unsnooze", "resolve", "reopen", "serving", "hand over")
ACT = st.tuples(st.just("act"), st.sampled_from(PEOPLE), st.integers(0, 2), st.sampled_from(ACTS))
UNDO = st.tuples(st.just("undo"), st.sampled_from(PEOPLE), st.integers(0, 1))
WHOLE = st.tuples(st.just("attempt"), name, st.sampled_from(("Failed", "Failed", "Succeeded")), cause)
STEP = st.one_of(
    WHOLE, WHOLE, WHOLE, ACT, ACT, UNDO, UNDO,
    st.tuples(st.just("begin"), name), st.tuples(st.just("end"), name, st.sampled_from(("Succeeded", "Failed"))),
    st.tuples(st.just("end"), name, st.sampled_from(("Failed", "Canceled"))),
    st.tuples(st.just("delete"), name), st.tuples(st.just("traffic"), st.sampled_from((0, 10, 100))),
    st.tuples(st.just("poll"), st.integers(1, 2)), st.tuples(st.just("poll"), st.just(1)),
    st.tuples(st.just("late"), name), st.tuples(st.just("operation"), name, st.integers(0, 3), st.integers(1, 2)),
    st.tuples(st.just("verdict"), name, st.integers(0, 2), cause),
    st.tuples(st.just("verdict"), name, st.just(0), cause),
    st.tuples(st.just("time"), st.sampled_from((1, 3, 90, 1500, 11_000))), st.tuples(st.just("follow")))


class World:
    """What is true at Azure, and what of it came to the tables so far."""

    def __init__(self, azure):
        self.azure, self.operations, self.made = azure, {}, {}
        self.azure.endpoints.clear()
        self.azure.deployments.clear()
        self.azure.endpoint("fraud", traffic=(("blue", 100), ("green", 0)))

    def do(self, step):
        getattr(self, f"_{step[0]}")(*step[1:])

    def _attempt(self, name, state, cause):
        """One attempt as it is mostly seen: every turn of it in its time."""
        for step in (("begin", name), ("poll", 1), ("end", name, state), ("poll", 1), ("operation", name, 0, 1),
                     ("verdict", name, 0, cause), ("follow",)):
            self.do(step)

    def _begin(self, name):
        running = self.operations.setdefault(name, [])
        if running and running[-1]["state"] == "Creating":
            return
        clock.hold(clock.now() + MINUTE)
        running.append({"id": f"{name}-{len(running)}", "state": "Creating", "began": clock.now(), "ended": None})
        if name not in self.azure.deployments["fraud"]:
            self.made[name] = clock.now()
        self.azure.deployment(name, operation=running[-1]["id"], state="Creating", created_at=self.made[name])

    def _end(self, name, state):
        running = self.operations.get(name)
        if running and running[-1]["state"] == "Creating" and name in self.azure.deployments["fraud"]:
            clock.hold(clock.now() + MINUTE)
            running[-1] |= {"state": state, "ended": clock.now()}
            self.azure.deployment(name, operation=running[-1]["id"], state=state, created_at=self.made[name])

    def _delete(self, name):
        self.azure.deployments["fraud"].pop(name, None)

    def _traffic(self, weight):
        self.azure.endpoint("fraud", traffic=(("blue", weight), ("green", 100 - weight)))

    def _poll(self, times):
        for _ in range(times):
            self.azure.look()

    def _late(self, name):
        """A list that was read before the newest one comes after it: it has lost its claim."""
        held, seen = hold("endpoints"), self.azure.seen()
        self._end(name, "Failed")
        Watch.objects.filter(id=held.watch).update(claimed_until=None)
        self.azure.look()
        with pytest.raises(Overtaken), transaction.atomic():
            record.endpoints(held, seen)

    def _operation(self, name, back, times):
        """The newest attempt but so many is told how its operation is, as often as that."""
        row = self.attempt(name, back)
        truth = row and next((one for one in self.operations[name] if one["id"] == row.operation_id), None)
        for _ in range(times if truth else 0):
            over = truth["state"] != "Creating"
            error = ErrorNode("ResourceNotReady", "no") if truth["state"] in BAD else None
            record.operation(hold("attempts", attempt=row), OperationFacts(
                truth["id"], truth["state"] if over else "InProgress", truth["began"], truth["ended"], error))

    def _verdict(self, name, back, cause):
        row = self.attempt(name, back)
        if row:
            told(row, cause)

    def _time(self, minutes):
        clock.hold(clock.now() + minutes * MINUTE)

    def _follow(self):
        incidents.follow_waiting()

    def _act(self, who, which, what):
        one, me, now = self.incident(which), Person.objects.get(username=who), clock.now()
        if one is None:
            return
        before, events = plain(one), one.events.count()
        other = Person.objects.exclude(id=me.id).first()
        acts = {
            "take": lambda: inhand.take(one.id, me, now, seen=one.owner_id),
            "hand over": lambda: inhand.hand_over(one.id, other, me, now, seen=one.owner_id),
            "leave": lambda: inhand.leave(one.id, me, now), "note": lambda: inhand.note(one.id, f"at {now}", me, now),
            "acknowledge": lambda: inhand.acknowledge(one.id, "known", me, now),
            "snooze": lambda: inhand.snooze(one.id, ("more", "attempt", "cause")[which % 3], me, now, more=1),
            "unsnooze": lambda: inhand.unsnooze(one.id, me, now),
            "resolve": lambda: inhand.resolve(one.id, "", me, now),
            "reopen": lambda: inhand.reopen(one.id, me, now), "serving": lambda: inhand.serving(one.id, "no", me, now)}
        try:
            acts[what]()
        except turned.Refused:
            assert plain(self.again(one)) == before
        else:
            done = self.again(one).events.count() - events
            assert done or plain(self.again(one)) == before

    def _undo(self, who, which):
        one, me = self.incident(which), Person.objects.get(username=who)
        event = one and inhand.undoable(one.events.order_by("id"), me)
        if not event:
            return
        held = turned.stands(one, event)
        try:
            inhand.undo(event, me, clock.now())
        except turned.Refused:
            return
        now = plain(self.again(one))
        assert held and {key: now[key] for key in event.before} == event.before

    @staticmethod
    def attempt(name, back):
        rows = list(Attempt.objects.filter(deployment__name=name).order_by("-number"))
        return rows[back] if back < len(rows) else None

    @staticmethod
    def incident(which):
        rows = list(Incident.objects.filter(silent=False).order_by("-id"))
        return rows[which] if which < len(rows) else None

    @staticmethod
    def again(one):
        return Incident.objects.get(id=one.id)


def told(row, cause):
    """What the rules say of an attempt from now on."""
    Attempt.objects.filter(id=row.id).update(judged=F("revision"))
    Verdict.objects.update_or_create(attempt=row, defaults={
        "cause": cause, "title": f"It is {cause}" if cause else "", "certainty": "certain" if cause else "",
        "data": {}, "fingerprint": "x", "revision": 1, "made_at": clock.now()})
    judge.turned(row.id)


def plain(one):
    """All fields of an incident as undo keeps them."""
    return {field.attname: turned._plain(getattr(one, field.attname)) for field in one._meta.concrete_fields
            if field.attname != "revision"}


def current():
    """{subject: (attempt, cause)} of what is wrong now, told by the newest attempt that ended; and what is not."""
    wrong, well = {}, set()
    for row in Attempt.objects.select_related("deployment", "verdict").order_by("number"):
        if row.deployment is None:
            continue
        key = row.deployment.key
        if key in wrong and wrong[key][0].spec["created_at"] != row.spec["created_at"]:
            wrong.pop(key)  # it was deleted, and its name is made again
        if row.deployment.gone_at or row.state == "Succeeded":
            wrong.pop(key, None)
            well.add(key)
        elif row.state in BAD:
            well.discard(key)
            wrong[key] = (row, row.verdict.cause)
    return wrong, well


def holds_true():
    """What must be true of all incidents whenever they have been followed."""
    wrong, well = current()
    for key, (row, cause) in wrong.items():
        living = Incident.objects.filter(subject=key, resolved_at=None, silent=False)
        down = Incident.objects.filter(subject=key, cause=cause, last_number=row.number, resolved_by__isnull=False)
        if down.exists():
            continue
        assert [(one.cause, one.last_number) for one in living] == [(cause, row.number)], "lost or doubled"
    assert not Incident.objects.filter(subject__in=well, resolved_at=None, silent=False).exists()
    for one in Incident.objects.all():
        turns = [event for event in one.events.order_by("id") if "resolved_at" in {**event.before, **event.after}]
        undone = {event.id for event in turns if event.undone_at}
        last = next((event for event in reversed(turns) if event.id not in undone), None)
        if one.resolved_at:
            assert one.how and last and last.what in ("ended", "resolved"), "silently closed"
            assert last.what == "ended" or last.person_id, "closed by nobody"
        else:
            assert last is None or last.what in ("regressed", "joined", "reopened")
        for before, after in pairwise(event for event in turns if event.id not in undone):
            by_itself = after.what == "joined" and "last_number" not in after.after
            assert not (before.what == "resolved" and by_itself), "what a person resolved came back by itself"
            assert not ("Deleted" in before.text and by_itself), "what was deleted came back without a failure"
        numbers = [event.attempt.number for event in one.events.filter(what="regressed").order_by("id")
                   if event.attempt]
        assert numbers == sorted(set(numbers)), "a regression by an earlier attempt"
        assert one.worst <= one.rank and (one.resolved_at is None or one.resolved_at >= one.last_at)
        if not one.silent:
            assert_in_hand(one)
            assert_told(one)
    assert_the_same_comes_back()


def assert_in_hand(one):
    """What people did holds as long as it should, and no longer."""
    events = list(one.events.order_by("id"))
    if one.resolved_at:
        assert not one.snooze and not one.acknowledged_at, "it outlives the end"
    assert one.snooze_times is None or one.times < one.snooze_times, "it sleeps on"
    newer = Attempt.objects.filter(deployment=one.deployment_id, number__gt=one.last_number, state__in=BAD)
    assert one.snooze != "attempt" or not newer.exists(), "it sleeps on"
    answered = max((event.id for event in events if event.what == "serving"), default=0)
    assert not one.serving or not [event for event in events if event.id > answered and "last_number" in event.after]
    took_over = next((int(word) for event in events if event.what == "ended" and "incident " in event.text
                      for word in re.findall(r"incident (\d+)", event.text)), None)
    if took_over and one.owner_id:
        heirs = Incident.objects.get(id=took_over).events.order_by("id")
        assert [event for event in heirs if event.after.get("owner_id")], "nobody has it any more"


def assert_told(one):
    """Each failure is told once, and its end; what people did with it may hold that back."""
    kept_quiet = one.events.filter(what__in=("acknowledged", "snoozed", "resolved")).exists()
    sent = list(one.notices.order_by("id"))
    of_last = [notice for notice in sent if notice.what == "failed" and notice.attempt_id == one.last_id]
    if not kept_quiet:
        assert one.resolved_at or of_last, "a failure is not told"
        assert len(of_last) <= 1 + sum(notice.what == "recovered" for notice in sent), "told twice"
        assert one.how not in ("Ready again", "Deleted from Azure") or not sent or sent[-1].what == "recovered"


def assert_the_same_comes_back():
    """What fails again with the same cause within a week of its end is the same incident."""
    retold = {event.incident_id for event in IncidentEvent.objects.filter(what="cause") if "cause" in event.after}
    ended = {}
    for one in Incident.objects.filter(silent=False).exclude(id__in=retold).order_by("id"):
        before = ended.get((one.subject, one.cause))
        assert not (before and before <= one.seen_at and one.opened_at - before <= RECENT), "opened twice"
        ended[one.subject, one.cause] = one.resolved_at


def settle(world):
    """Everything is told, judged and followed; a second round finds nothing to do."""
    for row in Attempt.objects.filter(verdict=None):
        told(row, "")
    incidents.follow_waiting()
    before = list(Incident.objects.order_by("id").values())
    for one in Incident.objects.values_list("endpoint", flat=True).distinct():
        if one:
            incidents.follow(one)
    incidents.follow_waiting()
    assert list(Incident.objects.order_by("id").values()) == before
    holds_true()
    return world


@pytest.fixture
def world(azure):
    for who in PEOPLE:
        person(who, sees_all=True)
    channel()
    return azure


def anew(azure, start):
    """A world in which nothing happened yet."""
    clock.hold(start)
    return World(azure)


FAILS = ("attempt", "green", "Failed", "missing_package")
UPDATE = ("attempt", "blue", "Failed", "missing_package")
FEW = 8 if connection.vendor == "postgresql" else 25


@settings(EXAMPLES, max_examples=FEW)
@given(st.lists(STEP, max_size=20))
@example([FAILS, ("verdict", "green", 0, "init_failed"), ("follow",), ("act", "ada", 0, "resolve"), ("undo", "ada", 0)])
@example([FAILS, ("act", "ada", 0, "take"), ("undo", "ada", 0), ("attempt", "green", "Failed", "init_failed"), FAILS])
@example([FAILS, ("act", "ada", 0, "snooze"), FAILS])
@example([FAILS, ("delete", "green"), ("poll", 1), ("follow",), ("begin", "green"), ("poll", 1), ("time", 3),
          ("follow",)])
@example([("attempt", "blue", "Succeeded", ""), UPDATE, ("act", "ada", 0, "serving"), UPDATE])
@example([FAILS, ("act", "ada", 0, "acknowledge"), ("attempt", "green", "Succeeded", "")])
@example([FAILS, ("act", "ada", 0, "take"), ("attempt", "green", "Failed", "init_failed"), ("delete", "green"), FAILS])
@example([FAILS, ("attempt", "green", "Succeeded", ""), FAILS, ("act", "max", 0, "resolve"), ("follow",), FAILS])
def test_no_incident_is_lost_doubled_or_silently_closed_whatever_happens_in_whatever_order(world, steps):
    start = clock.now()
    with transaction.atomic():
        one = anew(world, start)
        for step in steps:
            one.do(step)
            if step[0] in ("follow", "attempt"):
                settle(one)
        settle(one)
        transaction.set_rollback(True)
    clock.hold(start)


ENDING = st.tuples(st.sampled_from(("Succeeded", "Failed", "Failed")), st.sampled_from(CAUSES[1:]))


def lived(world, endings, order, follows):
    """The open incidents after a deployment had these attempts, whose ends were told and judged in an order."""
    one = World(world)
    for _ in endings:
        one.do(("begin", "green"))
        one.operations["green"][-1]["state"] = "Superseded"
        one.do(("poll", 1))
    for truth, (state, _) in zip(one.operations["green"], endings, strict=True):
        truth |= {"state": state, "ended": truth["began"] + MINUTE / 2}
    clock.hold(one.operations["green"][-1]["began"] + MINUTE)
    for at, (index, again) in enumerate(order):
        row = Attempt.objects.get(deployment__name="green", number=index + 1)
        one.do(("operation", "green", len(endings) - row.number, 1 + again))
        if index == len(endings) - 1:
            one.azure.deployment("green", operation=row.operation_id, state=endings[index][0],
                                 created_at=one.made["green"])
            one.do(("poll", 1 + again))
        told(row, endings[index][1])
        if at in follows:
            incidents.follow_waiting()
    settle(one)
    return [(one.cause, one.last_number, bool(one.regressed_at)) for one in Incident.objects.filter(
        silent=False, resolved_at=None)]


@settings(EXAMPLES, max_examples=FEW)
@given(st.lists(ENDING, min_size=1, max_size=5), st.data())
def test_what_is_open_in_the_end_does_not_depend_on_the_order_in_which_ends_were_told(world, endings, data):
    start, right = clock.now(), [(index, False) for index in range(len(endings))]
    order = data.draw(st.permutations([(index, data.draw(st.booleans())) for index, _ in right]))
    follows = data.draw(st.sets(st.integers(0, len(endings))))
    found = []
    for each, looks in ((right, set(range(len(endings)))), (order, follows)):
        clock.hold(start)
        with transaction.atomic():
            found.append(lived(world, endings, each, looks))
            transaction.set_rollback(True)
    clock.hold(start)
    assert found[0] == found[1]
