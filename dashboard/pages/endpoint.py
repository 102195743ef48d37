"""One endpoint: its deployments, and its own operations."""
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from troubleshoot import clock
from troubleshoot.boards import endpoint as boards


@require_safe
def page(request: HttpRequest, workspace: str, endpoint: str) -> HttpResponse:
    """The endpoint with its traffic, deployments and attempts; refreshes itself every 15 s."""
    board = boards.page(access.endpoint(request, workspace, endpoint), frame.spaces(request), clock.now())
    return frame.page(request, "endpoint.html", {"page": board}, refresh=15)
