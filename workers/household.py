"""From an empty data folder to the first page, and to the end: what `demo` and `run` share."""
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections

from workers import first_person, lifeline
from workers.assets import Assets
from workers.broker import Broker
from workers.ground import Trouble, answer
from workers.supervisor import Part, PartFailed, Stopped, Supervisor

ENDS = ("static", "web", "worker", "emulator", "broker")
EVERY = 5.0  # seconds between two small duties
OTHERS_LIMIT = 60.0  # seconds that what runs beside us has to come up; without it no worker may start


@dataclass
class Household:
    """One running dashboard: what differs between a demo and a real run is given here."""

    port: int
    env: dict[str, str]  # of every part
    azure: dict[str, str]  # of the worker alone
    note: Path  # where the address and the sign-in are told
    username: str
    say: Callable[[str], None]
    forget_password: bool = True  # once the person has signed in
    others: list[Part] = field(default_factory=list)  # started before the worker, with what says they are up
    others_up: Callable[[], bool] = lambda: True
    duty: Callable[[], None] = lambda: None  # done every few seconds

    def __post_init__(self) -> None:
        self.data: Path = settings.DATA_DIR
        self.assets = Assets(settings.BASE, settings.STATIC_ROOT, self.data / "static.stamp")
        self.broker = Broker(self.data)
        self.url, self.password = f"http://127.0.0.1:{self.port}/", ""
        self.env = self.env | {"DATA_DIR": str(self.data), "STATIC_ROOT": str(self.assets.root)}
        self.supervisor = Supervisor(settings.BASE, self.data, self.say)

    def live(self) -> None:
        """Start everything, keep it running, and stop it when asked; Trouble says why it could not."""
        try:
            lock = lifeline.hold(self.data)
        except lifeline.AlreadyRunning as holder:
            raise Trouble(f"Already running on {self.data} (process {holder}); stop that first.") from holder
        with lock:
            os.umask(0o077)  # tables and logs are for this account alone
            self.supervisor.listen()
            if left := lifeline.clear_up(self.data):
                self.say(f"Ended {left} processes that an earlier start had left behind.")
            try:
                self._bring_up()
                self.supervisor.stay(EVERY, self._duties)
            except Stopped:
                self.say("Stopping.")
            except PartFailed as error:
                raise Trouble(str(error)) from error
            finally:
                self.supervisor.stop(ENDS)
                self.broker.tidy()
                if not self.forget_password:
                    self.note.unlink(missing_ok=True)  # it would name a page that is no longer there

    def _bring_up(self) -> None:
        self.note.unlink(missing_ok=True)
        self.duty()
        self._start_broker()
        for part in self.others:
            self.supervisor.add(part)
        if not self.assets.fresh():
            self.supervisor.add(Part("static", self.assets.command(), self.env, once=True, then=self._collected))
        new = self._tables_and_person()
        if not self.supervisor.wait_for(self.others_up, OTHERS_LIMIT):
            late = " and ".join(part.name for part in self.others)
            logs = " and ".join(str(self.supervisor.log_of(part)) for part in self.others)
            raise Trouble(f"The {late} did not answer within {OTHERS_LIMIT:g} s; see {logs}.")
        # A worker that is asked to end waits for its broker, which is ending too: it gets SIGKILL, its claims heal.
        self.supervisor.add(Part("worker", self._worker(), self.env | self.azure, 10, signal.SIGKILL))
        if not self.supervisor.wait_for(self.assets.manifest.exists, 120):
            raise Trouble(f"The static files were not collected in time; see {self.data}/logs/static.log.")
        self.supervisor.add(Part("web", self._web(), self.env, grace=6))
        if not self.supervisor.wait_for(lambda: answer(self.port, "/")[0] == 200, 60):
            raise Trouble(f"The first page does not answer; see {self.data}/logs/web.log.")
        self._announce(new)

    def _tables_and_person(self) -> bool:
        """Bring the tables up to date and make the first account; whether its password is a new one."""
        kept = self.data / "password"
        new = not kept.exists()
        try:
            call_command("migrate", interactive=False, verbosity=0)
            self.password = first_person.password_of(self.username, kept, always=not self.forget_password)
        except DatabaseError as error:
            raise Trouble(f"The database cannot be used: {' '.join(str(error).split())}") from error
        close_old_connections()
        return new

    def _start_broker(self) -> None:
        if self.env.get("BROKER_URL"):
            return
        self.broker.prepare()
        self.env["BROKER_URL"] = self.broker.url()
        self.supervisor.add(Part("broker", self.broker.command(), self.env))

    def _worker(self) -> list[str]:
        return [
            sys.executable, "-m", "celery", "-q", "-A", "workers.celery", "worker", "-I", "workers.beat",
            "-Q", "polls", "-P", "threads", "-c", str(settings.WORKER_THREADS),
            "-l", "INFO", "--without-gossip", "--without-mingle", "--without-heartbeat",
        ]

    def _web(self) -> list[str]:
        return [
            sys.executable, "-m", "gunicorn", "dashboard.wsgi:application",
            "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "1", "--threads", "8",
            "--timeout", "30", "--graceful-timeout", "3", "--no-control-socket", "--log-level", "warning",
        ]

    def _collected(self) -> None:
        """All is compressed: remember it, and let the web server look at its files again."""
        self.assets.collected()
        for part in self.supervisor.parts:
            if part.name == "web" and part.process:
                lifeline.kill(part.process.pid, signal.SIGHUP)

    def _announce(self, new: bool) -> None:
        first_person.tell(self.note, self.url, self.username, self.password)
        self.say(f"Endpoint Triage is at {self.url}")
        if self.password and (new or not self.forget_password):
            self.say(f"Sign in as {self.username} with the password {self.password}")
        elif self.password:
            self.say(f"The sign-in is in {self.note}")
        self.say("Ctrl-C stops it.")

    def _duties(self) -> None:
        self.supervisor.spare("A small duty failed", self.duty)
        if self.forget_password and self.password:
            self.supervisor.spare("The first password cannot be forgotten", self._forget_after_sign_in)

    def _forget_after_sign_in(self) -> None:
        try:
            if not first_person.has_signed_in(self.username):
                return
        except DatabaseError:
            return
        finally:
            close_old_connections()
        self.password = ""
        first_person.tell(self.note, self.url, self.username, "")
        (self.data / "password").unlink(missing_ok=True)


def follow_make() -> None:
    """End with `make` where it was make that started us: a killed make must not leave a dashboard behind."""
    if os.environ.get("MAKELEVEL"):
        lifeline.die_with_parent(signal.SIGTERM)
