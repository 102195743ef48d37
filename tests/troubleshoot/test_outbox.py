"""The outbox: what waits is claimed by one, told in order, tried again with patience, and never lost or doubled."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot import clock, outbox, sealed
from troubleshoot.boards import notice
from troubleshoot.models import Channel, Notice

pytestmark = pytest.mark.postgres
NOW = rows.NOW
TOLD = {"late": False, "held": False, "rank": 0}


@pytest.fixture
def sink(db, held_clock):
    return channel()


def channel(name="on call"):
    return Channel.objects.create(name=name, kind="webhook", address=sealed.seal("https://x.example.com/"),
                                  shown="https://x.example.com/…", made_at=NOW)


def waiting(sink, *keys, **fields):
    return [Notice.objects.create(**({"key": f"{sink.id}:{key}", "channel": sink, "what": "failed", "body": TOLD,
                                      "made_at": NOW, "due_at": NOW} | fields)) for key in keys]


def later(**length):
    clock.hold(clock.now() + timedelta(**length))


def lease_over():
    Notice.objects.exclude(claimed_until=None).update(claimed_until=clock.real_now() - timedelta(seconds=1))


def test_notices_of_a_channel_are_told_in_their_order(sink):
    waiting(sink, "a", "b", "c")
    seen = []
    while held := outbox.claim(sink.id):
        seen.append(held.notice.key)
        outbox.sent(held)
    assert seen == [f"{sink.id}:{key}" for key in "abc"]


def test_nothing_overtakes_what_is_being_sent(sink):
    waiting(sink, "a", "b")
    assert outbox.claim(sink.id)
    assert outbox.claim(sink.id) is None
    assert outbox.channels_due() == []


def test_what_a_dead_worker_had_claimed_is_due_again_under_the_same_key(sink):
    waiting(sink, "a")
    first = outbox.claim(sink.id)
    lease_over()
    assert outbox.channels_due() == [sink.id]
    second = outbox.claim(sink.id)
    assert second.notice.key == first.notice.key


def test_a_claim_that_is_lost_cannot_mark_a_failure(sink):
    waiting(sink, "a")
    slow = outbox.claim(sink.id)
    lease_over()
    outbox.sent(outbox.claim(sink.id))
    outbox.failed(slow, "too late")
    sink.refresh_from_db()
    assert (sink.error, sink.failures) == ("", 0)


def test_a_dead_channel_holds_up_no_other(sink):
    other = channel("other")
    waiting(sink, "a")
    waiting(other, "a")
    outbox.failed(outbox.claim(sink.id), "No answer")
    assert outbox.channels_due() == [other.id]


def test_the_rest_grows_with_each_failure_and_ends_with_the_first_success(sink):
    waiting(sink, "a")
    rests = []
    for _ in range(9):
        outbox.failed(outbox.claim(sink.id), "No answer")
        sink.refresh_from_db()
        rests.append(sink.rest_until - clock.now())
        clock.hold(sink.rest_until)
    assert rests == sorted(rests)
    assert rests[0] >= outbox.FIRST_REST
    assert rests[-1] <= outbox.LONGEST_REST * 1.2
    outbox.sent(outbox.claim(sink.id))
    sink.refresh_from_db()
    assert (sink.error, sink.failures, sink.rest_until, sink.ok_at) == ("", 0, None, clock.now())


@pytest.mark.parametrize(("asked", "rest"), [(120, 120), (0, 1), (-5, 1), (999_999, 3600)])
def test_what_the_other_side_asks_for_is_kept_within_an_hour(sink, asked, rest):
    waiting(sink, "a")
    outbox.failed(outbox.claim(sink.id), "It answered 429", asked)
    sink.refresh_from_db()
    assert sink.rest_until - NOW == timedelta(seconds=rest)
    assert outbox.channels_due() == []


def test_after_a_day_it_is_given_up_with_the_error_kept(sink):
    first, second = waiting(sink, "a", "b")
    outbox.failed(outbox.claim(sink.id), "No answer")
    later(hours=24)
    outbox.failed(outbox.claim(sink.id), "Still no answer")
    first.refresh_from_db()
    sink.refresh_from_db()
    assert (first.error, sink.error) == ("Still no answer", "Still no answer")
    assert first.gave_up_at
    later(hours=2)
    assert outbox.claim(sink.id).notice == second


def test_a_message_that_the_other_side_cannot_take_does_not_hold_up_the_next(sink):
    waiting(sink, "a", "b")
    for _ in range(outbox.TRIES):
        outbox.failed(outbox.claim(sink.id), "It answered 400", unfit=True)
        later(hours=2)
    assert outbox.claim(sink.id).notice.key == f"{sink.id}:b"


def test_what_may_have_been_sent_is_never_put_into_a_digest(sink):
    first, = waiting(sink, "a")
    outbox.claim(sink.id)
    lease_over()
    others = waiting(sink, *"bcdefg")
    held = outbox.claim(sink.id)
    assert held.notice == first
    outbox.sent(held)
    whole = outbox.claim(sink.id).notice
    assert set(whole.holds.all()) == set(others)


def test_a_digest_that_is_sent_has_told_all_that_it_holds(sink):
    waiting(sink, *"abcdef")
    outbox.sent(outbox.claim(sink.id))
    assert not Notice.objects.filter(sent_at=None).exists()
    assert outbox.channels_due() == []


def test_a_test_message_goes_first_also_while_the_channel_rests_and_is_tried_once(sink):
    waiting(sink, "a")
    outbox.failed(outbox.claim(sink.id), "No answer")
    outbox.test(sink, person("ada"))
    assert outbox.channels_due() == [sink.id]
    held = outbox.claim(sink.id)
    assert notice.message(held.notice).subject == "Test of the channel on call"
    outbox.failed(held, "It answered 404")
    sink.refresh_from_db()
    assert (sink.error, sink.failures) == ("It answered 404", 1)
    assert outbox.claim(sink.id).notice.what == "failed"


def test_a_channel_that_is_off_is_left_in_peace(sink):
    waiting(sink, "a")
    Channel.objects.update(on=False)
    assert outbox.channels_due() == []
    assert outbox.claim(sink.id) is None


def test_secrets_in_an_error_are_not_kept(sink):
    waiting(sink, "a")
    outbox.failed(outbox.claim(sink.id), "Refused https://x.example.com/?sig=Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4zAb7cDe0f")
    sink.refresh_from_db()
    assert "Ab3dEf6h" not in sink.error


@pytest.mark.django_db(transaction=True)
def test_of_many_that_claim_at_once_one_wins(held_clock):
    sink = channel()
    waiting(sink, *"abcdefgh")

    def claim(_):
        try:
            return outbox.claim(sink.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        won = [held for held in pool.map(claim, range(4 if connection.vendor == "postgresql" else 1)) if held]
    assert len(won) == 1
    assert won[0].notice.holds.count() == 8


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["plan", "storm", "send", "fail", "unfit", "die before", "die after", "wait"]),
                max_size=25))
def test_whatever_happens_each_notice_is_told_once_or_again_under_its_key_or_given_up_aloud(steps):
    clock.hold(NOW)
    sink, made, told = channel(), 0, []

    def deliver(held):
        told.append(held.notice.key)
        return held

    for step in [*steps, *["wait", "send"] * 12]:
        if step in ("plan", "storm"):
            for _ in range(1 if step == "plan" else 6):
                made += 1
                waiting(sink, f"{made}", due_at=clock.now())
        elif step == "wait":
            later(hours=2)
            lease_over()
        elif held := outbox.claim(sink.id):
            if step == "send":
                outbox.sent(deliver(held))
            elif step == "die after":
                deliver(held)
            elif step != "die before":
                outbox.failed(held, "No", unfit=step == "unfit")
    for row in Notice.objects.filter(channel=sink, what="failed").select_related("digest"):
        out = row.digest or row
        assert (out.key in told) == bool(out.sent_at) or out.gave_up_at
        assert bool(row.digest) + (row.key in told) <= 1
        assert out.sent_at or (out.gave_up_at and out.error)
    sent_twice = len(told) - len(set(told))
    assert sent_twice <= steps.count("die after")
    Channel.objects.all().delete()
    clock.hold(None)
