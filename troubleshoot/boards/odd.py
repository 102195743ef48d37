"""Odd endings told as what they are: late success, a deletion that waits, two failures, an end that nobody saw."""
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from troubleshoot import stakes
from troubleshoot.boards.around import SAME_LOOK, Around
from troubleshoot.boards.words import day, plural
from troubleshoot.diagnosis.facts import CERTAIN, REFUSED, TERMINAL_STATES, Finding, Verdict
from troubleshoot.models import Attempt

_ENDED = {"Failed": "failed", "Canceled": "was cancelled", REFUSED: "was refused"}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that is not as usual: what it is, what it means, and where the rest is read."""

    head: str
    text: str
    tone: str = ""
    glyph: str = "idle"
    link: str = ""  # words of the link
    deployment: str = ""  # where it leads: an attempt of this deployment, or of the endpoint where it is empty
    number: int = 0
    cause: str = ""  # or to another finding on the same page


def notes(row: Attempt, verdict: Verdict | None, around: Around) -> tuple[Note, ...]:
    """What is told above the claim, in the order of its weight; no query."""
    return (*_deletion(row), *_overtaken(row, around), *_second(row, verdict), *_meanwhile(row, around),
            *_between(row, around))


def is_unrecoverable(row: Attempt) -> bool:
    """Its first provisioning failed: Azure refuses updates of such a deployment or endpoint (azure/WIRE 5.4)."""
    one = row.deployment
    if one is None:
        return row.state == row.endpoint.state == "Failed" and bool(row.first_provisioning)
    return row.state == "Failed" and one is not None and one.latest_id in (row.id, None) \
        and stakes.never_ready(one, row.first_provisioning)


def is_being_deleted(row: Attempt) -> bool:
    """A deletion was seen while this was the newest attempt, and it has not ended."""
    one, subject = row.deployment, row.deployment or row.endpoint
    if row.deleting_at is None or row.state == "Deleting" or stakes.is_gone(row):
        return False
    newest = one is None or one.latest_id in (row.id, None)
    return newest and (subject.state == "Deleting" or row.state not in TERMINAL_STATES)


def _deletion(row: Attempt) -> Iterator[Note]:
    """A deletion that waits for the attempt; what Azure does then was seen with a creation (azure/WIRE 5.5)."""
    if not is_being_deleted(row) or row.deleting_at is None:
        return
    seen = f"First seen at {row.deleting_at:%H:%M} UTC."
    logs = "Its logs go with it: what was read until then is kept here."
    if row.state in TERMINAL_STATES:
        yield Note("It is being deleted.", f"{seen} {logs}", "warn", "warn")
    else:
        what = {"create": "creation", "update": "update"}.get(row.kind, "operation")
        yield Note(f"A deletion waits for this {what}.",
                   f"{seen} Azure begins it only when the {what} has ended, and vCPU come back only after that. {logs}",
                   "warn", "warn")


def _overtaken(row: Attempt, around: Around) -> Iterator[Note]:
    """Another attempt began, or it was deleted, before an end of this one was seen."""
    if row.state in TERMINAL_STATES:
        return
    if around.next is not None:
        yield Note(f"Attempt {around.next.number} began before an end of this one was seen.",
                   "How this one ended is not known: the list showed the next already, and its operation has not told.")
    elif stakes.is_gone(row):
        yield Note("It was deleted before an end was seen.", "Whether it would have become ready is not known.")


def _second(row: Attempt, verdict: Verdict | None) -> Iterator[Note]:
    """Other causes that are proved as well, at another stage or of another kind: neither hides the other."""
    best = verdict.best if verdict and row.state in stakes.BAD else None
    for one in verdict.findings if best and verdict else ():
        if one is not best and best and one.certainty == CERTAIN and _is_other(one, best):
            yield Note("A second failure is proved as well.", f"{one.title}. Both have to be mended.", "bad", "bad",
                       "Its evidence", cause=one.cause)


def _is_other(one: Finding, best: Finding) -> bool:
    return (one.stage, one.kind) != (best.stage, best.kind)


def _meanwhile(row: Attempt, around: Around) -> Iterator[Note]:
    """Failures of others of the same endpoint that overlap in time: the endpoint's own first."""
    if row.state not in stakes.BAD:
        return
    others = sorted((one for one in around.beside if not one.same), key=lambda one: bool(one.name))
    for one in others[:1]:
        rest = f", and {plural(len(others) - 1, 'more attempt')} of this endpoint" if len(others) > 1 else ""
        yield Note(f"{one.name or 'An operation of the endpoint itself'} {_ENDED[one.state]} at the same time{rest}.",
                   "Each has its own operation and its own error; one may be the reason of the other.", "warn", "warn",
                   f"Attempt {one.number} of {one.name or 'the endpoint'}", one.name, one.number)


def _between(row: Attempt, around: Around) -> Iterator[Note]:
    """An end that no look at the list saw; one before the first look is told where something went wrong in it."""
    if row.ended is None or row.state not in TERMINAL_STATES or row.state == stakes.REFUSED:
        return
    if row.recorded_at > row.ended + SAME_LOOK:
        if row.state not in stakes.BAD or row.deployment_id is None:
            return
        yield Note("It had ended before we first looked.",
                   f"It ended on {_full(row.ended)}, the first look was {_full(row.recorded_at)}: "
                   "what can only be seen while it runs is missing.")
    elif around.next is not None and not _was_seen(row, around):
        yield Note("Its end fell between two looks.",
                   f"The list showed attempt {around.next.number} already; how it ended was told by its operation.")


def _full(at: datetime) -> str:
    """`25 Nov 18:35:12 UTC`: the first look may have come seconds or days after the end."""
    return f"{day(at)} {at:%H:%M:%S} UTC"


def _was_seen(row: Attempt, around: Around) -> bool:
    return any(one.after == row.state for one in around.states(row))
