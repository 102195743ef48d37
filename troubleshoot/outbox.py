"""The outbox: notices wait here until they are told, in the order of each channel, through every crash on the way."""
import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from troubleshoot import clock, notices
from troubleshoot.diagnosis import redact
from troubleshoot.models import Channel, Notice, Person
from troubleshoot.people import name

LEASE = timedelta(seconds=150)  # real time; longer than the longest sending
GIVES_UP = timedelta(hours=24)
TRIES = 5  # … for a message that the other side cannot take, so that it holds up no later one
FIRST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(hours=1)
AT_ONCE = 200  # notices that one digest takes in


@dataclass(frozen=True, slots=True)
class Held:
    """The right to send one notice; `number` says which claim of it."""

    notice: Notice  # with its channel
    number: int


def channels_due() -> list[int]:
    """Ids of the channels with something to send now that nobody is sending; two queries."""
    busy = Notice.objects.filter(_WAITING, claimed_until__gt=clock.real_now()).values("channel")
    rested = Q(channel__rest_until=None) | Q(channel__rest_until__lte=clock.now())
    found = _due().filter(rested, channel__on=True).exclude(channel__in=busy)
    return list(found.order_by("channel").values_list("channel", flat=True).distinct())


_WAITING = Q(sent_at=None, gave_up_at=None, digest=None)


def _due() -> QuerySet[Notice]:
    return Notice.objects.filter(_WAITING, due_at__lte=clock.now())


def claim(channel: int) -> Held | None:
    """Claim a channel's next notice by one UPDATE; None where none is due, or somebody is sending one.

    What is to be told as one message becomes one before. Tests come first: somebody waits for them.
    """
    waits = _gather(channel)
    mine = _due().filter(channel=channel).exclude(id__in=waits).select_related("channel")
    row = mine.filter(what="test").order_by("id").first() or mine.order_by("id").first()
    if row is None or not row.channel.on or (row.claimed_until and row.claimed_until > clock.real_now()):
        return None
    if row.what != "test" and row.channel.rest_until and row.channel.rest_until > clock.now():
        return None
    won = _due().filter(id=row.id, claim=row.claim).update(
        claim=F("claim") + 1, tries=F("tries") + 1, claimed_until=clock.real_now() + LEASE)
    return Held(row, row.claim + 1) if won else None


def _gather(channel: int) -> list[int]:
    """Make one digest of what never left the house and is to be told together, in one transaction.

    Returns what waits for the rest of a catch-up.
    """
    with transaction.atomic():
        fresh = Notice.objects.filter(_WAITING, channel=channel, tries=0, what__in=("failed", "recovered"))
        found = list(fresh.select_for_update(of=("self",)).select_related("incident").order_by("id")[:AT_ONCE])
        now = clock.now()
        waits = notices.unsettled(found, now)
        rows = [row for row in found if row.due_at <= now and row.id not in waits]
        if not notices.is_digest(rows):
            return waits
        whole = Notice.objects.create(
            key=f"{channel}:digest:{rows[0].id}", channel_id=channel, what="digest", body=notices.digest(rows),
            made_at=now, due_at=now)
        Notice.objects.filter(id__in=[row.id for row in rows]).update(digest=whole)
        return waits


def sent(held: Held) -> None:
    """It left the house: told, with all that it holds, whoever has claimed it meanwhile."""
    now = clock.now()
    with transaction.atomic():
        Notice.objects.filter(Q(id=held.notice.id) | Q(digest=held.notice.id)).update(
            sent_at=now, claimed_until=None, error="")
        Channel.objects.filter(id=held.notice.channel_id).update(
            ok_at=now, error="", error_at=None, failures=0, rest_until=None)


def failed(held: Held, said: str, retry_after: float | None = None, unfit: bool = False) -> None:
    """It could not be told: the channel rests, twice as long each time; after a day it is given up.

    `unfit`: the other side cannot take this very message. A test is tried once.
    """
    now, row = clock.now(), held.notice
    error = redact.text(said)[0][:500]
    over = row.what == "test" or now - row.due_at >= GIVES_UP or (unfit and held.number >= TRIES)
    with transaction.atomic():
        mine = Notice.objects.filter(id=row.id, claim=held.number, sent_at=None)
        if not mine.update(claimed_until=None, error=error, gave_up_at=now if over else None):
            return
        channel = Channel.objects.filter(id=row.channel_id)
        channel.update(error=error, error_at=now)
        if row.what != "test":
            channel.update(failures=F("failures") + 1, rest_until=now + _rest(row.channel, retry_after))


def _rest(channel: Channel, retry_after: float | None) -> timedelta:
    """What the other side asks for, else twice as long with each failure in a row, an hour at most."""
    if retry_after is not None:
        return min(timedelta(seconds=max(retry_after, 1)), LONGEST_REST)
    jitter = 1 + hashlib.sha256(f"{channel.id}".encode()).digest()[0] / 1280
    return min(FIRST_REST * 2 ** min(channel.failures, 10), LONGEST_REST) * jitter


def test(channel: Channel, person: Person) -> Notice:
    """A message that only shows that a channel works, waiting to be sent; also while the channel rests."""
    now = clock.now()
    Channel.objects.filter(id=channel.id).update(rest_until=None)
    return Notice.objects.create(
        key=f"{channel.id}:test:{uuid.uuid4().hex}", channel=channel, what="test", made_at=now, due_at=now,
        body={"channel": channel.name, "by": name(person)})
