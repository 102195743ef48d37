"""Durations, moments, sizes and regions in the words of the pages; no query, and no clock of its own."""
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from troubleshoot.diagnosis import quota

NB = "\u00a0"  # between a number and its unit
MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment as ready strings: ISO for the machine, clock and day for people, age at the time of reading."""

    iso: str
    clock: str  # 02:47
    second: str  # 02:47:12
    day: str  # 23 Nov
    age: str  # 23 min, or 12 Nov when older than a day

    @property
    def full(self) -> str:
        """Day and clock time with zone, for hovering and print."""
        return f"{self.day} {self.second} UTC"


def moment(at: datetime | None, now: datetime) -> Moment | None:
    """A moment in words; None stays None."""
    if at is None:
        return None
    at = at.astimezone(UTC)
    text = at.isoformat(timespec="seconds")[:19]  # strftime takes five times as long, and a page has hundreds of these
    return Moment(iso=f"{text}Z", clock=text[11:16], second=text[11:], day=day(at), age=age(at, now))


_STORED = re.compile(r"\b20\d\d-(0[1-9]|1[0-2])-([0-3]\d)[ T](\d\d:\d\d:\d\d)\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(at: datetime) -> str:
    """`12 Nov`."""
    return f"{at.day}{NB}{_MONTHS[at.month - 1]}"


def dated(text: str) -> str:
    """A stored sentence with its moments as pages write them: `26 Nov 03:03:13` for `2026-11-26 03:03:13`."""
    return _STORED.sub(lambda one: f"{int(one[2])}{NB}{_MONTHS[int(one[1]) - 1]}{NB}{one[3]}", text)


def age(at: datetime, now: datetime) -> str:
    """How long ago: seconds, minutes, hours; the date when it is older than a day."""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds >= DAY:
        return day(at.astimezone(UTC))
    return span(seconds)


def span(seconds: float) -> str:
    """A length of time, coarsely: `7 s`, `66 min`, `3 h 05 min`, `9 days`."""
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole}{NB}s"
    if whole < 100 * MINUTE:
        return f"{whole // MINUTE}{NB}min"
    if whole < DAY:
        return f"{whole // HOUR}{NB}h{NB}{whole % HOUR // MINUTE:02d}{NB}min"
    days = whole // DAY
    return f"{days}{NB}day{'s' if days > 1 else ''}"


def exact(seconds: float) -> str:
    """A length of time, finely: `28 s`, `4 min 42 s`, `1 h 25 min`."""
    whole = int(round(seconds))
    if whole < MINUTE:
        return f"{whole}{NB}s"
    if whole < HOUR:
        return f"{whole // MINUTE}{NB}min{NB}{whole % MINUTE:02d}{NB}s"
    return f"{whole // HOUR}{NB}h{NB}{whole % HOUR // MINUTE:02d}{NB}min"


def percent(weight: int | None) -> str:
    """`38 %`; an unknown share is said to be unknown."""
    return "unknown share" if weight is None else f"{weight}{NB}%"


def plural(count: int, one: str, many: str = "") -> str:
    """`1 endpoint`, `3 endpoints`."""
    return f"{count:,}{NB}{one if count == 1 else many or one + 's'}"


def size(name: str) -> str:
    """A VM size without its prefix, for dense tables, in Microsoft's own letters: `DS3 v2`."""
    known = quota.size(name)
    return (known.name if known else name).removeprefix("Standard_").replace("_", " ")


def instances(count: int | None, name: str) -> str:
    """`1 × Standard_DS3_v2`; empty where Azure named neither."""
    if not name:
        return plural(count, "instance") if count is not None else ""
    return f"{count}{NB}×{NB}{name}" if count is not None else name


_REGIONS = {
    "westeurope": "West Europe", "northeurope": "North Europe", "eastus": "East US", "eastus2": "East US 2",
    "southcentralus": "South Central US", "westus": "West US", "westus2": "West US 2", "westus3": "West US 3",
    "centralus": "Central US", "northcentralus": "North Central US", "uksouth": "UK South", "ukwest": "UK West",
    "francecentral": "France Central", "germanywestcentral": "Germany West Central",
    "swedencentral": "Sweden Central", "switzerlandnorth": "Switzerland North", "norwayeast": "Norway East",
    "polandcentral": "Poland Central", "italynorth": "Italy North", "japaneast": "Japan East",
    "japanwest": "Japan West", "koreacentral": "Korea Central", "australiaeast": "Australia East",
    "southeastasia": "Southeast Asia", "eastasia": "East Asia", "canadacentral": "Canada Central",
    "canadaeast": "Canada East", "brazilsouth": "Brazil South", "centralindia": "Central India",
    "southafricanorth": "South Africa North", "uaenorth": "UAE North", "qatarcentral": "Qatar Central",
}


def region(name: str) -> str:
    """`West Europe` for `westeurope`; a region that is not known by heart stays as Azure writes it."""
    return _REGIONS.get(name.lower().replace(" ", ""), name)
