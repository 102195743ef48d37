"""Workers, people and polls on one endpoint at the same time: one incident, each action once, nobody is stopped."""
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import F

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot import incidents, inhand, judge, outbox, ranks, sealed
from troubleshoot.models import Attempt, Channel, Deployment, Endpoint, Incident, IncidentEvent, Rule, Verdict

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 15


@pytest.fixture
def green(held_clock):
    """green of churn-scorer, which failed; a channel is told of everything."""
    end = rows.endpoint(rows.workspace("mlw-growth"), "churn-scorer", {"green": 100})
    made = rows.deployment(end, "green", "Failed")
    fails(made, 1, "missing_package")
    channel = Channel.objects.create(name="on call", kind="webhook", address=sealed.seal("https://x.example.com/"),
                                     shown="x", made_at=rows.NOW)
    Rule.objects.create(channel=channel, rank=ranks.SLOW)
    return made


def fails(one, number, cause):
    """A judged failure, written in the order in which polls and rules lock."""
    with transaction.atomic():
        Endpoint.objects.filter(id=one.endpoint_id).update(revision=F("revision") + 1)
        row = rows.attempt(one, "Failed", number, began=80 - number, took=1)
    with transaction.atomic():
        judge.turned(row.id)
        Verdict.objects.create(attempt=row, cause=cause, title=cause, certainty="certain", data={}, fingerprint="x",
                               revision=1, made_at=rows.NOW)


def poll(one, chance):
    for number in range(2, ROUNDS):
        fails(Deployment.objects.get(id=one.id), number, chance.choice(("missing_package", "init_failed")))


def follow(one, chance):
    for _ in range(ROUNDS):
        incidents.follow(one.endpoint_id)


def send(one, chance):
    for _ in range(ROUNDS):
        for held in filter(None, map(outbox.claim, outbox.channels_due())):
            chance.choice((outbox.sent, lambda held: outbox.failed(held, "No answer")))(held)


def acts(one, chance):
    """What one person presses; each event that they were told of."""
    who, now, done = person(f"p{chance.random()}", sees_all=True), rows.NOW, []
    for number in range(ROUNDS):
        row = Incident.objects.order_by("?").first()
        try:
            done.append(chance.choice((
                lambda at: inhand.take(at.id, who, now, at.owner_id), lambda at: inhand.leave(at.id, who, now),
                lambda at, said=f"{number}": inhand.note(at.id, said, who, now),
                lambda at: inhand.snooze(at.id, "more", who, now, None, 2),
                lambda at: inhand.resolve(at.id, "", who, now), lambda at: inhand.reopen(at.id, who, now),
                lambda at: inhand.undo(at.events.order_by("id").last(), who, now)))(row).event)
        except inhand.Refused:
            done.append(None)
    return [event.id for event in done if event]


def test_one_incident_is_open_each_action_is_told_once_and_nobody_waits_for_ever(green):
    incidents.follow(green.endpoint_id)
    together = connection.vendor == "postgresql"
    work = (poll, follow, follow, acts, acts, acts, send, send) if together else (poll, follow, acts, send)

    def run(part):
        try:
            return part[1](green, random.Random(part[0]))
        finally:
            if together:
                connection.close()

    if together:
        with ThreadPoolExecutor(len(work)) as pool:
            found = list(pool.map(run, enumerate(work)))
    else:
        found = [run(part) for part in enumerate(work)]
    pressed = sorted(event for part in found for event in part or ())
    incidents.follow(green.endpoint_id)
    told = IncidentEvent.objects.filter(person__isnull=False).order_by("id")
    assert pressed == list(told.values_list("id", flat=True))
    newest = Attempt.objects.order_by("number").last()
    living = list(Incident.objects.filter(resolved_at=None, silent=False))
    assert [one.last for one in living] in ([newest], []) and newest.number == ROUNDS - 1
    assert living or Incident.objects.filter(last=newest, resolved_by__isnull=False).exists()
