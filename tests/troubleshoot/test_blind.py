"""Blind stretches: kept where a look was due and did not come or went wrong, never where nothing was due."""
import itertools
import random
from datetime import timedelta

import pytest

from tests.troubleshoot.conftest import START, hold
from troubleshoot import blind, clock, record, watches
from troubleshoot.diagnosis.facts import LogAnswer, OperationFacts
from troubleshoot.models import Attempt, Blind, Watch

pytestmark = pytest.mark.postgres
MINUTE = timedelta(minutes=1)


@pytest.fixture
def fleet(azure):
    """One deployment that is being created, seen once."""
    azure.endpoint()
    azure.deployment()
    azure.look()
    return azure


def take(poll, **where):
    """Claim a watch as a worker would: only where it is due."""
    held = watches.claim(Watch.objects.get(poll=poll, **where).id, "test")
    assert held is not None
    return held


def stretches():
    return [(one.poll, (one.since - START) / MINUTE, (one.until - START) / MINUTE, one.why)
            for one in Blind.objects.order_by("since", "id")]


def look(fleet):
    return record.endpoints(take("endpoints"), fleet.seen())


def fail(poll="endpoints", trouble="denied", **where):
    watches.failed(take(poll, **where), trouble, "no", timedelta(seconds=20), None)


def read(said="There are no logs for this deployment at the moment."):
    return record.log_answer(take("logs", container="inference-server"), LogAnswer("inference-server", "", said))


def test_looks_in_their_time_leave_nothing(fleet, at):
    for _ in range(5):
        at(1)
        look(fleet)
        read()
    assert stretches() == []


def test_where_nothing_polled_the_stretch_goes_from_the_last_look_to_the_next(fleet, at):
    at(31)
    look(fleet)
    assert stretches() == [("endpoints", 0, 31, "")]
    at(1)
    look(fleet)
    assert len(stretches()) == 1


def test_a_refusal_that_lasts_is_a_stretch_with_its_reason_that_grows_and_ends(fleet, at):
    at(1)
    for _ in range(4):
        fail()
        at(10)
    assert stretches() == [("endpoints", 0, 31, "denied")]
    look(fleet)
    assert stretches() == [("endpoints", 0, 41, "denied")]


def test_a_single_failure_that_heals_at_once_is_no_stretch(fleet, at):
    at(1)
    fail(trouble="throttled")
    at(1)
    look(fleet)
    assert stretches() == []


def test_where_nothing_polled_and_then_azure_refused_both_are_told_apart(fleet, at):
    at(30)
    fail(trouble="unreachable")
    at(20)
    look(fleet)
    assert stretches() == [("endpoints", 0, 30, ""), ("endpoints", 30, 50, "unreachable")]


def test_a_watch_that_rested_and_is_looked_at_again_was_not_blind(fleet, at):
    fleet.deployment(state="Failed")
    at(0.5)
    look(fleet)
    read()
    at(11)
    look(fleet)
    read()
    assert Watch.objects.get(poll="logs", container="inference-server").due_at is None
    Blind.objects.all().delete()
    at(240)
    fleet.deployment(state="Succeeded")
    record.endpoints(hold("endpoints"), fleet.seen())
    Blind.objects.all().delete()
    assert read() is not None
    assert stretches() == []


def test_a_watch_that_rested_and_then_cannot_be_read_is_blind_only_from_when_it_was_wanted(fleet, at):
    log = Watch.objects.filter(poll="logs", container="inference-server")
    log.update(due_at=None, ok_at=clock.now())
    at(240)
    watches.hurry("logs", log.get().key)
    at(1)
    fail("logs", container="inference-server")
    at(30)
    read()
    assert stretches() == [("logs", 240, 271, "denied")]


def test_a_watch_that_is_looked_at_seldom_is_blind_only_from_when_it_was_wanted(fleet, at):
    log = Watch.objects.filter(poll="logs", container="inference-server")
    log.update(ok_at=clock.now(), due_at=clock.now() + 10 * MINUTE)
    at(10)
    fail("logs", container="inference-server")
    at(1)
    read()
    assert stretches() == []
    log.update(due_at=clock.now() + 9 * MINUTE)
    at(9)
    fail("logs", container="inference-server")
    at(20)
    read()
    assert stretches() == [("logs", 20, 40, "denied")]


