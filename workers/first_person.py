"""The first account, its random password, and the file that tells both to whoever started us."""
import json
import os
import secrets
from pathlib import Path

from troubleshoot.models import Person


def password_of(username: str, kept: Path, always: bool) -> str:
    """The password kept for this person, who is made where needed; empty once a real one has signed in.

    `always` is the demo's: its person has a known password for ever.
    """
    known = _kept(kept)
    person = Person.objects.filter(username=username).first()
    if person and known:
        return known
    if not always and Person.objects.exists():
        return ""
    password = known or secrets.token_urlsafe(12)
    write(kept, password)
    person = person or Person(username=username)
    person.sees_all = True
    person.set_password(password)
    person.save()
    return password


def _kept(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def has_signed_in(username: str) -> bool:
    """Whether this person came in at least once."""
    return Person.objects.filter(username=username, last_login__isnull=False).exists()


def tell(path: Path, url: str, username: str, password: str) -> None:
    """Write the address and the sign-in; no password where there is none to tell."""
    told = {"url": url, "username": username} | ({"password": password} if password else {})
    write(path, json.dumps(told, indent=2) + "\n")


def write(path: Path, text: str) -> None:
    """A file that only its owner may read, there whole or not at all."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(new, path)
