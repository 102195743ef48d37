"""The handbook: every cause that is known, and what was seen of it here."""
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import cause as one
from troubleshoot.boards import causes as boards


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All causes by stage; `surface`, `stage` and `q` narrow the list."""
    asked = boards.Asked(*(ask.text(request, name, 200) for name in ("seen", "surface", "stage", "q")))
    board = boards.index(access.mine(request), clock.now(), asked)
    return frame.page(request, "causes.html", {"page": board})


@require_safe
def cause(request: HttpRequest, slug: str) -> HttpResponse:
    """One cause by its slug; 404 where the handbook has none of that name."""
    board = one.page(slug, access.mine(request), clock.now())
    if board is None:
        raise Http404
    return frame.page(request, "cause.html", {"page": board})
