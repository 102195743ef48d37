"""A week of a workspace, for the people who look back: the page, and what failed as a file."""
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from dashboard import access, days, frame
from troubleshoot import clock
from troubleshoot.boards import week, week_failed, week_text, weeks
from troubleshoot.models import Workspace


@require_safe
def this(request: HttpRequest, workspace: str) -> HttpResponse:
    """The way to the week that it is now: the address of a page holds its week."""
    found = access.workspace(request, workspace)
    return redirect("week", found.slug, weeks.of(clock.now()).name)


@require_safe
def page(request: HttpRequest, workspace: str, name: str) -> HttpResponse:
    """One week; the nearest one, with a note, where the address names none that was."""
    space = access.workspace(request, workspace)
    board, exact = _board(request, space, name)
    here = reverse("week", args=(space.slug, board.week.name))
    about = {"page": board, "figure": days.figure(board), "shown": board.failed[:week_failed.SHOWN],
             "more": len(board.failed) - week_failed.SHOWN, "exact": exact, "canonical": here,
             "text": week_text.text(board, settings.PUBLIC_URL + here)}
    return frame.page(request, "week.html", about)


@require_safe
def sheet(request: HttpRequest, workspace: str, name: str) -> HttpResponse:
    """What failed in that week, whole, for a spreadsheet."""
    space = access.workspace(request, workspace)
    board, _ = _board(request, space, name)
    answer = HttpResponse(week_failed.sheet(board.failed), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{space.slug}-{board.week.name}-failed.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _board(request: HttpRequest, space: Workspace, name: str) -> tuple[week.Board, bool]:
    now = clock.now()
    wanted, exact = weeks.nearest(name, weeks.Week(weeks.FIRST_YEAR, 1), weeks.of(now))
    polled = next((one for one in frame.spaces(request).all if one.id == space.id), None)
    return week.page(space, wanted, now, polled), exact
