"""No answer holds a worker longer, or fills it further, than its bounds say."""
import gzip
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.workers.azure import bodies
from tests.workers.azure.conftest import TOKEN, WS, Asked, Cloud, send
from troubleshoot.diagnosis.facts import Place
from workers.azure.client import Azure
from workers.azure.errors import Malformed, Unreachable
from workers.azure.transport import transport, within

LATE = 2.0  # seconds; far below what the answers here take when nothing cuts them, far above the deadlines


def head(asked: Asked, *lines: str) -> Any:
    asked.handler.close_connection = True
    out = asked.handler.wfile
    out.write(("\r\n".join(("HTTP/1.1 200 OK", "Content-Type: application/json", *lines)) + "\r\n").encode())
    return out


def drip(out: Any, data: bytes = b" " * 100, pause: float = 0.05) -> None:
    for number in range(len(data)):
        out.write(data[number:number + 1])
        out.flush()
        time.sleep(pause)


def slow_body(asked: Asked) -> None:
    out = head(asked, "Content-Length: 100", "")
    drip(out)


def slow_chunks(asked: Asked) -> None:
    out = head(asked, "Transfer-Encoding: chunked", "")
    for _ in range(100):
        out.write(b"1\r\n \r\n")
        time.sleep(0.05)


def slow_headers(asked: Asked) -> None:
    asked.handler.close_connection = True
    asked.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    drip(asked.handler.wfile)


def no_answer(asked: Asked) -> None:
    asked.handler.close_connection = True
    time.sleep(3.0)


BOMB = gzip.compress(b" " * 20_000_000, 1)


def bomb(asked: Asked) -> None:
    send(asked, BOMB, Content_Encoding="gzip")


def endless(asked: Asked) -> None:
    out = head(asked, "Transfer-Encoding: chunked", "")
    for _ in range(2000):
        out.write(b"1000\r\n" + b" " * 4096 + b"\r\n")


def too_long(asked: Asked) -> None:
    send(asked, b'{"a":"' + b"x" * 300_000 + b'"}')


def cut_short(asked: Asked) -> None:
    head(asked, "Content-Length: 500", "").write(b'{"properties":{}')


def cut_packed(asked: Asked) -> None:
    send(asked, gzip.compress(b'{"a": "' + b"abcdefg" * 90 + b'"}')[:-20], Content_Encoding="gzip")


def not_packed(asked: Asked) -> None:
    send(asked, b"{}", Content_Encoding="gzip")


def other_packing(asked: Asked) -> None:
    send(asked, b"{}", Content_Encoding="br")


def hung_up(asked: Asked) -> None:
    asked.handler.close_connection = True


def many_headers(asked: Asked) -> None:
    head(asked, *(f"X-{number}: y" for number in range(200)), "Content-Length: 2", "").write(b"{}")


def no_http(asked: Asked) -> None:
    asked.handler.close_connection = True
    asked.handler.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")


@pytest.mark.parametrize("answer, slow", [
    (slow_body, True), (slow_chunks, True), (slow_headers, True), (no_answer, True), (bomb, False), (endless, False),
    (too_long, False), (cut_short, False), (cut_packed, False), (not_packed, False), (other_packing, False),
    (hung_up, False), (many_headers, False), (no_http, False)])
def test_an_answer_that_is_too_slow_or_too_long_or_broken_ends_in_time(
        cloud: Cloud, azure: Azure, place: Place, answer: Callable[[Asked], None], slow: bool) -> None:
    cloud.answers[WS.lower()] = answer
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        azure.workspace(place)
    took = time.monotonic() - started
    assert (0.5 < took < LATE) if slow else took < LATE
    assert caught.value.status is None and TOKEN not in caught.value.message
    assert ("within 0." in caught.value.message) == slow


