"""Quota used, left, and who uses it: all together, or of one workspace."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import quota


@require_safe
def page(request: HttpRequest, workspace: str = "") -> HttpResponse:
    """Every limit with what is used of it; `fit` asks whether instances of a size would fit."""
    only = access.workspace(request, workspace) if workspace else None
    asked = quota.Filters(**{name: ask.text(request, name) for name in ("sub", "region", "ws")}, fit=question(request))
    visible = access.mine(request)
    if only:
        visible = visible.filter(id=only.id)
    board = quota.board(visible, frame.spaces(request), clock.now(), asked, only.slug if only else "")
    return frame.page(request, "quota.html", {"board": board}, refresh=60)


def question(request: HttpRequest) -> str:
    """`fit`, or what the form sends in its two fields."""
    fit = ask.text(request, "fit", 100)
    size = ask.text(request, "size", 80)
    return fit or (f"{ask.whole(request, 'count', 1, 1000)}x{size}" if size else "")
