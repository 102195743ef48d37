"""The HTTP server: a local ARM on loopback, and its control API."""
import json
import socket
import socketserver
import struct
import sys
import threading
import time
import traceback
import zlib
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from workers.emulator import arm, control
from workers.emulator.ask import Answer, Ask
from workers.emulator.calls import Calls
from workers.emulator.clock import WorldClock
from workers.emulator.faults.board import Board
from workers.emulator.orders import Kept
from workers.emulator.stage import Stage
from workers.emulator.world import World

LARGEST_BODY = 1_000_000
BOMB = 200 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "Microsoft-HTTPAPI/2.0", ""
    disable_nagle_algorithm = True
    stage: Stage

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, *parts: object) -> None:
        """Says nothing: a request is not news."""

    def _serve(self) -> None:
        body = self._body()
        path, _, query = self.path.partition("?")
        if path.startswith("/_emulator"):
            ask, answer = None, control.answer(self.stage, self.command, path, query, body)
        else:
            ask, answer = self._azure(path, query, body)
        data = self._data(answer)
        head = {"Content-Type": answer.content_type, "Content-Length": str(len(data)),
                **(arm.headers_of(ask) if ask else {}), **answer.headers}
        self._say(answer, head, b"" if self.command == "HEAD" else data)

    def _azure(self, path: str, query: str, body: bytes) -> tuple[Ask, Answer]:
        headers = {name.lower(): value for name, value in self.headers.items()}
        ask = Ask(self.command, path, arm.query_of(query), body, headers, self.stage.world, self.stage.clock.now())
        try:
            return ask, arm.answer(self.stage, ask)
        except Exception:
            _complain(f"error in {self.command} {path}: {traceback.format_exc(limit=-2)!r}")
            return ask, Answer(500, {"error": {"code": "EmulatorError", "message": "The emulator itself has failed."}})

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdigit() else 0
        if size > LARGEST_BODY:
            self.close_connection = True
        return self.rfile.read(min(size, LARGEST_BODY))

    def _data(self, answer: Answer) -> bytes:
        if answer.raw is not None:
            return answer.raw
        return b"" if answer.body is None else json.dumps(answer.body, separators=(",", ":")).encode()

    def _say(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        spoil = getattr(self, f"_{answer.manner}", None) if answer.manner else None
        if spoil:
            self.close_connection = True
            return spoil(answer, head, data)
        self._send(answer.status, head, data)

    def _head(self, status: int, head: dict[str, str]) -> bytes:
        reason = self.responses.get(status, ("", ""))[0]
        lines = [f"HTTP/1.1 {status} {reason}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")

    def _send(self, status: int, head: dict[str, str], data: bytes) -> None:
        self.wfile.write(self._head(status, head) + data)

    def _delay(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        time.sleep(answer.pace)
        self._send(answer.status, head, data)

    def _drop(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        """Closes with no answer."""

    def _reset(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        self.wfile.write(self._head(answer.status, head) + data[: len(data) // 2])
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _silent(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        time.sleep(answer.pace)

    def _slow_headers(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        self._drip(self._head(answer.status, head) + data, answer.pace)

    def _slow_body(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        self.wfile.write(self._head(answer.status, head))
        self._drip(data, answer.pace)

    def _drip(self, data: bytes, pace: float) -> None:
        for sign in data:
            self.wfile.write(bytes([sign]))
            time.sleep(pace)

    def _gzip_bomb(self, answer: Answer, head: dict[str, str], data: bytes) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = packer.compress(b'{"value":[],"padding":"')
        for _ in range(BOMB // 1_048_576):
            packed += packer.compress(b"a" * 1_048_576)
        packed += packer.compress(b'"}') + packer.flush()
        self._send(200, {**head, "Content-Encoding": "gzip", "Content-Length": str(len(packed))}, packed)


def _complain(text: str) -> None:
    sys.stderr.write(f"emulator: {text}\n")
    sys.stderr.flush()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that went away is not an error of ours."""
        wrong = sys.exc_info()[1]
        if not isinstance(wrong, ConnectionError | TimeoutError | ValueError):
            _complain(repr(wrong))

    def server_bind(self) -> None:
        # HTTPServer asks the resolver for the host's full name here, which can hang.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", self.server_address[1]


class Running:
    """A started emulator: its `url`, its `stage`, and `stop()`."""

    def __init__(self, server: Server, stage: Stage) -> None:
        self._server, self.stage = server, stage
        host, port = server.socket.getsockname()[:2]
        self.url = f"http://{host}:{port}"
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="emulator", daemon=True)

    @property
    def world(self) -> World:
        return self.stage.world

    @property
    def clock(self) -> WorldClock:
        return self.stage.clock

    def start(self) -> "Running":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


def serve(host: str = "127.0.0.1", port: int = 0, seed: int = 7, clock_base: datetime | None = None,
          clock_real: float | None = None, speed: float = 20.0, world_start: datetime | None = None,
          state_dir: Path | None = None) -> Running:
    """Starts an emulator in a thread of this process; port 0 takes a free one."""
    base = clock_base or datetime.now(UTC).replace(microsecond=0)
    clock = WorldClock(base, time.time() if clock_real is None else clock_real, speed)
    stage = Stage(World(seed, world_start or base), clock, Board(), Calls(state_dir), Kept(state_dir))
    for order in stage.orders.all():
        control.story(stage, order)
    server = Server((host, port), type("BoundHandler", (Handler,), {"stage": stage}))
    return Running(server, stage).start()
