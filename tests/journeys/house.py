"""A demo as its own processes, for tests: start it, look at its parts, end it."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MARKS = {"broker": "valkey-server", "worker": "celery", "web": "gunicorn", "emulator": "workers.emulator"}


def wait_for(met: Callable[[], object], seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if met():
            return True
        time.sleep(0.1)
    return bool(met())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Demo:
    """One data folder, in which a demo may be started again and again."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tj-", dir="/tmp"))
        self.data, self.temporary = self.folder / "var", self.folder / "t"
        self.temporary.mkdir()
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None
        self.began = 0.0

    def environment(self) -> dict[str, str]:
        told = {"DATA_DIR": str(self.data), "PORT": str(self.port), "TMPDIR": str(self.temporary)}
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | told | {"HTTPS_PROXY": "http://proxy.invalid:1", "AZURE_CLIENT_ID": "of-the-shell"}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "manage.py", *words], env=self.environment(), cwd=ROOT,
                              capture_output=True, text=True, timeout=60)

    def start(self, *words: str) -> None:
        """Start without waiting for anything."""
        self.began = time.time()
        with open(self.folder / "said", "a") as said:
            self.process = subprocess.Popen([sys.executable, "manage.py", "demo", *words], env=self.environment(),
                                            cwd=ROOT, stdout=said, stderr=said, text=True, start_new_session=True)

    def ready(self, seconds: float = 60) -> bool:
        """Whether it tells its address within this time; a file left by a killed demo does not count."""
        def told() -> bool:
            return self.note.exists() and self.note.stat().st_mtime > self.began

        assert self.process
        wait_for(lambda: told() or self.process.poll() is not None, seconds)
        return told() and self.process.poll() is None

    @property
    def note(self) -> Path:
        return self.data / "demo.json"

    def told(self) -> dict[str, str]:
        return json.loads(self.note.read_text())

    def said(self) -> str:
        return (self.folder / "said").read_text()

    def signal(self, signum: int) -> None:
        assert self.process
        self.process.send_signal(signum)

    def ended(self, seconds: float = 20) -> int:
        assert self.process
        return self.process.wait(seconds)

    def living(self) -> dict[int, str]:
        """Every process that has this demo's data folder in its environment, with its command line."""
        mark, found = f"DATA_DIR={self.data}/demo".encode(), {}
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
        return {pid: line for pid, line in found.items() if line}

    def part(self, name: str) -> int:
        """The oldest process of a part (the newer ones are its own children); 0 where it is down."""
        return min((pid for pid, line in self.living().items() if MARKS[name] in line), default=0)

    def worlds(self) -> dict[str, object]:
        return json.loads((self.data / "demo" / "world.json").read_text())

    def sockets(self) -> list[str]:
        return [path.name for path in self.temporary.rglob("*.sock")]

    def end(self) -> None:
        """Stop it if it runs, and remove the folder."""
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
        for pid in self.living():
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)
