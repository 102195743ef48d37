"""What is to be told to whom, and when: written with the incident's own change; neither is without the other."""
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from troubleshoot import ranks
from troubleshoot.boards import notice as said
from troubleshoot.models import Blind, Incident, Notice, Rule

LATE = timedelta(minutes=15)  # a failure that we see later than this is told as seen late
SETTLE = timedelta(minutes=2)  # what is seen late waits until nothing more came for so long …
CATCH_UP = timedelta(minutes=10)  # … but not longer than this
STORM = 5  # so many waiting for one channel are one message


def plan(one: Incident, what: str, now: datetime) -> None:
    """Write one notice for each channel that is to hear of a failure ("failed") or its end ("recovered").

    Only within the transaction that turns the incident. Safe to call again: one failure, one notice. Snoozed and
    acknowledged incidents are not told; what ends is told where its failure was. One query where no rule asks for it.
    """
    if what == "failed" and (one.snooze or one.acknowledged_at or one.resolved_at):
        return
    due = _channels(one, what, now)
    if what == "recovered" and due:
        told = _told(one, due)
        due = {channel: max(at, told[channel]) for channel, at in due.items() if channel in told}
    if not due:
        return
    over = _over(one, due) if what == "failed" else {}
    body, late, event = said.body(one, what), _is_late(one, what, now), _event(one, what)
    Notice.objects.bulk_create([
        Notice(key=f"{channel}:{one.id}:{what}:{event}{over.get(channel, '')}", channel_id=channel, incident=one,
               what=what, made_at=now, attempt_id=one.last_id,
               due_at=at + SETTLE if late and channel not in over else at,
               body=body | {"late": late and channel not in over, "held": at > now})
        for channel, at in due.items()], ignore_conflicts=True)


def _channels(one: Incident, what: str, now: datetime) -> dict[int, datetime]:
    """From when on each channel may be told: at once by the most generous of its rules."""
    due: dict[int, datetime] = {}
    for rule in _rules(one):
        if not _matches(rule, one) or (what == "recovered" and not rule.recoveries):
            continue
        if what == "failed" and one.rank > rule.rank:
            continue
        loud = rule.break_quiet and (one.rank if what == "failed" else one.worst) == ranks.AFFECTED
        at = now if loud else quiet_until(rule, now) or now
        due[rule.channel_id] = min(at, due.get(rule.channel_id, at))
    return due


def _rules(one: Incident) -> Iterable[Rule]:
    here = Q(workspace=None) | Q(workspace=one.workspace_id)
    theirs = Q(channel__workspace=None) | Q(channel__workspace=one.workspace_id)
    return Rule.objects.filter(here, theirs, channel__on=True)


def _matches(rule: Rule, one: Incident) -> bool:
    named = one.endpoint.name.lower() if one.endpoint else ""
    return rule.endpoint.lower() in ("", named) and rule.cause in ("", one.cause)


def quiet_until(rule: Rule, now: datetime) -> datetime | None:
    """When the rule's quiet hours end that hold now; None outside of them, and where its zone is not known."""
    begin, end = rule.quiet_from, rule.quiet_until
    if begin is None or end is None or begin == end:
        return None
    try:
        zone = ZoneInfo(rule.zone)
    except (ValueError, OSError, LookupError):
        return None
    here = now.astimezone(zone)
    at = here.time()
    if not (begin <= at < end if begin < end else at >= begin or at < end):
        return None
    day = here.date() + timedelta(days=at >= end)
    first = datetime.combine(day, end, zone)
    ends = (first, first.replace(fold=1))  # the hour that autumn gives twice ends twice
    return next((one.astimezone(UTC) for one in ends if one.astimezone(UTC) > now), None)


def _told(one: Incident, channels: Iterable[int]) -> dict[int, datetime]:
    """The channels whose newest notice of this incident is of a failure, and when that was due."""
    rows = Notice.objects.filter(incident=one, channel__in=list(channels), what__in=("failed", "recovered"))
    newest = {row.channel_id: row for row in rows.select_related("digest").order_by("id")}
    return {channel: row.due_at for channel, row in newest.items()
            if row.what == "failed" and not row.gave_up_at and not (row.digest and row.digest.gave_up_at)}


def _over(one: Incident, channels: Iterable[int]) -> dict[int, str]:
    """The channels that were told that this failure is over by itself: where it is not, that is news to them."""
    rows = Notice.objects.filter(incident=one, channel__in=list(channels), what="recovered", attempt=one.last_id)
    return {row.channel_id: f" after {row.id}" for row in rows.order_by("id") if not row.body.get("by")}


def _event(one: Incident, what: str) -> str:
    """What a notice is of, the same however often it is planned."""
    if what == "recovered":
        return f"{_stamp(one.resolved_at)} after {one.last_number or ''}"
    failure = f"attempt {one.last_id}" if one.last_id else _stamp(one.since)
    if not one.woke:
        return failure
    woke = one.events.filter(what="woke").order_by("id").values_list("id", flat=True).last()
    return f"{failure} woke {woke}"


def _stamp(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def _is_late(one: Incident, what: str, now: datetime) -> bool:
    """We were told of it long after Azure says that it happened: nobody was looking."""
    if what == "recovered":
        return one.resolved_at is not None and one.resolved_by_id is None and now - one.resolved_at > LATE
    return not one.woke and not one.first_seen and now - one.last_at > LATE


def unsettled(rows: list[Notice], now: datetime) -> list[int]:
    """Ids of what was seen late and waits for the rest of the catch-up."""
    late = [row for row in rows if row.body.get("late") and not row.body.get("held")]
    if not late or max(row.due_at for row in late) <= now or min(row.made_at for row in late) <= now - CATCH_UP:
        return []
    return [row.id for row in late]


def is_digest(rows: list[Notice]) -> bool:
    """Whether what waits for one channel is told in one message."""
    late = sum(bool(row.body.get("late")) for row in rows)
    held = any(row.body.get("held") for row in rows)
    return len(rows) >= STORM or late > 1 or (held and len(rows) > 1)


def digest(rows: list[Notice]) -> dict[str, Any]:
    """What one message says of many notices: each incident once, as it ended; with our own gap if there was one."""
    items: dict[int, dict[str, Any]] = {}
    for row in rows:
        known = items.get(row.incident_id or 0, {})
        items[row.incident_id or 0] = known | row.body | {
            "failures": known.get("failures", 0) + (row.what == "failed"), "over": row.what == "recovered"}
    found = sorted(items.values(), key=lambda item: (item["over"], item["rank"]))
    return {"items": found, "gap": _gap(rows), "held": any(item["held"] for item in found)}


def _gap(rows: list[Notice]) -> list[str]:
    """The longest stretch in which we did not see, where something is told late; empty where none is known."""
    late = [row for row in rows if row.body.get("late") and row.incident_id]
    if not late:
        return []
    spaces = {row.incident.workspace_id for row in late if row.incident}
    since = min(datetime.fromisoformat(row.body["at"]) for row in late)
    stretches = Blind.objects.filter(workspace__in=spaces, attempt=None, until__gte=since)
    longest = max(stretches, key=lambda one: one.until - one.since, default=None)
    return [_stamp(longest.since), _stamp(longest.until)] if longest else []
