"""A database for the bench of pages: one deployment with its story, and any number of others beside it."""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import django

SPACE = "/w/mlw-growth/e"
OVER, RUNNING = f"{SPACE}/demand/d/green/a/20", f"{SPACE}/demand/d/blue/"
LOG = f"{SPACE}/demand/d/red/a/1/logs/inference-server"
TRIAGE, EMPTY = "/triage", "/empty"
SPACES, LIVING = 1, 50  # other workspaces at scale 1, and the deployments of each
EVENTS, LINES, MANY = 100, 200, 4_000
_client: dict[str, Any] = {}


def start(scale: int, wrong: int) -> None:
    """Fill a new database, with so many open incidents, and sign somebody in; the clock stands still.

    Models can be imported only from here on.
    """
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.models import F
    from django.test import Client

    from tests.dashboard import rows
    from troubleshoot import clock
    from troubleshoot.models import Endpoint, Person

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    call_command("migrate", verbosity=0)
    clock.hold(rows.NOW)
    _empty_view()
    _story(rows)
    _others(rows, SPACES * scale, wrong)
    poll()
    poll()
    Endpoint.objects.update(followed=F("revision"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(headers={"host": "localhost"})
    client.force_login(Person.objects.get(username="ada"))
    _client["ada"] = client


def _empty_view() -> None:
    """The frame of every page, signed in, with nothing in it, beside the addresses of the house."""
    from django.urls import path

    from dashboard import frame, urls

    urls.urlpatterns.append(path(EMPTY[1:], lambda request: frame.page(request, "base.html", {})))


def get(path: str) -> float:
    """The processor time of one page, in seconds; it must be found."""
    answer, taken = _timed(lambda: _client["ada"].get(path))
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}: no figure")
    return taken


def follow() -> float:
    """The processor time of one look at all incidents while nothing turns."""
    from troubleshoot import incidents

    done, taken = _timed(incidents.follow_waiting)
    if done:
        raise SystemExit(f"{done} were followed: no figure")
    return taken


def poll() -> float:
    """The processor time in which one look at a workspace of 50 endpoints is recorded that are as they were."""
    from tests.dashboard import rows
    from troubleshoot import record, watches
    from troubleshoot.models import Watch

    watch = Watch.objects.get(poll="endpoints", workspace__slug="other-0")
    Watch.objects.filter(id=watch.id).update(due_at=rows.NOW)
    held = watches.claim(watch.id, "bench")
    if held is None:
        raise SystemExit("the watch cannot be claimed: no figure")
    return _timed(lambda: record.endpoints(held, _seen(watch.workspace)))[1]


def _seen(space: Any) -> Any:
    """A workspace as Azure would list it."""
    from troubleshoot import record
    from troubleshoot.diagnosis.facts import DeploymentFacts, EndpointFacts, Place

    places = [Place(space.subscription, space.group, space.name, one.name) for one in space.endpoints.all()]
    return record.FleetSeen(
        tuple(EndpointFacts(one, state="Succeeded", traffic=(("green", 100),)) for one in places),
        tuple((one.endpoint, (DeploymentFacts(replace(one, deployment="green"), state="Succeeded",
                                              instance_type="Standard_D4as_v4"),)) for one in places))


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    gc.collect()
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def _story(rows: Any) -> None:
    """green failed with a hundred events, blue runs, red has a long log; green and blue have earlier attempts."""
    from tests.dashboard import test_running as told

    rows.heartbeat()
    end = rows.endpoint(rows.workspace("mlw-growth"), "demand", {"green": 100, "blue": 0})
    green, blue, red = (rows.deployment(end, name, state) for name, state in (
        ("green", "Failed"), ("blue", "Creating"), ("red", "Succeeded")))
    told.earlier(green, 12)
    failed = rows.attempt(green, "Failed", 20, spec=told.SPEC, events=list(_events(rows)))
    rows.log(failed, _lines(LINES - 18) + rows.IMPORT_LOG)
    rows.verdict(failed, rows.import_finding(), rows.stopped())
    told.earlier(blue, 12)
    told.running(blue)
    rows.log(rows.attempt(red, "Succeeded", spec=told.SPEC), _lines(MANY))


def _events(rows: Any) -> Iterator[dict[str, Any]]:
    from troubleshoot.diagnosis import plain
    from troubleshoot.diagnosis.facts import Event

    for number in range(EVENTS):
        at = rows.minutes(80) + timedelta(seconds=8 * number)
        yield plain.dump(Event("BackOff", f"Back-off restarting failed container, try {number}", "Warning", at))


def _lines(count: int) -> list[str]:
    return [f"2026-11-23 01:{at // 60 % 60:02}:{at % 60:02},902 I [61] azmlinfsrv - GET / 200 {at}.314ms 7"
            for at in range(count)]


def _others(rows: Any, spaces: int, wrong: int) -> None:
    """Other workspaces with deployments of four attempts; one in fifty failed last, and `wrong` have incidents."""
    from tests.dashboard import test_running as told
    from troubleshoot.models import Attempt, Deployment, Endpoint

    homes = [rows.workspace(f"other-{number}") for number in range(spaces)]
    ends = Endpoint.objects.bulk_create(Endpoint(
        workspace=home, name=f"e{at}", key=f"{home.key}e{at}/", state="Succeeded", traffic={"green": 100},
        facts={"traffic": [["green", 100]]}, first_seen_at=rows.NOW) for home in homes for at in range(LIVING))
    own = Deployment.objects.bulk_create(Deployment(
        endpoint=end, name="green", key=f"{end.key}green", state="Succeeded", weight=100,
        instance_type="Standard_D4as_v4", first_seen_at=rows.NOW) for end in ends)
    tries = Attempt.objects.bulk_create((Attempt(
        endpoint=one.endpoint, deployment=one, number=number, kind="create", spec=told.SPEC,
        operation_id=f"op-{one.id}-{number}", state="Failed" if one.id % 50 == 0 and number == 4 else "Succeeded",
        started=rows.minutes(9000 - 60 * number), ended=rows.minutes(8990 - 60 * number),
        recorded_at=rows.minutes(9000)) for one in own for number in range(1, 5)), batch_size=2000)
    newest = {row.deployment_id: row for row in tries}
    for one in own:
        one.latest = newest[one.id]
    Deployment.objects.bulk_update(own, ("latest",), batch_size=500)
    _recorded(rows, tries)
    _wrong(rows, own[::len(own) // wrong])


def _wrong(rows: Any, own: list[Any]) -> None:
    """An open incident of each: of six causes, of all ranks, in waves and alone, each tenth taken."""
    from troubleshoot.models import Incident, Person

    ada = Person.objects.create_user("ada", password="not asked for", sees_all=True)
    Incident.objects.bulk_create((Incident(
        subject=one.key, workspace=one.endpoint.workspace, endpoint=one.endpoint, deployment=one,
        cause=f"cause-{at % 6}", certainty="certain", title=f"score.py imports package {at % 6}, which is missing",
        rank=at % 3, worst=at % 3, opened_at=rows.minutes(20 + 7 * at), last_at=rows.minutes(20 + 7 * at),
        seen_at=rows.NOW, first=one.latest, last=one.latest, last_number=4, owner=None if at % 10 else ada)
        for at, one in enumerate(own)), batch_size=1000)


def _recorded(rows: Any, tries: list[Any]) -> None:
    """What was recorded of attempts: a verdict with a rail, a watch, and a log of one chunk for each container."""
    from troubleshoot.models import Log, LogChunk, LogRead, Verdict, Watch

    data = Verdict.objects.filter(attempt__deployment__name="green").first().data
    chunk = LogChunk.objects.filter(log__attempt__deployment__name="green").first()
    Verdict.objects.bulk_create((Verdict(attempt=row, data=data, fingerprint="x", revision=1, made_at=rows.NOW)
                                 for row in tries), batch_size=2000)
    Watch.objects.bulk_create((Watch(poll="logs", key=f"a{row.id}", lane="x", subscription=rows.SUB, attempt=row,
                                     workspace=row.endpoint.workspace, ok_at=rows.NOW) for row in tries),
                              batch_size=2000)
    logs = Log.objects.bulk_create((Log(attempt=row, container=name, lines=LINES, last_class="logs")
                                    for row in tries for name in ("inference-server", "storage-initializer")),
                                   batch_size=2000)
    LogRead.objects.bulk_create((LogRead(log=log, at=rows.NOW, last_at=rows.NOW, answer_class="logs")
                                 for log in logs), batch_size=2000)
    LogChunk.objects.bulk_create((LogChunk(log=log, first=1, lines=LINES, octets=chunk.octets, stored=chunk.stored,
                                           data=chunk.data) for log in logs), batch_size=500)
