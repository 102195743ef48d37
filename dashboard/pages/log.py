"""The whole log of one container of an attempt."""
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import log


@require_safe
def page(request: HttpRequest, workspace: str, endpoint: str, deployment: str, number: int,
         container: str) -> HttpResponse:
    """The log with its line anchors; `line` chooses the window of a long one."""
    if container not in log.KEYS:
        raise Http404
    row = access.attempt(request, workspace, endpoint, deployment, number)
    board = log.page(row, container, clock.now(), ask.whole(request, "line"), ask.text(request, "min", 20))
    return frame.page(request, "log.html", {"page": board})
