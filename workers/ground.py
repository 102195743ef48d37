"""What must hold before anything is started: a free port, a folder to write to, a sound environment."""
import errno
import http.client
import os
import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage

# What a part may know of the shell that started the demo; all else stays outside.
SHELL = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "VIRTUAL_ENV",
    "LD_LIBRARY_PATH", "CI", "NO_COLOR", "PORT", "WORKER_THREADS", "LOG_LEVEL",
)
LOOPBACK = "127.0.0.1,localhost,::1"
CLOCK = ("CLOCK_BASE", "CLOCK_REAL", "CLOCK_SPEED")


class Trouble(Exception):
    """One sentence for the person who started us."""


def clean_environment() -> dict[str, str]:
    """The environment of a demo: no Azure, no identity, no proxy, no setting of the shell."""
    return {name: os.environ[name] for name in SHELL if name in os.environ} | with_loopback("")


def own_environment() -> dict[str, str]:
    """The environment of a real run: the shell's, without a clock, and with loopback free of proxies."""
    kept = {name: value for name, value in os.environ.items() if name not in CLOCK}
    return kept | with_loopback(kept.get("NO_PROXY") or kept.get("no_proxy") or "")


def with_loopback(others: str) -> dict[str, str]:
    """NO_PROXY with loopback in it, under both of its names."""
    hosts = ",".join(filter(None, (others, LOOPBACK)))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


def port_from(text: str) -> int:
    """The port to listen on, once it is known to be a free one."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT is {text!r}: give a number from 1 to 65535.")
    problem = bind_error(int(text))
    if problem == errno.EACCES:
        raise Trouble(f"Port {text} may not be used by this account; choose another, for example PORT=8001.")
    if problem:
        raise Trouble(f"Port {text} is in use on 127.0.0.1; choose another, for example PORT={int(text) % 65000 + 1}.")
    return int(text)


def bind_error(port: int) -> int:
    """0 where the loopback port can be had, else the system's error number."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            return error.errno or errno.EADDRINUSE
    return 0


def some_port(wanted: int) -> int:
    """The wanted loopback port if it is free, else any free one."""
    if wanted and not bind_error(wanted):
        return wanted
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse(found: Iterable[CheckMessage]) -> None:
    """Raise Trouble with the first serious finding of the system checks."""
    for wrong in found:
        if wrong.is_serious():
            raise Trouble(f"{wrong.msg} {wrong.hint or ''}".strip())


def make_folder(folder: Path) -> None:
    """Make the data folder, and see that it can be written to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix="probe-"):
            pass
    except OSError as error:
        hint = "point DATA_DIR to a folder of your own."
        raise Trouble(f"Cannot write to {folder} ({error.strerror}); {hint}") from error


def answer(port: int, path: str) -> tuple[int, bytes]:
    """(status, body) of a loopback page, redirects followed; status 0 where nobody answers."""
    host = (settings.ALLOWED_HOSTS or ["127.0.0.1"])[0].lstrip(".")
    headers = {"Host": "127.0.0.1" if host == "*" else host, "X-Forwarded-Proto": "https"}
    for _ in range(4):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            body, onward = response.read(), response.getheader("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            connection.close()
        if response.status not in (301, 302, 303, 307, 308):
            return response.status, body
        path = urlsplit(onward)._replace(scheme="", netloc="").geturl()
    return 0, b""
