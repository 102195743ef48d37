"""Writes down quota, and what holds it beside deployments."""
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from troubleshoot import clock, watches
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import ComputeFacts, SizeFacts, UsageFacts
from troubleshoot.models import QuotaRow, QuotaSample, Region, Workspace
from troubleshoot.record import clean

BIGGEST = 2**62  # a figure beyond it is no figure


def usages(held: watches.Claim, seen: Sequence[UsageFacts], troubles: Sequence[str], every: timedelta) -> set[int]:
    """Keep a region's usage and limits; a row that turned leaves a sample, one that is no longer told goes."""
    with transaction.atomic():
        watches.fence(held)
        region = _region(held)
        known = {(row.kind, row.family, row.workspace): row for row in region.quota.all()}
        for facts in _joined(seen):
            key = (facts.kind, facts.family.lower().replace(" ", "").replace("_", ""), facts.whose())
            _row(region, key, clean.fact(facts), known.pop(key, None))
        if not troubles:
            QuotaRow.objects.filter(id__in=[row.id for row in known.values()]).delete()
        watches.done(held, every, *watches.partly(troubles))
    return set()


def _joined(seen: Sequence[UsageFacts]) -> list[UsageFacts]:
    """One row for each counter: usages tell what is used, quotas may tell the limit of the same counter."""
    rows: dict[tuple[str, str, str], UsageFacts] = {}
    for facts in seen:
        key = (facts.kind, facts.family.lower(), facts.whose())
        other = rows.get(key)
        rows[key] = facts if other is None else replace(
            other, label=other.label or facts.label, used=facts.used if other.used is None else other.used,
            limit=facts.limit if other.limit is None else other.limit)
    return list(rows.values())


def _row(region: Region, key: tuple[str, str, str], facts: UsageFacts, row: QuotaRow | None) -> None:
    kind, family, workspace = key
    used, limit, now = _figure(facts.used), _figure(facts.limit), clock.now()
    turned = row is None or (row.used, row.limit) != (used, limit)
    if row is None:
        row = QuotaRow(region=region, kind=kind, family=family, workspace=workspace)
    row.data, row.used, row.limit, row.seen_at = plain.dump(facts), used, limit, now
    row.save()
    if turned:
        QuotaSample.objects.create(row=row, at=now, used=used, limit=limit)


def _figure(value: int | None) -> int | None:
    return value if value is not None and -1 <= value <= BIGGEST else None


def sizes(held: watches.Claim, seen: Sequence[SizeFacts], every: timedelta) -> set[int]:
    """Keep the VM sizes that a region offers."""
    with transaction.atomic():
        watches.fence(held)
        Region.objects.filter(id=_region(held).id).update(sizes=[plain.dump(clean.fact(one)) for one in seen])
        watches.done(held, every)
    return set()


def computes(held: watches.Claim, seen: Sequence[ComputeFacts], troubles: Sequence[str],
             every: timedelta) -> set[int]:
    """Keep the clusters and compute instances of a workspace."""
    with transaction.atomic():
        watches.fence(held)
        Workspace.objects.filter(key=held.asked.place.key()).update(
            computes=[plain.dump(clean.fact(one)) for one in seen])
        watches.done(held, every, *watches.partly(troubles))
    return set()


def _region(held: watches.Claim) -> Region:
    return Region.objects.get(watch=held.watch)
