"""Calls to addresses that people typed: only where troubleshoot/addresses allows, resolved once, never led away."""
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any

import requests
from requests.adapters import BaseAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from troubleshoot import addresses, clock
from workers.azure.transport import Bounded, PlainConnection, SecureConnection

SECONDS = 15.0  # for the whole of one call
OCTETS = 64 * 1024  # of an answer; nobody has more to say to a notice
AGENT = "Endpoint-Triage"


class Failed(Exception):
    """It was not told: why in plain words, when to try again if the other side says so, and whose fault it is."""

    def __init__(self, said: str, retry_after: float | None = None, unfit: bool = False) -> None:
        super().__init__(said)
        self.said, self.retry_after, self.unfit = said, retry_after, unfit


class Guard(Bounded):
    """The only way out while it stands: every call of requests in this context goes through it, whoever makes it."""

    def __init__(self, kind: str) -> None:
        super().__init__(SECONDS, OCTETS, 1)
        self.kind = kind
        self.status = 0
        self.failure: Failed | None = None

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use pools whose connections go to the checked numbers only."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def send(self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None,
             verify: Any = True, cert: Any = None, proxies: Any = None) -> requests.Response:
        """The answer, not a redirect; requests' ConnectionError where it is refused. No proxy, no ~/.netrc."""
        request.headers.pop("Authorization", None)
        try:
            token = _numbers.set(resolved(self.kind, request.url or ""))
        except ValueError as error:
            self.failure = Failed(str(error))
            raise requests.exceptions.ConnectionError(str(error)) from error
        try:
            answer = super().send(request, stream, timeout, verify, cert)
        except requests.exceptions.RequestException as error:
            self.failure = Failed(f"No answer: {error}")
            raise
        finally:
            _numbers.reset(token)
        self.status = answer.status_code
        self.failure = None if answer.ok and not answer.is_redirect else _failure(answer)
        answer.headers.pop("Location", None)
        return answer


def resolved(kind: str, url: str) -> tuple[str, ...]:
    """The numbers that an address stands for, asked once; ValueError where one of them may not be called."""
    parts = addresses.permitted(kind, url)
    host, port = addresses.host_of(parts), addresses.port_of(parts)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ValueError(f"The name {host} is not known.") from error
    numbers = tuple(dict.fromkeys(str(one[4][0]).split("%")[0] for one in found))
    for number in numbers:
        addresses.refuse(ip_address(number), port, host)
    return numbers


def _failure(answer: requests.Response) -> Failed:
    """What an answer that is no yes means."""
    code = answer.status_code
    if answer.is_redirect or 300 <= code < 400:
        return Failed(f"It answered {code}, which leads elsewhere; notices follow no redirects.")
    told = " ".join(answer.content[:200].decode("utf-8", "replace").split())
    wait = _seconds(answer.headers.get("Retry-After", "")) if code in (408, 429, 503) else None
    return Failed(f"It answered {code}{': ' if told else ''}{told}", wait, unfit=code in (400, 413, 415, 422))


def _seconds(told: str) -> float | None:
    """What Retry-After says, in seconds or as a moment."""
    if told.strip().isascii() and told.strip().isdigit():
        return float(told[:9])
    try:
        return (parsedate_to_datetime(told) - clock.real_now()).total_seconds()
    except (ValueError, TypeError):
        return None


_guard: ContextVar[Guard | None] = ContextVar("guard", default=None)
_numbers: ContextVar[tuple[str, ...]] = ContextVar("numbers", default=())
_adapter_of = requests.Session.get_adapter


def _get_adapter(session: requests.Session, url: str) -> BaseAdapter:
    return _guard.get() or _adapter_of(session, url)


# Apprise makes sessions of its own, and takes no adapter: this is the one step that every call of requests passes.
requests.Session.get_adapter = _get_adapter  # type: ignore[method-assign, assignment]


@contextmanager
def guarded(kind: str) -> Iterator[Guard]:
    """Within the block this thread calls through a guard; what it saw is the block's value."""
    guard = Guard(kind)
    token = _guard.set(guard)
    try:
        yield guard
    finally:
        _guard.reset(token)
        guard.close()


class _Pinned:
    """Connects to the checked numbers, and still names the host in TLS and to the server.

    Beside it always stands a connection of urllib3, whose `super()` it calls.
    """

    _dns_host: str

    def _new_conn(self) -> Any:
        name, last = self._dns_host, None
        for number in _numbers.get():
            try:
                self._dns_host = number
                return super()._new_conn()  # type: ignore[misc]
            except NewConnectionError as error:
                last = error
            finally:
                self._dns_host = name
        raise last or NewConnectionError(self, "no address was checked")  # type: ignore[arg-type]


class _Plain(_Pinned, PlainConnection):
    pass


class _Secure(_Pinned, SecureConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure
