"""The sign of life of a worker: shown while tasks begin, withheld when none does; a stuck worker ends itself."""
import os
import signal

import pytest

from troubleshoot import signs_of_life
from workers import beat

pytestmark = pytest.mark.django_db


@pytest.fixture
def pulse(monkeypatch):
    ended = []
    monkeypatch.setattr(os, "kill", lambda pid, sent: ended.append((pid, sent)))
    monkeypatch.setattr(beat, "close_old_connections", lambda: None)
    made = beat.Pulse()
    made.ended = ended
    return made


def test_a_worker_that_begins_tasks_shows_that_it_lives(pulse):
    pulse.beat()
    assert signs_of_life.last("worker") is not None and pulse.ended == []


def test_a_worker_that_begins_no_task_shows_no_life(pulse):
    pulse.begun -= beat.QUIET + 1
    pulse.beat()
    assert signs_of_life.last("worker") is None and pulse.ended == []
    pulse.note()
    pulse.beat()
    assert signs_of_life.last("worker") is not None


def test_a_worker_that_is_stuck_ends_itself_once(pulse):
    pulse.begun -= beat.STUCK + 1
    pulse.beat()
    pulse.beat()
    assert pulse.ended == [(os.getpid(), signal.SIGTERM)]
