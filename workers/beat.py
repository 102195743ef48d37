"""Beat as a thread of the worker, loaded by `celery worker -I workers.beat`.

`-B` forks a second process for it: 58 MB more, and one that a killed worker leaves behind, ticking for ever.
"""
import os
import signal
from threading import Thread
from typing import Any

from celery.beat import Service
from celery.signals import worker_ready, worker_shutting_down


class Beat(Thread):
    """Sends what is due until the worker ends; if it ends itself, so does the worker, and is started again."""

    def __init__(self, app: Any) -> None:
        super().__init__(name="beat", daemon=True)
        self.ending = False
        self.service = Service(app, max_interval=1, scheduler_cls="celery.beat.Scheduler", remote_control=False)

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
