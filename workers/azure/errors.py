"""The four ways in which a question to Azure ends badly, and the one function that sorts everything into them."""
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from azure.core.exceptions import AzureError, HttpResponseError, ServiceResponseTimeoutError

LONGEST = 1000  # characters of a message
LONGEST_REST = 900.0  # seconds: 15 minutes, whatever Retry-After asks (azure/WIRE 3.4)

_ACTION = re.compile(r"perform (?:the )?action\(?s?\)?:? '([^']{3,200})'", re.IGNORECASE)
_SECRET = re.compile(r"(?i)bearer\s+[^\s'\",]+|eyJ[\w-]{8,}(?:\.[\w-]*){0,2}|(?<=access_token)\W{1,5}[^\s'\",}]+")


class Trouble(Exception):
    """What all four share: what was said, and what Microsoft's support asks for.

    `status` is the HTTP status, None where no answer came; `code` is Azure's own error code, or empty.
    `retry_after` is in seconds, at most 900, None where Azure named none.
    """

    def __init__(self, message: str, *, status: int | None = None, code: str = "",
                 retry_after: float | None = None, request_id: str = "", client_request_id: str = "",
                 correlation_id: str = "") -> None:
        self.message = clean(message)
        super().__init__(self.message)
        self.status, self.code, self.retry_after = status, code, retry_after
        self.request_id, self.client_request_id = request_id, client_request_id
        self.correlation_id = correlation_id


class Throttled(Trouble):
    """429: Azure asks us to wait."""


class Denied(Trouble):
    """403: the identity may not ask this. `action` is the permission as Azure's 403 names it, or empty."""

    action: str = ""


class Gone(Trouble):
    """404 or 410 in Azure's own form: what was asked for is not there."""


class Unreachable(Trouble):
    """No usable answer: no connection, too slow, a server's error, or a refusal of another kind (see `status`)."""


class Malformed(Unreachable):
    """An answer came, and it is not what Azure sends: wrong type, broken JSON, another host in a link."""


class NotSignedIn(Unreachable):
    """No token could be had, or Azure did not take it (401)."""


def clean(text: object) -> str:
    """A message in one bounded line, without anything that looks like a token."""
    plain = _SECRET.sub("[removed]", str(text)[:LONGEST * 20])
    plain = " ".join("".join(c if c.isprintable() else " " for c in plain).split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST - 1] + "…"


def trouble(error: BaseException) -> Trouble:
    """Whatever the SDK or an odd answer throws, as one of ours; ours come through unchanged.

    Out of the SDK come AzureError and, on odd answers, builtin ValueError, TypeError, AttributeError and
    RecursionError (trust/TRUST E2, E5).
    """
    if isinstance(error, Trouble):
        return error
    answer: Any = getattr(error, "response", None)
    status = getattr(answer, "status_code", None)
    if isinstance(error, HttpResponseError) and isinstance(status, int) and status >= 300:
        return refused(status, answer.headers, _text(answer), _sent(answer))
    if isinstance(error, ServiceResponseTimeoutError):
        return Unreachable(f"Azure did not answer in time: {error}")
    if isinstance(error, HttpResponseError):
        return Malformed(f"Azure's answer could not be read: {error}", status=status, **_ids(answer))
    if isinstance(error, AzureError):
        return Unreachable(f"Azure could not be reached: {error}")
    return Malformed(f"Azure's answer has an unexpected form ({type(error).__name__}: {error})")


def refused(status: int, headers: Mapping[str, str], body: str, sent: str = "") -> Trouble:
    """An answer of status 300 or above, from its parts; `sent` is the x-ms-client-request-id of the request."""
    code, message = _said(body)
    if not message:
        kind = (headers.get("Content-Type") or "nothing").split(";")[0][:60]
        message = f"HTTP {status} {_phrase(status)}, with no error in Azure's form ({kind})"
    kinds: dict[int, type[Trouble]] = {401: NotSignedIn, 403: Denied, 429: Throttled}
    made = kinds.get(status, Unreachable)
    if status in (404, 410) and not _is_page(body):
        made = Gone
    found = made(message, status=status, code=clean(code)[:200], retry_after=retry_after(headers),
                 request_id=_header(headers, "x-ms-request-id"),
                 client_request_id=_header(headers, "x-ms-client-request-id") or sent,
                 correlation_id=_header(headers, "x-ms-correlation-request-id"))
    if isinstance(found, Denied):
        named = _ACTION.search(message)
        found.action = named.group(1) if named else ""
    return found


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, 0 to 900; None where no header says so, or says it in no known way.

    Forms: retry-after-ms and x-ms-retry-after-ms (milliseconds), Retry-After as seconds or as an HTTP date;
    a date is counted from the answer's own Date where it has one, so that our clock does not matter.
    """
    for name in ("retry-after-ms", "x-ms-retry-after-ms"):
        if (wait := _seconds(headers.get(name))) is not None:
            return _capped(wait / 1000)
    asked = headers.get("Retry-After")
    if (wait := _seconds(asked)) is not None:
        return _capped(wait)
    until = _date(asked)
    if until is None:
        return None
    return _capped((until - (_date(headers.get("Date")) or datetime.now(UTC))).total_seconds())


def _capped(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_REST)


def _seconds(text: str | None) -> float | None:
    text = (text or "").strip()
    return float(text) if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,9})?", text) else None


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (TypeError, ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _said(body: str) -> tuple[str, str]:
    """Azure's code and sentence out of {"error": {"code", "message"}}, with or without the outer name."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return "", ""
    inner = whole.get("error", whole) if isinstance(whole, dict) else None
    if not isinstance(inner, dict):
        return "", ""
    code, message = inner.get("code"), inner.get("message")
    code = code if isinstance(code, str) else ""
    return code, message if isinstance(message, str) and message else code


def _is_page(body: str) -> bool:
    return body.lstrip()[:1] == "<"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _header(headers: Mapping[str, str], name: str) -> str:
    return clean(headers.get(name) or "")[:100]


def _text(answer: Any) -> str:
    try:
        return str(answer.text())
    except Exception:  # an answer that cannot be read still has a status
        return ""


def _sent(answer: Any) -> str:
    headers = getattr(getattr(answer, "request", None), "headers", None) or {}
    return clean(headers.get("x-ms-client-request-id") or "")[:100]


def _ids(answer: Any) -> dict[str, Any]:
    headers = getattr(answer, "headers", None) or {}
    return {"request_id": _header(headers, "x-ms-request-id"), "client_request_id": _sent(answer),
            "correlation_id": _header(headers, "x-ms-correlation-request-id")}
