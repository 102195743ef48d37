"""A small Azure on this machine, whose answers a test writes itself; the SDK and the credential are the real ones."""
import json
import os
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from troubleshoot.diagnosis.facts import Place
from workers.azure import credentials
from workers.azure.client import Azure

SUB = "11111111-2222-3333-4444-555555555555"
WS = f"/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws"
LOC = f"/subscriptions/{SUB}/providers/Microsoft.MachineLearningServices/locations/westeurope"
TOKEN = "a-token-nobody-may-see"


class Asked:
    """One request as it came in."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        self.method, self.path = handler.command, parts.path
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.headers = dict(handler.headers.items())
        self.body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        self.handler = handler


class Cloud:
    """Answers by path: `says` takes a JSON value or bytes, or a function of the request that writes by itself."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Callable[[Asked], None]] = {}
        self.tokens = 0
        cloud = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                cloud.serve(Asked(self))

            do_POST = do_PUT = do_GET

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *args: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def serve(self, asked: Asked) -> None:
        """Answer one request, or drop the connection where the client went away."""
        self.asked.append(asked)
        answer = self.answers.get(asked.path.lower()) or self.answers.get("*") or _unknown
        try:
            answer(asked)
        except (BrokenPipeError, ConnectionResetError):
            asked.handler.close_connection = True

    def says(self, path: str, body: Any, status: int = 200, **headers: str) -> None:
        """Answer a path with a JSON value, bytes or a text; underscores in header names stand for dashes."""
        self.answers[path.lower()] = lambda asked: send(asked, body, status, **headers)

    def fails(self, path: str, status: int, code: str, message: str, **headers: str) -> None:
        """Answer a path with ARM's error."""
        self.says(path, {"error": {"code": code, "message": message}}, status, **headers)

    def forget(self) -> None:
        """Back to knowing nothing but the token."""
        self.asked.clear()
        self.answers = {"/msi/token": self._token}
        self.tokens = 0

    def count(self, method: str) -> int:
        """How many requests of a method came, the token's apart."""
        return sum(asked.method == method for asked in self.asked if asked.path != "/msi/token")

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _token(self, asked: Asked) -> None:
        self.tokens += 1
        ends = str(int(time()) + 3600)
        send(asked, {"access_token": TOKEN, "expires_on": ends, "resource": asked.query["resource"],
                     "token_type": "Bearer"})


def send(asked: Asked, body: Any, status: int = 200, **headers: str) -> None:
    """Write one answer, with its length."""
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    asked.handler.send_response_only(status)
    for name, value in ({"Content_Type": "application/json"} | headers).items():
        asked.handler.send_header(name.replace("_", "-"), value)
    asked.handler.send_header("Content-Length", str(len(data)))
    asked.handler.end_headers()
    asked.handler.wfile.write(data)


def _unknown(asked: Asked) -> None:
    send(asked, {"error": {"code": "ResourceNotFound", "message": f"nothing at {asked.path}"}}, 404)


@pytest.fixture(scope="session")
def _listening() -> Iterator[Cloud]:
    cloud = Cloud()
    yield cloud
    cloud.close()


@pytest.fixture
def cloud(_listening: Cloud) -> Cloud:
    """The small Azure, empty but for its token endpoint."""
    _listening.forget()
    return _listening


@pytest.fixture(scope="session")
def credential(_listening: Cloud) -> Iterator[credentials.Remembering]:
    """The real DefaultAzureCredential, whose tokens come from the small Azure."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AZURE_", "MSI_"))]:
            patch.delenv(name)
        patch.setenv("IDENTITY_ENDPOINT", f"{_listening.url}/msi/token")
        patch.setenv("IDENTITY_HEADER", "any")
        patch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")  # no test asks this machine's own identity
        credentials._default.cache_clear()
        _listening.forget()
        yield credentials.of(_listening.url)
        credentials._default.cache_clear()


@pytest.fixture
def azure(cloud: Cloud, credential: credentials.Remembering) -> Iterator[Azure]:
    """A client with short times, so that a hanging test ends soon."""
    found = Azure(cloud.url, SUB, credential, deadline=0.6, octets=200_000, pages=5, whole_list=1.0, key=b"k")
    yield found
    found.close()


@pytest.fixture
def place() -> Place:
    """A deployment's place."""
    return Place(SUB, "rg", "ws", "fraud-ep", "blue")
