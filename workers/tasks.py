"""The thin tasks: tick, poll, judge, follow, recheck, notify, prune."""
from threading import Lock
from time import monotonic

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from troubleshoot import disk, incidents, outbox, record, retention, watches
from troubleshoot import judge as judging
from troubleshoot import recheck as rechecking
from workers import notify as notifying
from workers import poller
from workers.polls import POLLS

LONGEST = 30.0  # seconds that one message may keep its thread; what is left is due again at the next tick
_judging, _following, _rechecking, _pruning = Lock(), Lock(), Lock(), Lock()
_sweep = retention.Sweep()


@shared_task
def tick() -> None:
    """Send one message for each lane with due watches, and one for each thing that waits to be done at the desk."""
    record.subscriptions(settings.AZURE_SUBSCRIPTIONS)
    for lane in () if disk.full() else watches.lanes_due():
        poll.apply_async((lane,), expires=10, shadow=f"poll {lane}")
    if judging.waiting(1):
        judge.apply_async(expires=10)
    elif rechecking.waiting(1):
        recheck.apply_async(expires=10)
    follow.apply_async(expires=10)
    for channel in outbox.channels_due():
        notify.apply_async((channel,), expires=10)
    if _sweep.due():
        prune.apply_async(expires=10)


@shared_task
def poll(lane: str) -> None:
    """Run the due watches of one lane, one after the other; a slow lane leaves its thread after a while."""
    ends = monotonic() + LONGEST
    changed = False
    for watch in watches.due_in(lane):
        held = watches.claim(watch, poller.WORKER)
        if held is not None:
            changed |= bool(poller.run(POLLS[held.poll], held, poller.azure_for(held.asked.subscription)))
        if monotonic() > ends:
            break
    if changed:
        judge.apply_async(expires=10)


@shared_task
def judge() -> None:
    """Judge every attempt that changed; one thread of a worker does it, the others have polls to run."""
    if _judging.acquire(blocking=False):
        try:
            judging.judge_waiting()
        finally:
            _judging.release()
        follow.apply_async(expires=10)


@shared_task
def follow() -> None:
    """Bring incidents to what the tables say now; also sent by every tick, since time alone turns some of them."""
    if _following.acquire(blocking=False):
        try:
            incidents.follow_waiting()
        finally:
            _following.release()


@shared_task
def recheck() -> None:
    """Judge a few attempts again that other rules judged, until something new waits; the next tick goes on."""
    if _rechecking.acquire(blocking=False):
        try:
            rechecking.some(stop=lambda: judging.waiting(1))
        finally:
            _rechecking.release()


@shared_task
def notify(channel: int) -> None:
    """Send what waits for one channel, one after the other; a dead channel keeps a thread for one try."""
    ends = monotonic() + LONGEST
    while notifying.one(channel) and monotonic() < ends:
        pass


@shared_task
def prune() -> None:
    """Take out some of what is kept no longer; the next tick goes on, until the round is done."""
    if _pruning.acquire(blocking=False):
        try:
            _sweep.go_on()
        finally:
            _pruning.release()


@worker_ready.connect
def begin_anew(**_: object) -> None:
    """What this worker had claimed before it died is due at once."""
    watches.release(poller.WORKER)
