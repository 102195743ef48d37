"""Channels and their rules, as people make, change and delete them; every change is recorded with name and time."""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from troubleshoot import audit, clock, sealed
from troubleshoot.addresses import KINDS
from troubleshoot.models import Channel, Person, Rule, Workspace

MOST = 20  # channels of one workspace, and rules of one channel


class Full(Exception):
    """There are as many already as one place takes; the text says so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form asks a channel to be; an empty address (with `shown`) keeps the one it has."""

    name: str
    kind: str
    on: bool
    address: str = ""  # sealed
    shown: str = ""
    secret: str = ""  # as typed; empty keeps the one it has


def make(space: Workspace | None, wanted: Wanted, person: Person) -> Channel:
    """A new channel of a workspace, or of the whole installation; raises Full."""
    with transaction.atomic():
        if Channel.objects.filter(workspace=space).count() >= MOST:
            raise Full(f"There are {MOST} channels already; delete one that is not needed.")
        made = Channel.objects.create(
            workspace=space, name=wanted.name, kind=wanted.kind, address=wanted.address, shown=wanted.shown,
            secret=sealed.seal(wanted.secret), on=wanted.on, made_by=person, made_at=clock.now())
        audit.write(person, "channel added", f"{called(made)}, to {made.shown}{'' if made.on else ', off'}", space)
    return made


def change(channel: Channel, wanted: Wanted, person: Person) -> bool:
    """Make a channel what is wanted; false where it is so already. Another address begins without old errors."""
    with transaction.atomic():
        row = Channel.objects.select_for_update().filter(id=channel.id).first()
        if row is None:
            return False
        told = _differences(row, wanted)
        if not told:
            return False
        if wanted.address:
            row.address, row.shown = wanted.address, wanted.shown
            row.ok_at, row.error, row.error_at = None, "", None
        if wanted.secret:
            row.secret = sealed.seal(wanted.secret)
        if wanted.address or wanted.on and not row.on:
            row.failures, row.rest_until = 0, None
        before = called(row)
        row.name, row.on = wanted.name, wanted.on
        row.save()
        audit.write(person, "channel changed", f"{before}: {', '.join(told)}", row.workspace)
    return True


def _differences(row: Channel, wanted: Wanted) -> list[str]:
    """What turns, in words, without a secret."""
    told = [f"now called {wanted.name}"] if wanted.name != row.name else []
    told += [f"now to {wanted.shown}"] if wanted.address else []
    told += ["another key"] if wanted.secret else []
    return told + (["switched on" if wanted.on else "switched off"] if wanted.on != row.on else [])


def drop(channel: Channel, person: Person) -> None:
    """Delete a channel with its rules and its notices; nothing where it is gone already."""
    with transaction.atomic():
        if Channel.objects.filter(id=channel.id).delete()[0]:
            audit.write(person, "channel deleted", f"{called(channel)}, to {channel.shown}", channel.workspace)


def keep_rule(channel: Channel, rule: Rule | None, fields: Mapping[str, Any], said: str, person: Person) -> None:
    """Make a rule, or change one to these fields, if it is still there; `said`: in words. Raises Full."""
    with transaction.atomic():
        if rule is None and channel.rules.count() >= MOST:
            raise Full(f"This channel has {MOST} rules already; delete one that is not needed.")
        if rule is None:
            Rule.objects.create(channel=channel, **fields)
        elif not Rule.objects.filter(id=rule.id).update(**fields):
            return
        audit.write(person, "rule changed" if rule else "rule added", f"{called(channel)}: {said}", channel.workspace)


def drop_rule(rule: Rule, said: str, person: Person) -> None:
    """Delete a rule; nothing where it is gone already."""
    with transaction.atomic():
        if Rule.objects.filter(id=rule.id).delete()[0]:
            audit.write(person, "rule deleted", f"{called(rule.channel)}: {said}", rule.channel.workspace)


def called(channel: Channel) -> str:
    """`Slack ml-alerts`."""
    return f"{KINDS[channel.kind]} {channel.name}"
