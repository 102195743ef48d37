"""The whole log of one container of an attempt: as a page, as new lines for a page that follows it, as text."""
import hashlib
import re
from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from dashboard import access, frame
from dashboard.pages import ask
from troubleshoot import clock
from troubleshoot.boards import download, log
from troubleshoot.boards.sight import LEVELS, Asked
from troubleshoot.models import Attempt, Log

EVERY = 10  # seconds between two looks for new lines
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@require_safe
def page(request: HttpRequest, workspace: str, endpoint: str, deployment: str, number: int,
         container: str) -> HttpResponseBase:
    """The log with its line anchors; `after` asks for new lines only, `format=txt` for all of it as text."""
    if container not in log.KEYS:
        raise Http404
    row = access.attempt(request, workspace, endpoint, deployment, number)
    if request.GET.get("format") == "txt":
        return _text(row, _stored(row, container))
    if "after" in request.GET:
        return _more(request, row, _stored(row, container))
    board = log.page(row, container, clock.now(), asked(request))
    every = frame.DEMO_SECONDS if clock.speed() > 1 else EVERY
    return frame.page(request, "log.html", {
        "page": board, "every": every, "wrap": request.GET.get("wrap") != "off"})


def asked(request: HttpRequest) -> Asked:
    """What the address asks for; wrong values ask for nothing."""
    least = ask.text(request, "min", 20)
    line = ask.whole(request, "line")
    return Asked(line, min(ask.whole(request, "to"), line + log.WINDOW) if line else 0,
                 least if least in LEVELS else "", ask.whole(request, "restart"), ask.text(request, "q"),
                 bool(request.GET.get("newest")))


def _stored(row: Attempt, container: str) -> Log:
    found = row.logs.filter(container=container).first()
    if found is None:
        raise Http404
    return found


def _more(request: HttpRequest, row: Attempt, stored: Log) -> HttpResponse:
    """The lines behind `after` as rows; 304 where the page has them all and nothing else turned."""
    after, follows = ask.whole(request, "after"), log.follows(row, stored, clock.now())
    told = f"{stored.pk} {stored.lines} {len(stored.gaps)} {after} {follows}"
    tag = f'"{hashlib.blake2b(told.encode(), digest_size=10).hexdigest()}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        found, last = log.more(row, stored, after)
        response = HttpResponse(render_to_string("parts/log_more.html", {
            "rows": found, "last": last, "count": max(0, last - after), "follows": follows}))
    response["ETag"], response["Cache-Control"], response["Vary"] = tag, "private, no-store", "Cookie"
    return response


def _text(row: Attempt, stored: Log) -> StreamingHttpResponse:
    """The stored log as a text file that no browser opens as anything else."""
    names = [row.endpoint.name, row.deployment.name if row.deployment else "", f"attempt-{row.number}",
             stored.container]
    name = "-".join(filter(None, (_UNSAFE.sub("-", one).strip("-.")[:60] for one in names)))
    return StreamingHttpResponse(_encoded(row, stored), content_type="text/plain; charset=utf-8", headers={
        "Content-Disposition": f'attachment; filename="{name}.txt"', "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"})


def _encoded(row: Attempt, stored: Log) -> Iterator[bytes]:
    for part in download.parts(row, stored):
        yield part.encode()
