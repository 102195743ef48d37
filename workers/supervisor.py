"""Starts the parts of a running dashboard, starts again one that dies, and stops all in order."""
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO

from workers import lifeline

LONGEST_REST = 15.0  # seconds between two starts of a part that keeps dying
STEADY = 20.0  # seconds after which a part counts as well again
LOG_LIMIT = 20_000_000  # bytes; the older half of a part's log is kept once, as <name>.log.1
BEAT = 0.2


class Stopped(Exception):
    """Somebody asked for the end (Ctrl-C, SIGTERM, SIGHUP)."""


class PartFailed(Exception):
    """A part that must end well did not."""


@dataclass
class Part:
    """One program that has to run; `once` marks one that does its work and ends."""

    name: str
    command: list[str]
    env: dict[str, str]
    grace: float = 5.0
    last_will: int = signal.SIGTERM  # what it gets on Linux when the supervisor itself is killed
    once: bool = False
    then: Callable[[], None] = lambda: None  # done when a part that runs once has ended well
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0


class Supervisor:
    """Holds the parts, in the order in which they were started."""

    def __init__(self, home: Path, folder: Path, say: Callable[[str], None]) -> None:
        self.home, self.folder, self.say = home, folder, say
        self.parts: list[Part] = []
        self.asked_to_stop = 0
        self.asked_at = 0.0
        self.told: set[str] = set()
        (folder / "logs").mkdir(exist_ok=True)

    def listen(self) -> None:
        """From now on a signal only sets a flag, which the loop reads."""
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, self._flag)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._flag)

    def _flag(self, signum: int, frame: FrameType | None) -> None:
        if time.monotonic() - self.asked_at > 1:  # make and the terminal may send the same wish twice
            self.asked_to_stop += 1
            self.asked_at = time.monotonic()

    def add(self, part: Part) -> Part:
        """Start a part and keep it running."""
        self.raise_if_stopped()
        self.parts.append(part)
        self._start(part)
        return part

    def spare(self, what: str, do: Callable[[], object]) -> None:
        """Do something that the parts can live without; a file that fails it is told once."""
        try:
            do()
        except OSError as error:
            self._say_once(f"{what}: {error.strerror or error}.")

    def _say_once(self, text: str) -> None:
        if text not in self.told:
            self.told.add(text)
            self.say(text)

    def _words_of(self, part: Part) -> IO[bytes]:
        try:
            self.log_of(part).parent.mkdir(exist_ok=True)
            return open(self.log_of(part), "ab")
        except OSError as error:
            self._say_once(f"{self.log_of(part)} cannot be written: {error.strerror or error}.")
            return open(os.devnull, "ab")

    def _start(self, part: Part) -> None:
        with self._words_of(part) as log:
            part.process = subprocess.Popen(
                part.command, env=part.env, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=lifeline.tied_to(os.getpid(), part.last_will))
        part.started, part.again_at = time.monotonic(), 0.0
        groups = {each.process.pid: " ".join(each.command) for each in self.parts if each.process}
        self.spare("What runs cannot be noted", lambda: lifeline.remember(self.folder, groups))

    def log_of(self, part: Part) -> Path:
        """Where a part's words go."""
        return self.folder / "logs" / f"{part.name}.log"

    def raise_if_stopped(self) -> None:
        """Raise Stopped once a signal has come."""
        if self.asked_to_stop:
            raise Stopped

    def wait_for(self, met: Callable[[], bool], seconds: float) -> bool:
        """Keep the parts alive until a condition is met; False when the time ran out."""
        ends = time.monotonic() + seconds
        while not met():
            if time.monotonic() > ends:
                return False
            self.look()
            time.sleep(BEAT)
        return True

    def stay(self, every: float, also: Callable[[], None]) -> None:
        """Keep the parts alive until a signal comes, doing something small now and then."""
        while True:
            also()
            self.wait_for(lambda: False, every)

    def look(self) -> None:
        """One look at every part: what has died is started again after a rest."""
        self.raise_if_stopped()
        for part in tuple(self.parts):
            if part.again_at:
                if time.monotonic() >= part.again_at:
                    self._start(part)
            elif part.process and part.process.poll() is not None:
                self._bury(part)
        self._trim_logs()

    def _bury(self, part: Part) -> None:
        process, lived = part.process, time.monotonic() - part.started
        if process is None:
            return
        lifeline.kill_group(process.pid, signal.SIGKILL)
        if part.once:
            self.parts.remove(part)
            if process.returncode:
                raise PartFailed(f"{part.name} ended with {ending(process.returncode)}; see {self.log_of(part)}")
            part.then()
            return
        part.deaths = 1 if lived > STEADY else part.deaths + 1
        rest = 0.0 if part.deaths == 1 else min(LONGEST_REST, 0.25 * 2 ** part.deaths)
        part.again_at = time.monotonic() + rest
        when = f"in {rest:g} s" if rest else "at once"
        self.say(f"{part.name} ended with {ending(process.returncode)}; again {when} ({self.log_of(part)})")

    def _trim_logs(self) -> None:
        for part in self.parts:
            self.spare(f"{self.log_of(part)} is not kept in bounds", partial(trim, self.log_of(part)))

    def stop(self, order: tuple[str, ...]) -> None:
        """End every part, the named ones last and in that order; a second signal ends them at once."""
        rank = {name: place for place, name in enumerate(order)}
        for part in sorted(self.parts, key=lambda part: rank.get(part.name, -1)):
            self._end(part)
        self.parts.clear()
        self.spare("What runs cannot be noted", lambda: lifeline.remember(self.folder, {}))

    def _end(self, part: Part) -> None:
        if part.process is None:
            return
        if part.process.poll() is None:
            lifeline.kill(part.process.pid, signal.SIGTERM)
        ends = time.monotonic() + part.grace
        while part.process.poll() is None and time.monotonic() < ends and self.asked_to_stop < 2:
            time.sleep(0.05)
        lifeline.kill_group(part.process.pid, signal.SIGKILL)
        while part.process.poll() is None:
            time.sleep(0.02)


def trim(log: Path) -> None:
    """Keep the newer half of a log that has grown too long; on a full disk it is cut all the same."""
    if log.stat().st_size > LOG_LIMIT:
        try:
            log.with_suffix(".log.1").write_bytes(log.read_bytes()[-LOG_LIMIT // 2:])
        finally:
            os.truncate(log, 0)


def ending(status: int) -> str:
    """How a process ended, in words."""
    return f"signal {-status}" if status < 0 else f"status {status}"
