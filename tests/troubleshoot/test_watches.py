"""Claims: one wins, a lost one writes nothing, a poisoned one is parked, and everything heals by itself."""
from datetime import timedelta

import pytest

from tests.troubleshoot.conftest import SPACE, SUB, hold
from troubleshoot import clock, record, watches
from troubleshoot.diagnosis.facts import WorkspaceFacts
from troubleshoot.models import Watch, Workspace

pytestmark = pytest.mark.postgres


@pytest.fixture
def watch(at):
    record.subscriptions([SUB])
    return Watch.objects.get(poll="workspaces")


def run_out(watch):
    Watch.objects.filter(id=watch.id).update(claimed_until=clock.real_now() - timedelta(seconds=1))


def test_a_new_subscription_is_due_at_once_and_is_asked_for_only_once(watch):
    record.subscriptions([SUB.upper()])
    assert watches.lanes_due() == [f"activity:{SUB}", f"sub:{SUB}"]
    assert Watch.objects.count() == 2


def test_only_one_of_two_claims_wins(watch):
    assert watches.claim(watch.id, "a") is not None
    assert watches.claim(watch.id, "b") is None
    assert f"sub:{SUB}" not in watches.lanes_due()


def test_a_claim_that_ran_out_may_be_taken_and_its_first_holder_writes_nothing(watch):
    first = watches.claim(watch.id, "a")
    run_out(watch)
    second = watches.claim(watch.id, "b")
    assert second.number == first.number + 1
    with pytest.raises(watches.Overtaken):
        record.workspaces(first, [], (), timedelta(minutes=5))
    record.workspaces(second, [], (), timedelta(minutes=5))
    watch.refresh_from_db()
    assert (watch.tries, watch.claimed_until) == (0, None)


def test_a_late_end_of_an_overtaken_poll_changes_nothing(watch):
    first = watches.claim(watch.id, "a")
    run_out(watch)
    second = watches.claim(watch.id, "b")
    watches.failed(first, "unreachable", "late", timedelta(minutes=1), None)
    watch.refresh_from_db()
    assert watch.trouble == "" and watch.claim == second.number and watch.claimed_until is not None


def test_a_watch_whose_claim_ran_out_four_times_is_parked_where_people_see_it(watch):
    for _ in range(4):
        assert watches.claim(watch.id, "a") is not None
        run_out(watch)
    assert watches.claim(watch.id, "a") is None
    watch.refresh_from_db()
    assert watch.parked_at and watch.trouble == "parked" and "4 polls" in watch.said
    assert f"sub:{SUB}" not in watches.lanes_due()


def test_an_end_of_any_kind_sets_the_tries_to_zero(watch):
    for _ in range(3):
        watches.claim(watch.id, "a")
        run_out(watch)
    held = watches.claim(watch.id, "a")
    watches.failed(held, "unreachable", "no answer", timedelta(minutes=1), None)
    watch.refresh_from_db()
    assert watch.tries == 0 and watch.failures == 1


def test_failures_rest_longer_each_time_and_never_longer_than_a_quarter_of_an_hour(watch, at):
    rests = []
    for _ in range(8):
        held = hold("workspaces")
        watches.failed(held, "unreachable", "", timedelta(minutes=1), None)
        watch.refresh_from_db()
        rests.append((watch.due_at - clock.now()).total_seconds() / 60)
    assert rests == sorted(rests) and rests[0] < 1.3 and 15 <= rests[-1] <= 18.1


def test_retry_after_is_obeyed_and_capped(watch):
    for asked, least, most in ((30, 30, 36), (36_000, 900, 1_080)):
        watches.failed(hold("workspaces"), "throttled", "", timedelta(minutes=1), asked)
        watch.refresh_from_db()
        assert least <= (watch.due_at - clock.now()).total_seconds() <= most


def test_a_restarted_worker_gives_back_what_its_earlier_life_had_claimed_and_nothing_else(watch):
    other = Watch.objects.get(poll="activity")
    watches.claim(watch.id, "me")
    watches.claim(other.id, "you")
    assert watches.release("me") == 1
    assert watches.claim(watch.id, "me") is not None
    assert watches.claim(other.id, "me") is None


def test_a_subscription_that_answers_gets_its_workspaces_watched(azure):
    space = Workspace.objects.get()
    polls = set(Watch.objects.filter(workspace=space).values_list("poll", flat=True))
    assert polls == {"endpoints", "computes"}
    assert set(Watch.objects.exclude(region=None).values_list("poll", flat=True)) == {"usages", "sizes"}


def test_a_slow_workspace_is_given_no_third_thread(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    lane = f"ws:{Workspace.objects.get().key}"
    assert lane in watches.lanes_due()
    for watch in watches.due_in(lane)[:2]:
        assert watches.claim(watch, "a") is not None
    assert lane not in watches.lanes_due()


def test_a_parked_watch_whose_slow_poll_ends_after_all_is_no_longer_parked(watch):
    for _ in range(4):
        held = watches.claim(watch.id, "a")
        run_out(watch)
    assert watches.claim(watch.id, "b") is None
    record.workspaces(held, [], (), timedelta(minutes=5))
    watch.refresh_from_db()
    assert watch.parked_at is None and watch.tries == 0


def test_a_subscription_that_is_no_longer_asked_for_rests_until_it_is_asked_for_again(azure):
    record.subscriptions(["22222222-2222-2222-2222-222222222222"])
    left = {watch.subscription for watch in Watch.objects.filter(due_at__isnull=False)}
    assert left == {"22222222-2222-2222-2222-222222222222"}
    record.subscriptions([SUB])
    assert f"sub:{SUB}" in watches.lanes_due()
    record.workspaces(hold("workspaces", subscription=SUB), [WorkspaceFacts(SPACE, location="westeurope")], (),
                      timedelta(minutes=5))
    assert f"ws:{Workspace.objects.get().key}" in watches.lanes_due()
