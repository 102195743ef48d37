"""Secrets of channels in the tables: sealed with a key of the installation, readable by its own parts only."""
import base64
import hashlib
import hmac
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(ValueError):
    """What was sealed cannot be opened, in plain words."""


def seal(text: str) -> str:
    """The text so that the tables alone do not give it away; "" stays ""."""
    return _box(_keys()).encrypt(text.encode()).decode() if text else ""


def unseal(text: str) -> str:
    """What was sealed; Unreadable where SECRET_KEY is another one by now."""
    try:
        return _box(_keys()).decrypt(text.encode()).decode() if text else ""
    except InvalidToken as error:
        raise Unreadable(
            "The stored address cannot be read: SECRET_KEY is not the one it was sealed with. Enter it again."
        ) from error


def _keys() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@cache
def _box(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals, every one may open."""
    return MultiFernet([
        Fernet(base64.urlsafe_b64encode(hmac.new(one.encode(), b"triage channels", hashlib.sha256).digest()))
        for one in keys])
