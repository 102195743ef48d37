"""Any JSON value as a plain value of the wanted kind, or nothing: no answer of Azure's may crash a reader."""
import hashlib
import math
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

LONGEST = 64 * 1024  # characters of one text
MOST = 2**31 - 1  # the largest count that every database column takes (trust/TRUST 69)

_HALF = re.compile("[\ud800-\udfff]")
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<w>\d{1,9}(?:\.\d+)?)W)?(?:(?P<d>\d{1,9}(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<h>\d{1,9}(?:\.\d+)?)H)?(?:(?P<m>\d{1,9}(?:\.\d+)?)M)?(?:(?P<s>\d{1,9}(?:\.\d+)?)S)?)?")
_UNITS = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_MOMENT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?\s*(Z|z|[+-]\d{2}:?\d{2})?")


def text(value: Any, longest: int = LONGEST) -> str:
    """A text, cut; empty for what is none. Half characters (lone surrogates) and NUL are replaced."""
    if not isinstance(value, str):
        return ""
    cut = value if len(value) <= longest else value[:longest - 1] + "…"
    return whole_characters(cut.replace("\x00", "\u2400"))


def whole_characters(value: str) -> str:
    """The text with U+FFFD for each half character, which no database takes (trust/TRUST 13)."""
    return _HALF.sub("\ufffd", value)


def whole(value: Any, least: int = 0, most: int = MOST) -> int | None:
    """A whole number within bounds; None for a bool, a text, a fraction, NaN, infinity or one out of bounds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not (math.isfinite(value) and value.is_integer()):
        return None
    return int(value) if least <= value <= most else None


def number(value: Any, most: float = 1e9) -> float | None:
    """A number from 0 to `most`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        return None
    return float(value)


def truth(value: Any) -> bool | None:
    """True or false; None for anything else."""
    return value if isinstance(value, bool) else None


def table(value: Any) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: Any, most: int = 1000) -> list[Any]:
    """A JSON list, cut; an empty one for anything else."""
    return value[:most] if isinstance(value, list) else []


def pairs(value: Any, most: int = 100) -> tuple[tuple[str, str], ...]:
    """A map of texts (tags) in the order of its names; values that are no texts are left out."""
    found = ((text(name, 512), text(inner, 1024)) for name, inner in table(value).items() if isinstance(inner, str))
    return tuple(sorted(found)[:most])


def moment(value: Any) -> datetime | None:
    """An ISO 8601 date and time as UTC; None for another form, or a year before 2000 or after 2200.

    Azure sends 0 to 7 fraction digits and Z, +00:00 or +0000; cut to microseconds. Without a zone it is UTC
    (azure/WIRE 4.2, 5.3).
    """
    found = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) and len(value) < 60 else None
    if not found:
        return None
    day, time, fraction, zone = found.groups()
    offset = "+00:00" if zone in (None, "Z", "z") else f"{zone[:3]}:{zone[-2:]}"
    try:
        at = datetime.fromisoformat(f"{day}T{time}{(fraction or '.0')[:7]:0<7}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if 2000 <= at.year <= 2200 else None


def seconds(value: Any) -> float | None:
    """An ISO 8601 duration (PT5S, P1DT2H) in seconds; None for another form, months, years, or a negative one."""
    found = _DURATION.fullmatch(value.strip().upper()) if isinstance(value, str) and len(value) < 60 else None
    if not found or found["sign"] or not any(found[unit] for unit in _UNITS):
        return None
    return sum(float(found[unit] or 0) * size for unit, size in _UNITS.items())


def last(azure_id: Any) -> str:
    """The plain name at the end of an ARM id; empty where there is none."""
    return text(unquote(azure_id.rstrip("/").rsplit("/", 1)[-1]), 300) if isinstance(azure_id, str) else ""


def after(azure_id: Any, kind: str) -> str:
    """The name that follows a word in an ARM id, in whatever case (azure/WIRE 4.1); empty where it is not there."""
    parts = [part for part in azure_id.split("/") if part] if isinstance(azure_id, str) else []
    for word, name in zip(parts, parts[1:], strict=False):
        if word.lower() == kind.lower():
            return text(unquote(name), 300)
    return ""


def print_of(name: str, value: str, key: bytes) -> str:
    """A short keyed hash, so that a change of a value is seen while the value itself never leaves."""
    seal = hashlib.blake2b(digest_size=6, key=hashlib.sha256(key).digest())
    seal.update(f"{name}\0{value}".encode("utf-8", "replace"))
    return seal.hexdigest()
