"""Which identity speaks: one credential for the process, whose failures are remembered for half a minute."""
import os
import re
from collections.abc import Callable
from functools import cache
from threading import Lock
from time import monotonic, time
from typing import Any, cast
from urllib.parse import urlsplit

from azure.core.credentials import AccessTokenInfo, SupportsTokenInfo, TokenRequestOptions
from azure.identity import DefaultAzureCredential

from workers.azure.errors import NotSignedIn
from workers.azure.transport import is_loopback, transport, within

PUBLIC = "https://management.azure.com"
CLOUDS = {
    "management.azure.com": f"{PUBLIC}/.default",
    "management.usgovcloudapi.net": "https://management.usgovcloudapi.net/.default",
    "management.chinacloudapi.cn": "https://management.chinacloudapi.cn/.default",
}
AUTHORITIES = {
    "management.usgovcloudapi.net": "login.microsoftonline.us",
    "management.chinacloudapi.cn": "login.partner.microsoftonline.cn",
}
_PERSONS = ("shared_token_cache", "visual_studio_code", "cli", "developer_cli", "powershell", "broker")
_ABSENT = re.compile(r"unavailable|not found|not installed|could not be found|requires? the|is required")
HOLD = 30.0  # seconds for which a failure is remembered (trust/TRUST E14)
DEADLINE = 15.0  # seconds for all of one attempt's HTTP calls


def scope(arm_endpoint: str) -> str:
    """The token scope of an ARM endpoint; a ValueError for a host that is no cloud's and not this machine.

    The token goes to that host, so the list is exact (trust/TRUST 91).
    """
    parts = urlsplit(arm_endpoint)
    host = (parts.hostname or "").lower()
    bare = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)
    if bare and is_loopback(host) and parts.scheme in ("http", "https"):
        return CLOUDS["management.azure.com"]
    if bare and parts.scheme == "https" and host in CLOUDS and parts.port in (None, 443):
        return CLOUDS[host]
    raise ValueError(f"{arm_endpoint!r} is not the ARM endpoint of a known Azure cloud, nor on this machine")


class Remembering:
    """A credential in front of another: one attempt at a time, its failure (and a fresh token) kept for a while.

    Azure SDK clients call `get_token_info`. Errors: NotSignedIn, with the first attempt's message. After a failure
    the inner one is built anew: MSAL keeps a 5xx of a token endpoint for a minute, and an odd token for its life.
    """

    def __init__(self, build: Callable[[], SupportsTokenInfo], hold: float = HOLD, deadline: float = DEADLINE,
                 clock: Callable[[], float] = monotonic) -> None:
        self._build, self._hold, self._deadline, self._clock = build, hold, deadline, clock
        self._inner: SupportsTokenInfo | None = None
        self._lock = Lock()
        self._kept: dict[tuple[Any, ...], tuple[float, AccessTokenInfo | NotSignedIn]] = {}

    def get_token_info(self, *scopes: str, options: TokenRequestOptions | None = None) -> AccessTokenInfo:
        """A token for the scopes; asked for anew at most once in `hold` seconds."""
        key = (*scopes, *sorted((name, str(value)) for name, value in (options or {}).items()))
        with self._lock:
            until, found = self._kept.get(key, (0.0, None))
            if found is None or self._clock() >= until:
                found = self._attempt(scopes, options)
                self._inner = None if isinstance(found, NotSignedIn) else self._inner
                self._kept = {k: v for k, v in self._kept.items() if v[0] > self._clock()}
                self._kept[key] = (self._clock() + self._hold, found)
        if isinstance(found, NotSignedIn):
            raise NotSignedIn(found.message, status=found.status, retry_after=found.retry_after)
        return found

    def _attempt(self, scopes: tuple[str, ...], options: TokenRequestOptions | None) -> AccessTokenInfo | NotSignedIn:
        try:
            with within(self._deadline):
                self._inner = self._inner or self._build()
                found = self._inner.get_token_info(*scopes, options=options or {})
        except Exception as error:  # a token endpoint may answer anything: every end is a failure to sign in
            return NotSignedIn(f"No token could be had: {_said(error)}")
        if not isinstance(found.token, str) or not found.token.strip():
            return NotSignedIn("No token could be had: the token endpoint's answer holds none")
        if found.expires_on <= time():
            return NotSignedIn("No token could be had: the token endpoint gives tokens that have already expired")
        return found


def _said(error: Exception) -> str:
    """The error's sentence; of a whole chain's, the lines of those credentials that are set up here at all."""
    text = str(error) or type(error).__name__
    lines = [line.strip() for line in text.splitlines() if line.startswith("\t")]
    told = [line for line in lines if not _ABSENT.search(line)]
    if lines and not told:
        return f"no identity is set up on this machine (tried {', '.join(line.split(':')[0] for line in lines)})"
    return " ".join(told) or text


_building = Lock()


def of(arm_endpoint: str) -> Remembering:
    """The one credential of this process for an ARM endpoint's cloud; a ValueError as `scope` gives it.

    Built on first use, so after the worker has forked. Where ARM and its token endpoint are given on this machine,
    nobody's own sign-in (az, PowerShell, editor) is tried: its token would go to what is no cloud.
    """
    scope(arm_endpoint)
    host = (urlsplit(arm_endpoint).hostname or "").lower()
    near = is_loopback(host) and bool(os.environ.get("IDENTITY_ENDPOINT"))
    with _building:
        return _default(AUTHORITIES.get(host, ""), near)


@cache
def _default(authority: str, near: bool) -> Remembering:
    options: dict[str, Any] = {f"exclude_{name}_credential": True for name in _PERSONS} if near else {}
    if authority:  # else AZURE_AUTHORITY_HOST, or the public cloud
        options["authority"] = authority
    wire = transport(DEADLINE, octets=1024 * 1024, link_local=True)
    return Remembering(lambda: cast(SupportsTokenInfo, DefaultAzureCredential(
        transport=wire, retry_total=0, permit_redirects=False, process_timeout=10, **options)))
