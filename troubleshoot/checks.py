"""System checks: a wrong setting is told at start, with a hint."""
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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
    return found + _arm_endpoint() + _clock()


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
