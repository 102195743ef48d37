"""A worker that sends notices is killed at every step: each failure is told, and twice only under the same key."""
import os
import random
import signal
import subprocess
import sys
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection

from tests.workers.test_channels import KEY, TOLD
from troubleshoot import clock, notices, outbox, sealed
from troubleshoot.boards import notice
from troubleshoot.models import Channel, Notice
from workers import notify

pytestmark = pytest.mark.postgres


@pytest.fixture
def shared(transactional_db, tmp_path):
    """The test's tables where another process reaches them; its environment."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("DATABASE_")} | {
        "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "dashboard.settings"}
    if connection.vendor == "postgresql":
        yield env | {f"DATABASE_{name}": str(connection.settings_dict[name]) for name in ("HOST", "NAME", "USER")}
        return
    kept, name, path = connection.connection, connection.settings_dict["NAME"], tmp_path / "triage.sqlite3"
    kept.execute("VACUUM INTO ?", [str(path)])
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    yield env
    connection.close()
    connection.connection, connection.settings_dict["NAME"] = kept, name


@pytest.fixture
def sink(shared, receiver, settings):
    """A signed webhook that leads to the receiver."""
    settings.NOTICE_ALLOW = [receiver.place]
    shared |= {"NOTICE_ALLOW": receiver.place, "SECRET_KEY": settings.SECRET_KEY}
    return Channel.objects.create(
        name="on call", kind="webhook", address=sealed.seal(f"{receiver.url}/x"), shown="x", made_at=clock.now(),
        secret=sealed.seal(KEY))


def waiting(sink, count=1):
    now = clock.now()
    return [Notice.objects.create(key=f"{sink.id}:{uuid.uuid4()}", channel=sink, what="failed", made_at=now,
                                  due_at=now, body=TOLD) for _ in range(count)]


def start(shared, *args):
    begin = "import django, runpy; django.setup(); runpy.run_module('tests.workers.teller', run_name='__main__')"
    return subprocess.Popen([sys.executable, "-c", begin, *map(str, args)], env=shared, stdout=subprocess.PIPE,
                            text=True)


def lease_over():
    """The time passes after which a claim of a dead worker counts no more."""
    Notice.objects.exclude(claimed_until=None).update(claimed_until=clock.real_now() - timedelta(seconds=1))


def keys(receiver):
    return [headers["webhook-id"] for _, headers, _ in receiver.calls]


@pytest.mark.parametrize(("step", "times"), [("started", 1), ("claimed", 1), ("sent", 2), ("marked", 1)])
def test_killed_between_two_steps_it_is_told_once_and_twice_only_between_sending_and_marking(
        shared, sink, receiver, step, times):
    waiting(sink)
    child = start(shared, sink.id, step)
    assert child.stdout.readline().strip() == step
    child.kill()
    assert child.wait() == -signal.SIGKILL
    assert not (step == "claimed" and notify.one(sink.id))  # nobody else sends while the claim holds
    lease_over()
    while notify.one(sink.id):
        pass
    assert len(receiver.calls) == times
    assert len(set(keys(receiver))) == 1
    assert Notice.objects.get().sent_at


def test_killed_while_the_other_side_has_it_but_has_not_answered_it_is_told_again_under_the_same_key(
        shared, sink, receiver):
    waiting(sink)

    def kill(handler):
        child.kill()
        child.wait()

    receiver.answer = kill
    child = start(shared, sink.id)
    assert child.wait(30) == -signal.SIGKILL
    receiver.answer = (200, {}, b"ok")
    lease_over()
    assert notify.one(sink.id)
    assert len(receiver.calls) == 2
    assert len(set(keys(receiver))) == 1


def test_killed_again_and_again_at_any_moment_nothing_is_lost(shared, sink, receiver):
    chance, kills = random.Random(7), 0
    receiver.answer = slowly
    for life in range(10):
        waiting(sink, 4 if life % 2 else notices.STORM)  # single ones, and a storm that becomes a digest
        before, child = len(receiver.calls), start(shared, sink.id)
        while len(receiver.calls) == before and child.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.06))
        child.kill()
        kills += child.wait() != 0
        lease_over()
    while notify.one(sink.id):
        pass
    assert kills > 3
    assert not Notice.objects.filter(sent_at=None).exists()
    told = {f"msg_{notice.message(row).reference}" for row in Notice.objects.filter(digest=None)}
    assert set(keys(receiver)) == told
    assert len(keys(receiver)) - len(told) <= kills


def slowly(handler):
    time.sleep(0.02)
    handler.send_response(200)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def test_what_goes_wrong_in_us_is_told_on_the_channel_and_ends_nothing(sink):
    waiting(sink)
    Channel.objects.update(kind="pigeon")
    assert not notify.one(sink.id)
    sink.refresh_from_db()
    assert "our own fault" in sink.error


def test_what_we_cannot_write_ourselves_does_not_hold_up_the_next(sink, receiver):
    broken, sound = waiting(sink, 2)
    Notice.objects.filter(id=broken.id).update(body={})
    for _ in range(outbox.TRIES):
        assert not notify.one(sink.id)
        Channel.objects.update(rest_until=None)
    assert notify.one(sink.id) and keys(receiver) == [f"msg_{notice.message(sound).reference}"]
    broken.refresh_from_db()
    assert broken.gave_up_at and "our own fault" in broken.error


@pytest.mark.parametrize("away", [False, True])
def test_the_secret_in_an_address_is_in_no_error_even_where_the_other_side_repeats_it(sink, receiver, away, caplog):
    waiting(sink)
    secret = "aSecretOfTheHook"
    Channel.objects.update(address=sealed.seal(f"{receiver.url}/x/{secret}?sig={secret}2"))
    receiver.answer = (404, {}, f"nothing at /x/{secret}?sig={secret}2".encode())
    if away:
        receiver.stop()
    assert not notify.one(sink.id)
    sink.refresh_from_db()
    assert sink.error
    assert secret not in sink.error + Notice.objects.get().error + caplog.text


def test_an_address_sealed_under_another_key_is_asked_for_again(sink, settings):
    waiting(sink)
    kept, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert not notify.one(sink.id)
    sink.refresh_from_db()
    assert "Enter it again" in sink.error
    settings.SECRET_KEY_FALLBACKS = [kept]
    Channel.objects.update(rest_until=None)
    assert notify.one(sink.id)


def test_no_transaction_is_open_while_the_other_side_is_waited_for(sink, receiver):
    waiting(sink)
    inside = []

    def answer(handler):
        inside.append(outbox.channels_due())  # another thread, another connection: it would wait on SQLite
        connection.close()
        slowly(handler)

    receiver.answer = answer
    assert notify.one(sink.id)
    assert inside == [[]]
