"""System checks: a wrong setting is told at start, with a hint."""
from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from troubleshoot import addresses

# Hosts that a token may go to, one for each cloud (trust/TRUST 5); loopback is for an emulator.
ARM_HOSTS = ("management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@register()
def settings_are_sound(**_: object) -> list[CheckMessage]:
    """One error for each setting that cannot work."""
    found: list[CheckMessage] = [
        Error(f"The setting {name} has a wrong value.", hint=hint, id="triage.E001")
        for name, hint in getattr(settings, "WRONG", ())
    ]
    return found + _arm_endpoint() + _clock() + _notices()


def _arm_endpoint() -> list[CheckMessage]:
    try:
        parts = urlsplit(settings.ARM_ENDPOINT)
        sound = (parts.scheme == "https" and parts.hostname in ARM_HOSTS and parts.port in (None, 443)) or (
            parts.scheme in ("http", "https") and parts.hostname in LOOPBACK)
    except ValueError:
        sound = False
    if sound and not parts.username and parts.path in ("", "/"):
        return []
    hint = f"Use https:// with one of {', '.join(ARM_HOSTS)}, or http:// on loopback for an emulator."
    said = f"ARM_ENDPOINT is {settings.ARM_ENDPOINT!r}, where no token may be sent."
    return [Error(said, hint=hint, id="triage.E002")]


def _clock() -> list[CheckMessage]:
    if not settings.CLOCK_BASE:
        return []
    try:
        if datetime.fromisoformat(settings.CLOCK_BASE).tzinfo:
            return []
    except ValueError:
        pass
    hint = "Leave it empty outside the demo, or give a time with its zone, as 2026-11-25T10:00:00+00:00."
    return [Error("CLOCK_BASE is not a moment.", hint=hint, id="triage.E003")]


def _notices() -> list[CheckMessage]:
    """How links begin, who sends, and what webhooks may reach."""
    found: list[CheckMessage] = []
    if not _is_root(settings.PUBLIC_URL):
        hint = "Give the address of the pages without a path, as https://triage.example.com."
        found.append(Error(f"PUBLIC_URL is {settings.PUBLIC_URL!r}, which no link can begin with.", hint=hint,
                           id="triage.E004"))
    try:
        addresses.allowed()
    except ValueError as error:
        found.append(Error(f"NOTICE_ALLOW cannot be read: {error}.", id="triage.E005",
                           hint="Give hosts and networks with commas between them."))
    try:
        addresses.mailboxes(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].replace("@localhost", "@localhost.invalid"))
    except ValueError:
        found.append(Error(f"EMAIL_FROM is {settings.DEFAULT_FROM_EMAIL!r}, which holds no e-mail address.",
                           hint="Give it as Endpoint Triage <triage@example.com>.", id="triage.E006"))
    return found


def _is_root(address: str) -> bool:
    try:
        parts = urlsplit(address)
        known = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return bool(known and parts.scheme in ("http", "https") and parts.hostname and not parts.username
                and parts.path + parts.query + parts.fragment == "")
