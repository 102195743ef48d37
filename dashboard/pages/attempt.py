"""One attempt: what is wrong, how we know, and what to do."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dashboard import access, charts, frame
from dashboard.pages import ask
from troubleshoot import clock, corrections, watches
from troubleshoot.boards import attempt as boards
from troubleshoot.models import Attempt


@require_safe
def page(request: HttpRequest, workspace: str, endpoint: str, deployment: str = "",
         number: int | None = None) -> HttpResponse:
    """The attempt with this number, or the newest; refreshes itself, faster while it runs."""
    row = access.attempt(request, workspace, endpoint, deployment, number)
    now = clock.now()
    board = boards.page(row, now, ask.text(request, "log"), request.user.pk)
    about = {"page": board, "figure": charts.stages(board, now), "permanent": link(row),
             "incident": vars(row)["incident"]}
    return frame.page(request, "attempt.html", about, refresh=10 if board.running else 15)


@require_POST
def poll(request: HttpRequest, workspace: str, endpoint: str, number: int, deployment: str = "") -> HttpResponse:
    """Has everything about the attempt looked at now, and goes back to its page."""
    row = access.attempt(request, workspace, endpoint, deployment, number)
    watches.look_now(row.id)
    messages.info(request, "Azure is asked again now; the page shows the answer as soon as it is there.")
    return redirect(link(row))


@require_POST
def correct(request: HttpRequest, workspace: str, endpoint: str, number: int, deployment: str = "") -> HttpResponse:
    """Keeps what the reader holds to be the cause, or takes it back, and goes back to the page."""
    row = access.attempt(request, workspace, endpoint, deployment, number)
    person = access.person(request)
    if request.POST.get("undo"):
        corrections.undo(row, person)
        messages.info(request, "Your correction is taken back.")
    elif corrections.say(row, person, request.POST.get("cause", ""), request.POST.get("note", "")):
        messages.info(request, "Kept with your name. The verdict itself does not change.")
    else:
        messages.info(request, "Nothing was kept: choose a cause, or write what showed it.")
    return redirect(link(row))


@require_safe
def jump(request: HttpRequest, operation: str) -> HttpResponse:
    """From an operation id that Azure printed to its attempt."""
    return redirect(link(access.operation(request, operation if operation.isprintable() else "")))


def link(row: Attempt) -> str:
    """The permanent address of an attempt."""
    space, end = row.endpoint.workspace.slug, row.endpoint.name
    if row.deployment is None:
        return reverse("endpoint-attempt", args=(space, end, row.number))
    return reverse("attempt", args=(space, end, row.deployment.name, row.number))
