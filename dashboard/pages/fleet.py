"""All workspaces and endpoints: what is wrong now, first."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import fleet, kept


@require_safe
def page(request: HttpRequest, workspace: str = "") -> HttpResponse:
    """The table of endpoints, or that of one workspace; refreshes itself every 15 s."""
    visible = access.mine(request)
    only = access.workspace(request, workspace) if workspace else None
    if only:
        visible = visible.filter(id=only.id)
    asked = fleet.Filters(*(ask.text(request, name, 100) for name in ("state", "region", "team", "q")))
    board = fleet.board(visible, frame.spaces(request), clock.now(), asked, only.slug if only else "")
    about = {"board": board, "only": workspace, "gone": only and only.gone_at,
             "kept": kept.of(only, clock.now()) if only else None}
    return frame.page(request, "fleet.html", about, refresh=15)
