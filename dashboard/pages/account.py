"""The record of one endpoint: all its attempts, and what happened, as lanes and as a list."""
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame, lanes
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import account as boards
from troubleshoot.boards.happened import KINDS

FIRST = datetime(2015, 1, 1, tzinfo=UTC)


@require_safe
def page(request: HttpRequest, workspace: str, endpoint: str) -> HttpResponse:
    """The record of an endpoint that is or was there; refreshes itself while it is the newest page."""
    now = clock.now()
    asked = _asked(request)
    board = boards.page(access.endpoint(request, workspace, endpoint), asked, now)
    about = {"page": board, "figure": lanes.figure(board, now), "ranges": boards.RANGES.items()}
    return frame.page(request, "account.html", about, refresh=0 if asked.until or board.gone else 15)


def _asked(request: HttpRequest) -> boards.Asked:
    """What the address asks for; what no page can show is left out, and that is said."""
    wanted, kind, before = ask.text(request, "range", 8), ask.text(request, "kind", 12), ask.text(request, "before", 40)
    until = _moment(before)
    wrong = wanted not in boards.RANGES or kind not in ("", *KINDS) or bool(before and until is None)
    return boards.Asked(
        wanted if wanted in boards.RANGES else "", kind if kind in KINDS else "", ask.text(request, "d"),
        ask.text(request, "order", 8) == "newest", until, wrong)


def _moment(said: str) -> datetime | None:
    """A moment in an address, not before there was such an Azure; None for anything else."""
    try:
        at = datetime.fromisoformat(said)
        return min(max((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), FIRST), clock.now())
    except (ValueError, OverflowError):
        return None
