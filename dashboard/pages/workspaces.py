"""Which workspaces are watched, what can be read there, who may see them, and where news goes."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from dashboard import access, frame
from troubleshoot import clock, watches
from troubleshoot.boards import workspaces


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All workspaces that a person may see; refreshes itself, so that it shows the answer of "Check again"."""
    board = workspaces.board(access.mine(request), frame.spaces(request), clock.now())
    return frame.page(request, "workspaces.html", {"board": board}, refresh=15)


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """What Azure refused, in one workspace or in all, is asked again at once."""
    slug = request.POST.get("ws", "")
    visible = access.mine(request).filter(id=access.workspace(request, slug).id) if slug else access.mine(request)
    watches.look_again(workspaces.refused(visible))
    messages.info(request, "Azure is asked again now; the page shows the answer as soon as it is there.")
    return redirect("workspaces")
