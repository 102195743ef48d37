"""What is hurt now, and what to do first."""
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock, ranks
from troubleshoot.boards import incidents, triage
from troubleshoot.boards.incidents import STATES, Asked

MOST = 2_000_000_000  # of a number in an address


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door leads to the list."""
    return redirect("triage")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The ranked list and the selected incident; an address of earlier days leads to the incident it meant."""
    sel = ask.text(request, "sel", 1200)
    if "/" in sel:
        number = incidents.named(access.mine(request), sel)
        return redirect("incident", number) if number else _shown(request, missed=True)
    return _shown(request, ask.whole(request, "sel", most=MOST), missed=bool(sel))


@require_safe
def incident(request: HttpRequest, number: int) -> HttpResponse:
    """Triage with one incident, which may be over; `a` shows it as of one of its attempts."""
    return _shown(request, number, own=True)


def _shown(request: HttpRequest, number: int = 0, missed: bool = False, own: bool = False) -> HttpResponse:
    """The page; 404 for an incident of its own address that is not there or not for this person."""
    spaces = frame.spaces(request)
    asked = _asked(request, {one.slug for one in spaces.all})
    board = triage.board(access.mine(request), spaces, access.person(request), asked, clock.now(), number,
                         ask.whole(request, "a", most=MOST))
    if own and board.missed:
        raise Http404
    frame.counted(request, board.stand)
    about = {"board": board, "missed": board.missed or missed and not number, "own": own or bool(number),
             "list": reverse("triage")}
    return frame.page(request, "triage.html", about, refresh=frame.TOGETHER)


def _asked(request: HttpRequest, spaces: set[str]) -> Asked:
    """What the address asks for; a value that no list has is left out, and that is said."""
    state, ws, rank = (ask.text(request, name, 120) for name in ("state", "ws", "rank"))
    ranked = int(rank) if rank in {str(one) for one in range(ranks.RESOLVED)} else None
    wrong = state not in ("", *STATES) or bool(ws) and ws not in spaces or bool(rank) and ranked is None
    return Asked(
        state if state in STATES else "open", ws if ws in spaces else "", ranked, ask.text(request, "cause", 80),
        ask.text(request, "q"), ask.whole(request, "page", 1, 100_000), wrong)