def test_asking_for_a_look_now_does_not_hide_how_long_it_was_overdue(fleet, at):
    at(30)
    watches.look_now(Attempt.objects.get(deployment__name="blue").id)
    at(1)
    look(fleet)
    assert stretches() == [("endpoints", 0, 31, "")]


def test_a_parked_watch_says_so(fleet, at):
    watch = Watch.objects.get(poll="endpoints")
    Watch.objects.filter(id=watch.id).update(tries=4)
    at(5)
    assert watches.claim(watch.id, "test") is None
    at(20)
    watches.look_now(Attempt.objects.get(deployment__name="blue").id)
    look(fleet)
    assert stretches() == [("endpoints", 0, 25, "parked")]


def test_what_the_workspaces_own_list_tells_is_not_told_again_for_each_log(fleet, at):
    read()
    at(31)
    look(fleet)
    read()
    record.operation(take("attempts"), OperationFacts("op1", "InProgress", START))
    assert [one[0] for one in stretches()] == ["endpoints"]


def test_a_log_that_alone_was_not_read_is_a_stretch_of_its_attempt(fleet, at):
    read()
    for _ in range(31):
        at(1)
        look(fleet)
    read()
    found = Blind.objects.get()
    assert (found.poll, found.container, found.attempt) == ("logs", "inference-server",
                                                            Attempt.objects.get(deployment__name="blue"))


def test_a_log_that_goes_on_being_refused_after_the_list_healed_is_told_from_there(fleet, at):
    read()
    at(1)
    fail()
    fail("logs", container="inference-server")
    at(15)
    look(fleet)
    for _ in range(2):
        fail("logs", container="inference-server")
        at(18)
    read()
    listed, (poll, since, until, why) = stretches()
    assert listed == ("endpoints", 0, 16, "denied")
    assert (poll, until, why) == ("logs", 52, "denied") and 16 <= since <= 18


def test_polls_that_tell_neither_state_nor_log_leave_none(fleet, at):
    at(300)
    held = take("artifacts")
    record.assets(held, [])
    assert stretches() == []


def test_stretches_of_a_workspace_are_bounded(fleet, at):
    space = Watch.objects.get(poll="endpoints").workspace
    Blind.objects.bulk_create(Blind(workspace=space, poll="endpoints", since=START, until=START + MINUTE / 60 * n)
                              for n in range(blind.KEPT + 20))
    at(100)
    look(fleet)
    assert Blind.objects.count() == blind.KEPT and Blind.objects.order_by("until").last().until == clock.now()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_no_look_that_went_well_lies_inside_a_stretch_and_none_overlap(fleet, at, seed):
    chance, good = random.Random(seed), [0.0]
    for _ in range(40):
        at(chance.choice((0.5, 1, 1, 1, 3, 25)))
        watch = Watch.objects.get(poll="endpoints")
        what = chance.choice(("look", "look", "fail", "fail", "rest", "now"))
        if what == "now":
            watches.look_now(Attempt.objects.get(deployment__name="blue").id)
        if what == "rest" or watch.due_at > clock.now():
            continue
        if what == "fail":
            fail(trouble=chance.choice(("denied", "throttled")))
        else:
            look(fleet)
            good.append((clock.now() - START) / MINUTE)
    told = stretches()
    assert all(since <= until for _, since, until, _ in told)
    assert all(one[2] <= other[1] for one, other in itertools.pairwise(told))
    assert not [(one, at) for one in told for at in good if one[1] < at < one[2]]
    closed = [b - a for a, b in itertools.pairwise(good)]
    covered = {(a, b) for a, b in itertools.pairwise(good) for _, since, until, _ in told if a <= since and until <= b}
    assert all((a, b) in covered for (a, b), gap in zip(itertools.pairwise(good), closed, strict=True) if gap > 9)


def test_a_lost_claim_leaves_no_stretch(fleet, at):
    at(60)
    held = take("endpoints")
    Watch.objects.filter(id=held.watch).update(claim=held.number + 1)
    watches.failed(held, "denied", "late", timedelta(minutes=1), None)
    with pytest.raises(watches.Overtaken):
        record.endpoints(held, fleet.seen())
    assert stretches() == []
