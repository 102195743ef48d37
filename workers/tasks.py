"""The thin tasks: tick, poll, judge, recheck, prune."""
from threading import Lock
from time import monotonic

from celery import shared_task
from celery.signals import worker_ready
from django.conf import settings

from troubleshoot import disk, record, retention, watches
from troubleshoot import judge as judging
from troubleshoot import recheck as rechecking
from workers import poller
from workers.polls import POLLS

LONGEST = 30.0  # seconds that one message may keep its thread; what is left is due again at the next tick
_judging, _rechecking, _pruning = Lock(), Lock(), Lock()
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


@shared_task
def recheck() -> None:
    """Judge a few attempts again that other rules judged, until something new waits; the next tick goes on."""
    if _rechecking.acquire(blocking=False):
        try:
            rechecking.some(stop=lambda: judging.waiting(1))
        finally:
            _rechecking.release()


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
