"""How much a request may carry: little everywhere, a whole log on the page that reads one."""
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

DRAINED = 64_000_000  # of a body that is too long: read and thrown away, so that its sender sees the answer
_CHUNK = 65_536


def limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware that refuses a long body before anything reads it; Explain tells about its own."""
    def answer(request: HttpRequest) -> HttpResponse:
        if size(request) <= settings.BODY_BYTES or request.path == reverse("explain"):
            return get_response(request)
        drain(request)
        return HttpResponse("The request is larger than this page takes.", "text/plain; charset=utf-8", 413)
    return answer


def size(request: HttpRequest) -> int:
    """How many bytes the request says that it carries; 0 where it does not say, since then none are read."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0


def drain(request: HttpRequest) -> None:
    """Reads a body to its end, or to where its sender has to live with a broken connection; keeps nothing."""
    left = min(size(request), DRAINED)
    while left > 0 and (piece := request.read(min(_CHUNK, left))):
        left -= len(piece)
