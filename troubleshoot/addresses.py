"""Where notices may go: which addresses a channel takes, and which numbers of the network may be called at all."""
import re
import socket
from dataclasses import dataclass
from email.utils import parseaddr
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, parse_qs, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from troubleshoot import sealed

KINDS = {"email": "E-mail", "teams": "Microsoft Teams", "slack": "Slack", "webhook": "Signed webhook"}
MAILBOXES = 20  # of one channel
SLACK = ("hooks.slack.com", "hooks.slack-gov.com")
TEAMS = (".logic.azure.com", ".logic.azure.us", ".logic.azure.cn", ".api.powerplatform.com",
         ".api.gov.powerplatform.microsoft.us", ".api.high.powerplatform.microsoft.us", ".api.appsplatform.us",
         ".api.powerplatform.partner.microsoftonline.cn")
SLACK_PATH = re.compile(r"/services/[A-Za-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]+/?")
TEAMS_PATH = re.compile(r"(/powerautomate/automations/direct(?:/cu/(?P<route>\d+))?)?/workflows/(?P<workflow>[\w-]+)"
                        r"/triggers/manual/paths/invoke/?")
INWARD = (".internal", ".local", ".localhost", ".localdomain", ".lan", ".home.arpa", ".corp", ".intranet")
PLATFORM = IPv4Address("168.63.129.16")  # Azure's own, answers every machine there, and counts as public
NAT64 = IPv6Network("64:ff9b::/96")
APART = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "3fff::/20")))  # no host; not every Python knows it


@dataclass(frozen=True, slots=True)
class Allowed:
    """One entry of NOTICE_ALLOW: a host or a network, with a port where 443 is not meant."""

    host: str
    port: int = 443

    def covers(self, number: IPv4Address | IPv6Address) -> bool:
        """True where the entry is a network, or one number of it, that holds this number."""
        try:
            return number in ip_network(self.host)
        except ValueError:
            return False


def allowed() -> tuple[Allowed, ...]:
    """The entries of NOTICE_ALLOW; ValueError in plain words for one that cannot be read."""
    return tuple(_entry(text) for text in settings.NOTICE_ALLOW)


def _entry(text: str) -> Allowed:
    if text.count(":") > 1 and not text.startswith("["):
        return Allowed(str(ip_network(text)))
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[\w.-]+(?:/\d{1,2})?)(?::(\d{1,5}))?", text)
    if found is None or not 0 < int(found[2] or 443) < 65536:
        raise ValueError(f"{text} is neither a host, as hooks.example.com:8443, nor a network, as 10.1.0.0/16")
    host = found[1].strip("[]").lower()
    return Allowed(str(ip_network(host)) if "/" in host else host, int(found[2] or 443))


def checked(kind: str, address: str) -> tuple[str, str]:
    """(sealed, what pages may show of it) of an address that a person typed; ValueError in plain words."""
    address = address.strip()
    if kind not in KINDS:
        raise ValueError("Choose e-mail, Microsoft Teams, Slack or signed webhook.")
    if kind == "email":
        boxes = mailboxes(address)
        return sealed.seal(", ".join(boxes)), ", ".join(boxes)
    parts = permitted(kind, address)
    return sealed.seal(address), f"{parts.scheme}://{parts.netloc}/…"


def mailboxes(text: str) -> list[str]:
    """The addresses between commas; ValueError where one of them is none."""
    found = [one.strip() for one in text.split(",") if one.strip()]
    if not 0 < len(found) <= MAILBOXES:
        raise ValueError(f"Give one to {MAILBOXES} e-mail addresses, with commas between them.")
    for one in found:
        try:
            validate_email(one)
        except ValidationError as error:
            raise ValueError(f"{one[:80]!r} is not an e-mail address.") from error
        if parseaddr(one)[1] != one:
            raise ValueError(f"{one[:80]!r} is not a plain e-mail address.")
    return found


