"""A workspace with weeks behind it: attempts, their verdicts and incidents as rows, and what its page says of them."""
import re
from datetime import UTC, datetime, timedelta
from html import unescape

from tests.dashboard import rows
from troubleshoot import history, ranks
from troubleshoot.boards import week
from troubleshoot.boards.weeks import Week
from troubleshoot.models import Incident, Verdict, Workspace
from troubleshoot.stakes import BAD

W47, W48 = Week(2026, 47), Week(2026, 48)
PATH = "/w/mlw-growth/week/2026-W47/"
HOUR = timedelta(hours=1)


def board(space, wanted=W47, now=rows.NOW, polled=None):
    return week.page(Workspace.objects.get(id=space.id), wanted, now, polled)


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\xa0", " ").split())


def text(client, path=PATH):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def fact(page, name):
    one = next(one for one in page.facts if one.name == name)
    return one.value.replace("\xa0", " "), one.small.replace("\xa0", " ")


def took(page, name):
    one = next(one for one in page.took if one.name == name)
    return tuple(cell.replace("\xa0", " ") for cell in (one.median, one.slowest, one.before, one.of))


def at(day, hour=12, minute=0):
    """A moment in November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def tried(one, state, began, number, took=10, cause="", **fields):
    """An attempt that began then and took so many minutes, with its verdict."""
    ended = began + timedelta(minutes=took)
    fields = {"started": began, "ended": ended, "recorded_at": began} | fields
    fields.setdefault("failed_at", ended if state in BAD else None)
    row = rows.attempt(one, state, number, **fields)
    if state in BAD:
        Verdict.objects.create(
            attempt=row, cause=cause, title=f"{cause} hit {one.name}" if cause else "", fingerprint="x", revision=1,
            stage="probes" if cause else "", made_at=ended + timedelta(seconds=12))
    return row


def incident(row, opened=None, ended=None, cause="", **fields):
    """The incident of a failed attempt."""
    opened = opened or row.ended
    one = Incident.objects.create(**({
        "subject": f"d:{row.deployment_id}:{cause}", "workspace": row.endpoint.workspace, "endpoint": row.endpoint,
        "deployment": row.deployment, "cause": cause, "title": cause or "Cause not known", "rank": ranks.NOT_AFFECTED,
        "worst": ranks.NOT_AFFECTED, "opened_at": opened, "last_at": row.ended, "first": row, "last": row,
        "last_number": row.number, "seen_at": opened, "resolved_at": ended, "how": "ready again" if ended else ""}
        | fields))
    history.tell(one, "opened", opened, attempt=row)
    if ended:
        history.tell(one, "ended", ended, text="ready again")
    return one
