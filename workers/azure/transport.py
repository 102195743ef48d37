"""The wire under the SDKs: no call outlasts its deadline, no answer outgrows its cap, no token goes out in clear."""
import os
import socket
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from contextvars import ContextVar
from ipaddress import ip_address
from threading import Timer
from time import monotonic
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

OCTETS = 8 * 1024 * 1024
CONNECT = 5.0  # seconds for TCP and TLS (trust/TRUST 7.7)
POOL = 16  # connections kept open to one host; one for each worker thread

_ends: ContextVar[float | None] = ContextVar("ends", default=None)
_alarm: ContextVar["Alarm | None"] = ContextVar("alarm", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All calls of this thread inside the block share this many seconds; an inner block replaces an outer one."""
    token = _ends.set(monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine by name or number."""
    return _is(host, "is_loopback") or (host or "").lower() == "localhost"


def is_link_local(host: str | None) -> bool:
    """Whether a host is a link-local number: where Azure's machines find their own token endpoint."""
    return _is(host, "is_link_local")


def _is(host: str | None, what: str) -> bool:
    try:
        return bool(getattr(ip_address((host or "").strip("[]")), what))
    except ValueError:
        return False


class Alarm:
    """Shuts the call's connection when its time is up: a read timeout starts anew with every byte (perf/TRIED 6)."""

    def __init__(self, seconds: float) -> None:
        self.rang = False
        self._held: list[socket.socket] = []
        self._timer = Timer(seconds, self._ring)
        self._timer.daemon = True

    def hold(self, connection: Any) -> None:
        """Watch a socket, through a copy of its number: a wrapping in TLS changes the object, not the connection."""
        if connection is not None:
            self._held.append(socket.socket(fileno=os.dup(connection.fileno())))
        if self.rang:
            self._ring()

    def _ring(self) -> None:
        self.rang = True
        for held in tuple(self._held):
            with suppress(OSError):
                held.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> "Alarm":
        self._timer.start()
        self._token = _alarm.set(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._timer.cancel()
        _alarm.reset(self._token)
        for held in self._held:
            held.close()


class _Watched:
    """Shows its socket to the alarm of the call: before TLS begins, and when the headers are awaited."""

    def _new_conn(self) -> Any:
        opened = super()._new_conn()  # type: ignore[misc]
        _show(opened)
        return opened

    def getresponse(self, *args: Any, **kwargs: Any) -> Any:
        _show(getattr(self, "sock", None))
        return super().getresponse(*args, **kwargs)  # type: ignore[misc]


def _show(connection: Any) -> None:
    alarm = _alarm.get()
    if alarm is not None:
        alarm.hold(connection)


class PlainConnection(_Watched, HTTPConnection):
    """One to this machine."""


class SecureConnection(_Watched, HTTPSConnection):
    """One in TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = SecureConnection


_POOLS = {"http": _PlainPool, "https": _SecurePool}


class Bounded(HTTPAdapter):
    """A requests adapter whose every answer is whole within `seconds` and `octets` (unpacked), or an error.

    Plain HTTP goes to this machine only, and to link-local numbers where `link_local` says so; neither ever
    goes through a proxy (azure/WIRE 3.2: HTTP_PROXY is obeyed even for 127.0.0.1).
    """

    def __init__(self, seconds: float, octets: int = OCTETS, pool: int = POOL, link_local: bool = False) -> None:
        self.seconds, self.octets, self.link_local = seconds, octets, link_local
        super().__init__(pool_maxsize=pool, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use pools whose connections the alarm can see."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: Any, **kwargs: Any) -> Any:
        """The same for connections through a company's proxy."""
        found = super().proxy_manager_for(proxy, **kwargs)
        found.pool_classes_by_scheme = _POOLS
        return found

    def send(self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None,
             verify: Any = True, cert: Any = None, proxies: Any = None) -> requests.Response:
        """The whole answer. Errors: requests' ReadTimeout (too slow) and ConnectionError (too long, cut, refused)."""
        host = urlsplit(request.url or "").hostname
        near = is_loopback(host) or (self.link_local and is_link_local(host))
        if not near and not (request.url or "").lower().startswith("https://"):
            raise requests.exceptions.ConnectionError("plain HTTP is allowed to this machine only")
        seconds = self._left()
        request.headers["Accept-Encoding"] = "gzip"
        with Alarm(seconds) as alarm:
            try:
                answer = super().send(request, True, (min(CONNECT, seconds), seconds), verify, cert,
                                      None if near else proxies)
                with closing(answer.raw):
                    body = self._body(answer)
            except (urllib3.exceptions.HTTPError, requests.exceptions.RequestException, OSError, zlib.error) as error:
                raise _told(error, alarm.rang, seconds) from error
        if alarm.rang:
            raise _told(None, True, seconds)
        answer.headers.pop("Content-Encoding", None)
        answer._content, answer._content_consumed = body, True
        return answer

    def _left(self) -> float:
        ends = _ends.get()
        left = self.seconds if ends is None else min(self.seconds, ends - monotonic())
        if left <= 0:
            raise requests.exceptions.ReadTimeout("the time for the whole question is used up")
        return left

    def _body(self, answer: requests.Response) -> bytes:
        packing = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in ("identity", "", "gzip", "deflate"):
            raise requests.exceptions.ConnectionError("the answer is packed in a way that was not asked for")
        unpack = zlib.decompressobj(wbits=47) if packing in ("gzip", "deflate") else None
        body = bytearray()
        while part := answer.raw.read1(65536, decode_content=False):
            body += unpack.decompress(part, self.octets + 1 - len(body)) if unpack else part
            if len(body) > self.octets:
                raise requests.exceptions.ConnectionError(f"the answer is longer than {self.octets} bytes")
        if unpack and body and not unpack.eof:
            raise requests.exceptions.ConnectionError("the packed answer was cut short")
        return bytes(body)


def _told(error: Exception | None, late: bool, seconds: float) -> requests.exceptions.RequestException:
    if late:
        return requests.exceptions.ReadTimeout(f"no whole answer within {seconds:.1f} s")
    if isinstance(error, requests.exceptions.RequestException):
        reason = getattr(error.args[0] if error.args else None, "reason", None)  # urllib3's, inside a MaxRetryError
        return type(error)(str(reason or error).rsplit("): ", 1)[-1])
    return requests.exceptions.ConnectionError(f"the answer was cut short or unreadable ({type(error).__name__})")


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Keeps requests from putting a password of ~/.netrc in the place of the bearer token."""
    return request


def transport(seconds: float, octets: int = OCTETS, pool: int = POOL, link_local: bool = False) -> RequestsTransport:
    """A transport for an SDK pipeline; no redirects (the SDK's transport never asks for them), no retries."""
    session = requests.Session()
    session.auth = _unsigned
    adapter = Bounded(seconds, octets, pool, link_local)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return RequestsTransport(session=session, session_owner=False)
