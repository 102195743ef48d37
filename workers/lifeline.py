"""Ties processes to the one that started them, so that none is left behind."""
import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
PS = (shutil.which("ps") or "/bin/ps", "-A", "-ww", "-o", "pid=,pgid=,command=")


class AlreadyRunning(Exception):
    """Another supervisor holds this data folder."""


def die_with_parent(signum: int = signal.SIGTERM) -> None:
    """Ask Linux to send this process a signal when its parent ends; does nothing elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signum)


def tied_to(parent: int, signum: int) -> Callable[[], None]:
    """A preexec function: the new process ends with its parent, also with one that ended meanwhile."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def before_exec() -> None:
        if libc:
            libc.prctl(PR_SET_PDEATHSIG, signum)
            if os.getppid() != parent:
                os._exit(1)

    return before_exec


def hold(folder: Path) -> IO[str]:
    """The data folder's lock, held until the file is closed or the process ends."""
    file = (folder / "running.lock").open("a+", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.seek(0)
        holder = file.read().strip() or "unknown"
        file.close()
        raise AlreadyRunning(holder) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def remember(folder: Path, groups: dict[int, str]) -> None:
    """Write down the process groups that run now, and their commands, for a next start that must clear up."""
    (folder / "groups.json").write_text(json.dumps(groups), encoding="utf-8")


def clear_up(folder: Path) -> int:
    """End what a killed supervisor left running; how many processes there were."""
    try:
        groups = dict(json.loads((folder / "groups.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return 0
    left = [pid for pid, group, command in _processes() if groups.get(str(group)) == command]
    for pid in left:
        kill(pid, signal.SIGKILL)
    return len(left)


def _processes() -> list[tuple[int, int, str]]:
    """Every process as (pid, group, command line); empty where there is no `ps`."""
    try:
        told = subprocess.run(PS, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return []
    rows = (line.split(None, 2) for line in told.stdout.splitlines())
    return [(int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3]


def kill(pid: int, signum: int) -> None:
    """Send a signal to a process that may be gone."""
    try:
        os.kill(pid, signum)
    except (ProcessLookupError, PermissionError):
        return


def kill_group(group: int, signum: int) -> None:
    """Send a signal to all that is left of a process group."""
    try:
        os.killpg(group, signum)
    except (ProcessLookupError, PermissionError):
        return
