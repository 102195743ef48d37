"""Beat as a thread of the worker, loaded by `celery worker -I workers.beat`.

`-B` forks a second process for it: 58 MB more, and one that a killed worker leaves behind, ticking for ever.
"""
import logging
import os
import signal
import time
from threading import Thread
from typing import Any

from celery.beat import Scheduler, Service
from celery.signals import task_prerun, worker_ready, worker_shutting_down
from django.db import close_old_connections

from troubleshoot import signs_of_life

PULSE = 5.0  # seconds, real time, between two signs of life
QUIET = 60.0  # seconds without a task begun after which this worker shows no life any more
STUCK = 90.0  # … and after which it ends itself, to be started again: a tick is sent every few seconds

log = logging.getLogger(__name__)


class Pulse:
    """The worker's sign of life, from a thread that no slow poll holds up: it lives while it begins tasks."""

    def __init__(self) -> None:
        self.next = 0.0
        self.begun = time.monotonic()
        task_prerun.connect(self.note, weak=False, dispatch_uid="pulse")

    def note(self, **_: Any) -> None:
        """A task began."""
        self.begun = time.monotonic()

    def beat(self) -> None:
        """Write the sign if it is time; tables that cannot be written to cost a line in the log."""
        quiet = time.monotonic() - self.begun
        if quiet > STUCK:
            log.error("no task began for %d s although ticks are sent; the worker ends to be started again", quiet)
            os.kill(os.getpid(), signal.SIGTERM)
            self.note()
        if time.monotonic() < self.next or quiet > QUIET:
            return
        close_old_connections()
        try:
            signs_of_life.beat("worker")
        except Exception as error:
            log.warning("sign of life not written: %s", error)
        finally:
            close_old_connections()
            self.next = time.monotonic() + PULSE


class Living(Scheduler):
    """Celery's scheduler, which shows at each turn that the worker lives."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self.pulse = Pulse()
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        """Send what is due; how many seconds nothing else will be."""
        self.pulse.beat()
        return float(super().tick(*args, **options))


class Beat(Thread):
    """Sends what is due until the worker ends; if it ends itself, so does the worker, and is started again."""

    def __init__(self, app: Any) -> None:
        super().__init__(name="beat", daemon=True)
        self.ending = False
        self.service = Service(app, max_interval=1, scheduler_cls=Living, remote_control=False)

    def run(self) -> None:
        try:
            self.service.start()
        finally:
            if not self.ending:
                os.kill(os.getpid(), signal.SIGTERM)


@worker_ready.connect
def begin(sender: Any, **_: Any) -> None:
    """The worker takes messages: send them."""
    beat = Beat(sender.app)
    beat.start()

    def end(**_: Any) -> None:
        beat.ending = True
        beat.service.stop()

    worker_shutting_down.connect(end, weak=False, dispatch_uid="beat ends")
