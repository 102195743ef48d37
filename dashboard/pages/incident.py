"""Work on an incident: each action is a plain form, answered by the page it came from with what was done."""
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from dashboard import access, frame, lanes
from dashboard.pages import ask
from troubleshoot import clock, inhand
from troubleshoot.boards import incident as boards
from troubleshoot.boards.inhand import morning
from troubleshoot.boards.words import moment
from troubleshoot.inhand import Done
from troubleshoot.models import Incident, Person

TOLD = 5  # refusals of a bulk action that are told by number
MOST = 200  # incidents of one bulk action
BULK = {"take": "taken", "ack": "acknowledged", "snooze": "snoozed", "resolve": "resolved"}
_LENGTHS = {"1h": timedelta(hours=1), "1d": timedelta(days=1), "7d": timedelta(days=7)}
Action = Callable[[HttpRequest, Incident, datetime], Done]


@require_safe
def timeline(request: HttpRequest, number: int) -> HttpResponse:
    """The record of one incident: what happened on one axis and as a list, and the hand-over."""
    row, now = access.incident(request, number), clock.now()
    wanted = ask.text(request, "range", 8), ask.text(request, "kind", 12)
    address = settings.PUBLIC_URL + reverse("incident", args=(number,))
    page = boards.page(row, access.person(request), access.mine(request), wanted, address, now)
    figure = lanes.figure(page.account, now) if page.account else None
    about = {"page": page, "figure": figure, "ranges": boards.RANGES.items()}
    return frame.page(request, "incident.html", about, refresh=frame.TOGETHER)


@require_POST
def do(request: HttpRequest, number: int, action: str) -> HttpResponse:
    """One action on one incident; goes back to where it was pressed, and says what was done."""
    if action not in ACTIONS:
        raise Http404
    row, now = access.incident(request, number), clock.now()
    try:
        said = ACTIONS[action](request, row, now).words
    except inhand.Taken as taken:
        since = moment(taken.since, now)
        return frame.page(request, "taken.html", {
            "row": row, "action": action, "taken": taken, "since": since, "form": request.POST,
            "next": _next(request, number)}, status=409)
    except inhand.Refused as why:
        said = str(why)
    messages.info(request, said)
    return redirect(_next(request, number))


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One action on the incidents that were marked; what was refused is told by number."""
    action = request.POST.get("action", "")
    if action not in BULK:
        raise Http404
    rows, now = access.incidents(request, request.POST.getlist("i")[:MOST]), clock.now()
    known = {one.id: one for one in rows}
    done, refused = inhand.bulk(known, lambda number: ACTIONS[action](request, known[number], now))
    told = [f"{len(done)} of {len(rows)} {BULK[action]}."] if rows else ["No incident was marked."]
    told += [f"{number}: {why}" for number, why in [*refused.items()][:TOLD]]
    if len(refused) > TOLD:
        told.append(f"{len(refused) - TOLD} more were refused.")
    messages.info(request, " ".join(told))
    return redirect(_next(request))


def _next(request: HttpRequest, number: int = 0) -> str:
    """Where the form was pressed, if that is a page of ours."""
    said = request.POST.get("next", "")
    if said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None):
        return said
    return reverse("incident", args=(number,)) if number else reverse("triage")


def _whole(request: HttpRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def _take(request: HttpRequest, row: Incident, now: datetime) -> Done:
    return inhand.take(row.id, access.person(request), now, _whole(request, "seen"))


def _hand(request: HttpRequest, row: Incident, now: datetime) -> Done:
    to = access.seers(request, row.workspace).filter(id=_whole(request, "to") or 0).first()
    if to is None:
        raise inhand.Refused("It was not handed over: choose somebody who may see the workspace.")
    said = request.POST.get("text", "")
    return inhand.hand_over(row.id, to, access.person(request), now, said, _whole(request, "seen"))


def _snooze(request: HttpRequest, row: Incident, now: datetime) -> Done:
    wanted = request.POST.get("for", "")
    until = now + _LENGTHS[wanted] if wanted in _LENGTHS else morning(now) if wanted == "morning" else None
    if wanted == "until":
        until = _moment(request.POST.get("until", ""))
    kind = wanted if wanted in ("more", "attempt", "cause") else "time" if until or wanted == "until" else ""
    more = _whole(request, "more") or 0
    return inhand.snooze(row.id, kind, access.person(request), now, until, more if kind == "more" else 0)


def _moment(said: str) -> datetime | None:
    """What a field of date and time holds, which people are told to be UTC."""
    try:
        return datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        return None


def _undo(request: HttpRequest, row: Incident, now: datetime) -> Done:
    event = row.events.filter(id=_whole(request, "event") or 0).first()
    if event is None:
        raise Http404
    return inhand.undo(event, access.person(request), now)


def _said(act: Callable[[int, str, Person, datetime], Done], name: str) -> Action:
    """An action that needs one text of the form."""
    return lambda request, row, now: act(row.id, request.POST.get(name, ""), access.person(request), now)


def _plain(act: Callable[[int, Person, datetime], Done]) -> Action:
    """An action that needs nothing but who does it."""
    return lambda request, row, now: act(row.id, access.person(request), now)


ACTIONS: dict[str, Action] = {
    "take": _take, "hand": _hand, "leave": _plain(inhand.leave), "note": _said(inhand.note, "text"),
    "ack": _said(inhand.acknowledge, "reason"), "snooze": _snooze, "unsnooze": _plain(inhand.unsnooze),
    "resolve": _said(inhand.resolve, "how"), "reopen": _plain(inhand.reopen),
    "serving": _said(inhand.serving, "answer"), "ticket": _said(inhand.set_ticket, "ticket"), "undo": _undo}
