"""Keeps the ledger of log reads bounded: what is old and long says the same in fewer rows."""
from datetime import timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Count

from troubleshoot import clock
from troubleshoot.models import Log, LogRead, Workspace

WHOLE = timedelta(days=7)  # so long every read is a row of its own
SHORT = 200  # rows of one log that stay as they are for ever: more than a failed attempt ever has


def thin(space: Workspace) -> int:
    """Join the old rows of long ledgers; 0, since no log text goes. One query, and a transaction for each long one."""
    old = LogRead.objects.filter(log__attempt__endpoint__workspace=space, last_at__lt=clock.now() - WHOLE)
    long = old.order_by().values("log_id").annotate(rows=Count("id")).filter(rows__gt=SHORT)
    for log in list(long.values_list("log_id", flat=True)):
        _thin(log)
    return 0


def _thin(log: int) -> None:
    """Answers of one class that follow each other become one row: from when to when, how often, what they added."""
    with transaction.atomic():
        Log.objects.select_for_update().filter(id=log).first()
        rows = LogRead.objects.filter(log=log, last_at__lt=clock.now() - WHOLE).order_by("id")
        for _, run in groupby(rows, key=lambda row: row.answer_class):
            first, *rest = run
            if rest:
                first.hash, first.lines, first.last_at = rest[-1].hash, rest[-1].lines, rest[-1].last_at
                first.times += sum(row.times for row in rest)
                first.added += sum(row.added for row in rest)
                first.save()
                LogRead.objects.filter(id__in=[row.id for row in rest]).delete()
