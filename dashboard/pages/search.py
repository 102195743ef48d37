"""Search over everything that is kept: places, causes, log lines, and the ids that Azure printed."""
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask, attempt
from troubleshoot import clock
from troubleshoot.boards import query
from troubleshoot.boards import search as boards


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What `q` finds in the workspaces that the reader may see; an id goes straight to its attempt."""
    now, visible = clock.now(), access.mine(request)
    asked = query.read(request.GET.get("q", "")[:10 * query.LONGEST], now, ask.text(request, "ws", 120))
    ids = boards.named(visible, asked)
    if len(ids) == 1:
        return redirect(attempt.link(ids[0]))
    board = boards.page(visible, frame.spaces(request), asked, ask.text(request, "kind", 20), ids, now)
    return frame.page(request, "search.html", {"page": board})


@require_safe
def jump(request: HttpRequest, named: str) -> HttpResponse:
    """From a request id that Azure printed to the search for it, which knows its attempt where it was kept."""
    return redirect(f"{reverse('search')}?{boards.link(named)}")