def permitted(kind: str, address: str) -> SplitResult:
    """The parts of a webhook's address that may be called, as far as its text tells; ValueError says why not."""
    parts = _split(address)
    host, port = host_of(parts), port_of(parts)
    named = any(one.host == host and one.port == port for one in allowed())
    if parts.scheme != "https" and not (named and host in ("127.0.0.1", "::1", "localhost")):
        raise ValueError("The address must begin with https://.")
    if kind == "teams" and not (named or host.endswith(TEAMS)):
        raise ValueError("This is not the address of a Teams workflow: its host belongs to none of Microsoft's.")
    if kind == "slack" and not (named or host in SLACK):
        raise ValueError("This is not the address of a Slack incoming webhook: it begins with https://hooks.slack.com.")
    _refuse_inward(host, port, named)
    _refuse_shape(kind, parts)
    return parts


def _split(address: str) -> SplitResult:
    if len(address) > 2000 or not address.isascii() or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        raise ValueError("The address holds a blank, a backslash or a letter that no address has.")
    try:
        parts = urlsplit(address)
        if not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError as error:
        raise ValueError("This is not an address: give it as the service shows it, from https:// on.") from error
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("The address must hold no user name, password or #.")
    return parts


def host_of(parts: SplitResult) -> str:
    """Its host in small letters, without a dot at the end."""
    return (parts.hostname or "").lower().rstrip(".")


def port_of(parts: SplitResult) -> int:
    """Its port, also where it is not written."""
    return parts.port or (443 if parts.scheme == "https" else 80)


def _refuse_inward(host: str, port: int, named: bool) -> None:
    if named:
        return
    number = _number(host)
    if number is not None:
        refuse(number, port)
    elif "." not in host or host.endswith(INWARD) or host.startswith("metadata."):
        raise ValueError(f"{host} is a name inside a network; NOTICE_ALLOW would have to name it.")
    elif port not in _ports():
        raise ValueError(f"Port {port} is not allowed; NOTICE_ALLOW would have to name {host}:{port}.")


def _ports() -> set[int]:
    return {443} | {one.port for one in allowed() if "/" in one.host}


def _number(host: str) -> IPv4Address | IPv6Address | None:
    """The number that a host is, in whatever way it is written (127.1, 0x7f000001, 2130706433); None for a name."""
    try:
        return ip_address(host.split("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def refuse(number: IPv4Address | IPv6Address, port: int, host: str = "") -> None:
    """ValueError where this number and port may not be called: not public, and not in NOTICE_ALLOW by net or host."""
    inside = inner(number)
    opened = any(one.port == port and (one.host == host or one.covers(inside)) for one in allowed())
    if opened and not _never(inside):
        return
    if not is_public(number):
        raise ValueError(f"{number} is not an address of the public internet; NOTICE_ALLOW would have to name it.")
    if port != 443:
        raise ValueError(f"Port {port} is not allowed; NOTICE_ALLOW would have to name {number}:{port}.")


def inner(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 number inside an IPv6 one (mapped, NAT64, 6to4), else the number itself."""
    if isinstance(number, IPv4Address):
        return number
    if number in NAT64:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or number


def is_public(number: IPv4Address | IPv6Address) -> bool:
    """True for a number of the public internet; machines' own metadata, also Azure's, is never public."""
    inside = inner(number)
    apart = inside.is_multicast or inside.is_reserved or getattr(inside, "is_site_local", False)
    return inside.is_global and not apart and not _never(inside) and not any(inside in one for one in APART)


def _never(number: IPv4Address | IPv6Address) -> bool:
    """Where machines tell their secrets: not even NOTICE_ALLOW opens it by a network."""
    return number.is_link_local or number == PLATFORM


def _refuse_shape(kind: str, parts: SplitResult) -> None:
    if kind == "slack" and not SLACK_PATH.fullmatch(parts.path):
        raise ValueError("A Slack incoming webhook ends in /services/T…/B…/…; this one does not.")
    if kind == "teams" and not (TEAMS_PATH.fullmatch(parts.path) and parse_qs(parts.query).get("sig")):
        raise ValueError("The address of a Teams workflow ends in /triggers/manual/paths/invoke?… with its signature.")
