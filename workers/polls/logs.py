"""The tail of one container's log."""
from datetime import timedelta

from troubleshoot import record
from troubleshoot.diagnosis.facts import BAD_REQUEST, DENIED, GONE, THROTTLED, LogAnswer
from workers.poller import Asked, Azure, Claim, Denied, Gone, Poll, Throttled, Trouble

USUAL, WIDEST = 200, 5_000  # lines; more than the client's default is not known to work (domain/CATALOGUE 2)


def fetch(azure: Azure, asked: Asked) -> record.Tail:
    """The newest lines; many more where the usual tail does not reach back to what is stored, or to the start."""
    found = _read(azure, asked, USUAL)
    return found if found.continues else _read(azure, asked, WIDEST)


def _read(azure: Azure, asked: Asked, lines: int) -> record.Tail:
    return record.tail(asked, azure.logs(asked.place, asked.container, lines) or "", lines)


def save(held: Claim, seen: record.Tail, every: timedelta) -> set[int]:
    """Keep what was said; the door decides when to look again."""
    return record.log_answer(held, seen)


def spare(held: Claim, error: Trouble) -> bool:
    """A refusal is a log answer of its own class. A throttled read is noted too, and its watch waits."""
    found = {Gone: GONE, Denied: DENIED, Throttled: THROTTLED}.get(type(error), "")
    if error.status == 400:
        found = BAD_REQUEST
    if found:
        record.log_answer(held, LogAnswer(held.asked.container, found, said=error.message))
    return found not in ("", THROTTLED)


poll = Poll("logs", timedelta(seconds=60), fetch, save, spare)