def test_after_a_cut_the_next_answer_is_whole(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.answers[WS.lower()] = cut_short
    with pytest.raises(Unreachable):
        azure.workspace(place)
    cloud.answers[WS.lower()] = lambda asked: send(
        asked, gzip.compress(b'{"id":"%s","properties":{}}' % WS.encode()), Content_Encoding="gzip")
    assert azure.workspace(place).place.workspace == "ws"


def test_connections_are_kept_and_no_timer_stays_behind(cloud: Cloud, azure: Azure, place: Place) -> None:
    seen = set()

    def answer(asked: Asked) -> None:
        seen.add(asked.handler.client_address)
        send(asked, bodies.workspace())

    cloud.answers[WS.lower()] = answer
    for _ in range(5):
        azure.workspace(place)
    assert len(seen) == 1
    time.sleep(0.05)  # a cancelled timer ends by itself
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]


def test_proxies_and_netrc_of_the_shell_are_left_out_on_this_machine(
        cloud: Cloud, azure: Azure, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    cloud.says(WS, bodies.workspace())
    azure.workspace(place)
    assert cloud.asked[-1].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("url", ["http://example.com/", "http://10.0.0.1/", "HTTP://localhost.example.com/",
                                 "http://169.254.169.254/metadata"])
def test_plain_http_leaves_this_machine_never(url: str) -> None:
    with pytest.raises(requests.exceptions.ConnectionError, match="this machine only"):
        transport(1).session.get(url)


def test_a_redirect_is_not_followed(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(WS, "", 302, Location=f"{cloud.url}/elsewhere")
    with pytest.raises(Unreachable) as caught:
        azure.workspace(place)
    assert caught.value.status == 302
    assert not any(asked.path == "/elsewhere" for asked in cloud.asked)


def test_a_refused_connection_is_told_at_once(cloud: Cloud, credential: Any, place: Place) -> None:
    cloud.says(WS, {})
    azure = Azure("http://127.0.0.1:9", place.subscription, credential, deadline=2)
    started = time.monotonic()
    with pytest.raises(Unreachable, match="could not be reached: Failed to .* Connection refused$"):
        azure.workspace(place)
    assert time.monotonic() - started < LATE


def test_a_block_of_calls_shares_its_time(cloud: Cloud) -> None:
    cloud.answers["/x"] = lambda asked: (time.sleep(0.15), send(asked, {}))[0]
    wire = transport(5)
    started = time.monotonic()
    with within(0.35), pytest.raises(requests.exceptions.ReadTimeout):
        for _ in range(10):
            wire.session.get(f"{cloud.url}/x")
    assert time.monotonic() - started < LATE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and certificate for this machine, in one file."""
    where = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", where, "-out", f"{where}.crt", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    where.write_bytes(where.read_bytes() + Path(f"{where}.crt").read_bytes())
    return where


@pytest.mark.parametrize("drips", [False, True])
def test_the_deadline_holds_under_tls_too(certificate: Path, drips: bool) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Long: ")
            if drips:
                drip(self.wfile)
            self.wfile.write(b"x\r\n\r\n{}")

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None  # type: ignore[method-assign]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.handle_request, daemon=True).start()
    url, trusted = f"https://localhost:{server.server_port}/", f"{certificate}.crt"
    started = time.monotonic()
    if drips:
        with pytest.raises(requests.exceptions.ReadTimeout):
            transport(0.5).session.get(url, verify=trusted)
    else:
        assert transport(0.5).session.get(url, verify=trusted).json() == {}
    assert time.monotonic() - started < LATE
    server.server_close()


def test_a_handshake_that_never_ends_is_cut(cloud: Cloud) -> None:
    started = time.monotonic()
    with pytest.raises(requests.exceptions.RequestException):
        transport(0.4).session.get(cloud.url.replace("http", "https"))
    assert time.monotonic() - started < LATE


def test_a_page_of_html_in_the_place_of_an_answer_is_malformed(cloud: Cloud, azure: Azure, place: Place) -> None:
    cloud.says(WS, "<html>sign in</html>", Content_Type="text/html")
    with pytest.raises(Malformed, match="text/html"):
        azure.workspace(place)
