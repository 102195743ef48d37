"""Where news goes: every channel that a person may see, and who changed what."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from troubleshoot import clock
from troubleshoot.boards import news


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The channels by workspace, with how their last delivery went; refreshes itself."""
    board = news.board(access.channels(request), access.mine(request), frame.spaces(request),
                       access.sees_all(request), clock.now())
    return frame.page(request, "news.html", {"board": board}, refresh=30)
