"""What stays the same when a failure happens again: a hash of its error lines without what changes each time."""
import hashlib

import re2

from troubleshoot.diagnosis.facts import CONTAINERS, Case, Verdict

LENGTH = 32  # hexadecimal digits
_CHANGING = re2.compile(
    r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|0x[0-9a-f]+|\b[0-9a-f]{12,64}\b|\d+")


def of(case: Case, verdict: Verdict) -> str:
    """The signature of a failure; empty where no error line is known.

    Where no container printed an error, Azure's sentence alone is too common: the place is then a part of it.
    """
    lines = tuple(dict.fromkeys(f"{one.source}: {normal(one.text)}" for one in verdict.first_errors))
    if not lines:
        return ""
    printed = any(one.source in CONTAINERS for one in verdict.first_errors)
    about = lines if printed else (case.place.key(), *lines)
    return hashlib.sha256("\n".join(about).encode()).hexdigest()[:LENGTH]


def normal(text: str) -> str:
    """A line without ids, addresses in memory, moments and other numbers, in single blanks."""
    return " ".join(_CHANGING.sub("#", text).split())
