"""The frame around every page: places, open incidents, freshness, the house clock, and how a page is sent."""
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from dashboard import access
from troubleshoot import clock, disk, people
from troubleshoot.boards import incidents
from troubleshoot.boards.incidents import Stand
from troubleshoot.boards.spaces import Spaces, read
from troubleshoot.boards.words import Moment, moment

# What differs although nothing turned: ages, which the browser counts by itself, and the tokens of forms
_SAME = re.compile(rb'<time [^>]*data-(?:age|ago)[^>]*>[^<]*</time>|name="csrfmiddlewaretoken" value="[^"]*"')
PLACES = {"triage": "triage", "quota": "quota", "workspace-quota": "quota", "scoring": "scoring",
          "explain": "explain", "causes": "causes", "cause": "causes", "search": "search",
          **dict.fromkeys(("incident", "incident-timeline", "incident-do"), "triage"), "keys": "",
          **dict.fromkeys(("workspaces", "me", "news", "news-new", "channel", "channel-change", "channel-delete",
                           "rule-new", "rule", "rule-delete"), "")}
DEMO_SECONDS = 3  # between two refreshes where the house clock runs fast
TOGETHER = 12  # seconds between two refreshes of an incident: what one person does, another sees within 15


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame shows; empty for somebody who has not signed in."""

    name: str = ""
    initials: str = ""
    open: int = 0
    spaces: Spaces | None = None
    now: Moment | None = None
    speed: float = 1.0
    full: bool = False  # the disk: nothing is polled until there is room
    keys: bool = True  # single keys, which a person can switch off
    affected: int = 0  # open incidents that hurt production traffic …
    newest: int = 0  # … and the number of the newest of them


def of(request: HttpRequest) -> Frame:
    """The frame of this request, worked out once; two queries."""
    kept = getattr(request, "frame", None)
    if kept is not None:
        return kept
    person = getattr(request, "user", None)
    now = clock.now()
    if person is None or not person.is_authenticated:
        frame = Frame(now=moment(now, now), speed=clock.speed())
    else:
        visible = access.visible(person)
        name = people.name(person)
        stand = getattr(request, "stand", None) or incidents.stand(visible)
        frame = Frame(name, _initials(name), stand.open, spaces(request), moment(now, now), clock.speed(),
                      disk.full(), person.single_keys, stand.affected, stand.newest)
    vars(request)["frame"] = frame
    return frame


def spaces(request: HttpRequest) -> Spaces:
    """The workspaces of the frame, for the pages that list them; one query, once for a request."""
    kept = getattr(request, "spaces", None)
    if kept is None:
        kept = read(access.mine(request), clock.now())
        vars(request)["spaces"] = kept
    return kept


def counted(request: HttpRequest, stand: Stand) -> None:
    """The page has counted the open incidents itself: the frame asks no more."""
    vars(request)["stand"] = stand


def context(request: HttpRequest) -> dict[str, Any]:
    """The context processor: every template finds the frame."""
    return {"frame": of(request)}


def _initials(name: str) -> str:
    parts = [part for part in re.split(r"[\s._@-]+", name) if part]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


def page(request: HttpRequest, template: str, about: dict[str, Any], refresh: int = 0,
         status: int = 200) -> HttpResponse:
    """A whole page, or the part that refreshes itself; a part that did not change is answered with 304."""
    partial = bool(getattr(request, "htmx", False))
    every = DEMO_SECONDS if refresh and clock.speed() > 1 else refresh
    named = request.resolver_match.url_name if request.resolver_match else ""
    response = render(request, template, about | {
        "layout": "live.html" if partial else "base.html", "refresh": every, "here": request.path,
        "place": PLACES.get(named or "", "fleet")}, status=status)
    patch_vary_headers(response, ("HX-Request", "Cookie"))
    response["Cache-Control"] = "private, no-store"
    if not partial:
        return response
    tag = f'"{hashlib.blake2b(_SAME.sub(b"", response.content), digest_size=10).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        same = HttpResponseNotModified()
        same["Vary"], same["Cache-Control"] = response["Vary"], response["Cache-Control"]
        response = same
    response["ETag"], response["Form-Token"] = tag, get_token(request)
    return response
