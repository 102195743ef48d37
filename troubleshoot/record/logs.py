"""Writes down log answers: what Azure said goes into the ledger, console lines into the log store."""
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from troubleshoot import clock, logstore, watches
from troubleshoot.diagnosis import logs, plain, redact, seams
from troubleshoot.diagnosis.facts import (
    BAD_REQUEST,
    DENIED,
    GONE,
    INFERENCE_SERVER,
    LOGS,
    TERMINAL_STATES,
    THROTTLED,
    Event,
    LogAnswer,
    LogText,
)
from troubleshoot.models import Attempt, Log, LogRead

AFTER_END = timedelta(minutes=10)  # logs can appear late: Azure says so itself (azure/WIRE 1.3)
MOST = 20_000  # lines that one read adds at most: the newest; the rest is counted and told
SOON, WAITING, SERVING = timedelta(seconds=30), timedelta(seconds=60), timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Tail:
    """One answer to a request for logs, read and redacted once: on its way from the poll to the store."""

    answer: LogAnswer
    seen: LogText
    lines: tuple[str, ...]  # console lines as they are stored, the newest MOST
    secrets: int  # taken out of them
    unread: int = 0  # console lines before those
    whole: bool = False  # fewer lines than were asked for: all that Azure has
    continues: bool = True  # goes on from what is stored


def tail(asked: watches.Asked, text: str, wanted: int) -> Tail:
    """What came back when so many lines were asked for, and whether it goes on from what is stored of its log.

    An answer that is no log, one that was read before, and the first of a log that is whole go on by themselves.
    """
    found = _prepared(logs.answer(asked.container, text), wanted)
    if found.answer.answer_class != LOGS or not found.lines:
        return found
    log = Log.objects.filter(id=asked.log).first()
    if log is None or log.last_hash == logstore.hash_of(found.lines):
        return found
    return replace(found, continues=logstore.continues(log, found.lines) if log.lines else found.whole)


def log_answer(held: watches.Claim, answer: LogAnswer | Tail) -> set[int]:
    """Keep one answer to a request for logs; prose goes into the ledger and never becomes a log line.

    `answer.answer_class` may be empty for an answer with status 200: its text is classed here. A throttled
    request is only noted; the poller lets its watch wait.
    """
    found = answer if isinstance(answer, Tail) else _prepared(
        answer if answer.answer_class else logs.answer(answer.container, answer.text), 0)
    answer = found.answer
    with transaction.atomic():
        # the attempt's row before the watch's: the list of endpoints takes them in this order
        log = Log.objects.select_for_update(of=("self", "attempt")).select_related("attempt__deployment").get(
            id=held.asked.log)
        watches.fence(held)
        changed = _keep_lines(log, found) if answer.answer_class == LOGS else _keep_word(log, answer)
        if answer.answer_class != THROTTLED:
            trouble = answer.answer_class if answer.answer_class in (DENIED, BAD_REQUEST) else ""
            watches.done(held, _next(log, answer.answer_class), trouble, answer.said if trouble else "")
    return {log.attempt_id} if changed else set()


def _prepared(answer: LogAnswer, wanted: int) -> Tail:
    """An answer parsed and redacted; of its console lines the newest MOST."""
    if answer.answer_class != LOGS:
        return Tail(answer, LogText(), (), 0)
    seen = logs.parse(answer.text)
    lines, secrets = redact.lines(seen.lines[-MOST:])
    return Tail(answer, seen, tuple(lines), sum(secrets.values()), max(0, len(seen.lines) - MOST),
                answer.text.count("\n") + 1 < wanted)


def _keep_word(log: Log, answer: LogAnswer) -> bool:
    """An answer that is no log: noted once, and counted while it stays the same."""
    said = redact.text(answer.said)[0][:2000]
    changed = log.last_class != answer.answer_class
    log.last_class, log.said, log.read_at = answer.answer_class, said, clock.now()
    log.save()
    _note(log, answer.answer_class, logstore.hash_of([said]), 0, 0)
    return changed and _told_again(log)


def _keep_lines(log: Log, found: Tail) -> bool:
    lines = found.lines
    digest = logstore.hash_of(lines)
    now, added, told = clock.now(), 0, False
    if digest != log.last_hash:
        added = logstore.join(log, lines, found.unread).added
        told = not added and found.whole and _is_shorter(log, len(lines))
        if told:
            logstore.tell(log, seams.SHORTER, log.lines)
        log.redacted += found.secrets if added else 0
    newly = log.last_class != LOGS
    log.last_class, log.said, log.last_hash, log.read_at, log.logs_at = LOGS, "", digest, now, now
    log.save()
    _note(log, LOGS, digest, len(lines), added)
    stages = _keep_stages(log, found.seen)
    return _told_again(log) if added or told or newly or stages else False


def _is_shorter(log: Log, lines: int) -> bool:
    """True when the one instance that ever answered showed more lines at the read before."""
    before = log.reads.filter(answer_class=LOGS).order_by("-id").values_list("lines", flat=True).first()
    return before is not None and lines < before and logstore.ends(log) == [log.lines]


def _keep_stages(log: Log, seen: LogText) -> bool:
    """The status block and the events belong to the attempt: both containers' answers tell of the same pod."""
    attempt = log.attempt
    events = plain.load_all(Event, attempt.events)
    told = tuple(Event(e.name, redact.text(e.message)[0], e.type, e.at, e.count, e.last) for e in seen.events)
    kept = [plain.dump(event) for event in logs.join_events(events, told)]
    status = [list(pair) for pair in seen.status] or attempt.status
    if (kept, status) == (attempt.events, attempt.status):
        return False
    if log.container != INFERENCE_SERVER and attempt.status and attempt.events and not seen.events:
        return False
    Attempt.objects.filter(id=attempt.id).update(events=kept, status=status)
    return True


def _told_again(log: Log) -> bool:
    Attempt.objects.filter(id=log.attempt_id).update(revision=F("revision") + 1)
    return True


def _note(log: Log, answer_class: str, digest: str, lines: int, added: int) -> None:
    """A row in the ledger; an answer equal to the one before only counts up."""
    now = clock.now()
    newest = log.reads.order_by("-id").first()
    if newest and (newest.answer_class, newest.hash) == (answer_class, digest):
        LogRead.objects.filter(id=newest.id).update(times=F("times") + 1, last_at=now)
        return
    LogRead.objects.create(
        log=log, at=now, last_at=now, answer_class=answer_class, hash=digest, lines=lines, added=added)


def _next(log: Log, answer_class: str) -> timedelta | None:
    """When to read again: soon after the end of an attempt, for ten minutes; then only what serves."""
    attempt, now = log.attempt, clock.now()
    if answer_class == GONE and (attempt.deployment is None or attempt.deployment.gone_at):
        return None
    if attempt.state not in TERMINAL_STATES:
        return WAITING
    if now - _first_read_after_end(attempt) <= AFTER_END:
        return SOON
    return SERVING if attempt.state == "Succeeded" or answer_class in (DENIED, GONE) else None


def _first_read_after_end(attempt: Attempt) -> datetime:
    """The first look at the ended attempt: the ten minutes count from there, not from Azure's own time."""
    if attempt.settled_at is None:
        attempt.settled_at = clock.now()
        Attempt.objects.filter(id=attempt.id, settled_at=None).update(settled_at=attempt.settled_at)
    return attempt.settled_at
