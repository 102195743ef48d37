"""What is hurt now, and what to do first."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import triage


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door leads to the list."""
    return redirect("triage")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The ranked list and the selected incident; refreshes itself every 15 s."""
    sel = ask.text(request, "sel", 1200)
    board = triage.board(access.mine(request), frame.spaces(request), clock.now(), sel)
    return frame.page(request, "triage.html", {"board": board, "sel": sel}, refresh=15)
