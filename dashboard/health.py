"""Whether the web part lives, and whether it can answer."""
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from troubleshoot import clock
from troubleshoot.boards.spaces import STOPPED
from troubleshoot.models import Heartbeat


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while this process answers; asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the tables answer, 503 when not; says whether the worker gave a sign of life. One query."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    except DatabaseError:
        return _answer("unreachable", "not known", 503)
    lives = last is not None and clock.real_now() - last <= STOPPED
    return _answer("ok", "ok" if lives else "silent", 200)


def _answer(tables: str, worker: str, status: int) -> JsonResponse:
    return JsonResponse({"tables": tables, "worker": worker}, status=status, headers={"Cache-Control": "no-store"})
