"""Every story of the emulator, from its Azure to our verdict: the right cause, proven, and a fix with real names."""
import os
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from tests.through import through
from troubleshoot import clock, logstore
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import STAGES, Verdict
from troubleshoot.models import Attempt, QuotaRow

pytestmark = pytest.mark.django_db
SEEDS = range(1, 1 + int(os.environ.get("STORY_SEEDS", "8")))  # `make stories` takes 20
NOT_KNOWN = "not known"
LONG = timedelta(minutes=36)  # all live stories have ended by then
FLEETING = ("deleted_after_failure", "fails_then_works", "late_success", "flight_recorder", "left_behind")


def watch_a_fleet(way):
    """Look before the live stories end, at the end of those that Azure soon takes away, and after all of them."""
    way.look(healthy=False)
    start = clock.now()
    coming = way.ask(f"book?logs=0&at={quote((start + LONG).isoformat())}")["attempts"]
    fleeting = [(datetime.fromisoformat(one["ended"]) + timedelta(seconds=after), one["place"]) for one in coming
                if one["failed"] and one["story"] in FLEETING for after in (30, 75, 120)]
    for moment, place in (*sorted(fleeting, key=lambda one: one[0]), (start + LONG, None)):
        if moment > clock.now():
            way.advance((moment - clock.now()).total_seconds() / 60)
            way.look(healthy=False, place=place)


def told(place, number):
    """How a failure names what it is about."""
    return f"{place['workspace']}/{place['endpoint']}/{place['deployment']} {number}"


def sources(attempt):
    """Every text that evidence of an attempt may be quoted from."""
    for log in attempt.logs.all():
        yield from (text for _, text in logstore.read(log))
    for kept in (attempt.operation, attempt.spec, attempt.assets, attempt.events, attempt.status):
        yield from _texts(kept)
    for row in QuotaRow.objects.all():
        yield from _texts(row.data)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        yield ": ".join(item for item in value if isinstance(item, str))
        for item in value:
            yield from _texts(item)


def complaints(attempt, expected):
    """What is wrong with our verdict on an attempt; nothing where it is right."""
    verdict = plain.load(Verdict, attempt.verdict.data)
    best = verdict.best
    if best is None:
        if NOT_KNOWN not in expected["certainty"]:
            yield f"not known, expected {expected['causes']}"
        return
    if best.cause not in expected["causes"]:
        yield f"told as {best.cause} ({best.certainty}), expected {expected['causes']}"
        return
    if best.certainty not in expected["certainty"] and expected["certainty"] != [NOT_KNOWN]:
        yield f"{best.cause} is {best.certainty}, expected {expected['certainty']}"
    stopped = [stage.name for stage in verdict.stages if stage.state == "stopped"]
    if expected["stage"] and stopped != [STAGES[expected["stage"]]]:
        yield f"{best.cause} stopped at {stopped}, expected {expected['stage']}"
    yield from unproven(attempt, best)
    said = " ".join([best.title, best.happened, *(f"{step.title} {step.text} {step.command}" for step in best.steps)])
    yield from (f"{best.cause}: no step names {name}" for name in expected["names"] if name not in said)


def unproven(attempt, best):
    """Quotations that stand nowhere."""
    stored = "\n".join(" ".join(text.split()) for text in sources(attempt))
    for evidence in best.evidence:
        for line in evidence.text.split("\n"):
            if " ".join(line.split()).strip("… ") not in stored:
                yield f"{best.cause} quotes what is not stored: {evidence.source}: {line[:200]!r}"


@pytest.mark.parametrize("seed", SEEDS)
def test_every_failed_attempt_of_a_fleet_is_told_rightly(seed):
    with through(seed) as way:
        watch_a_fleet(way)
        book = way.book()
    wrong, seen = [], 0
    for one in book["attempts"]:
        if not one["failed"]:
            continue
        attempt = Attempt.objects.filter(operation_id__endswith=one["operation_id"].lower()).first()
        if attempt is None:
            continue  # ended before we first looked, and Azure tells of the newest operation only
        seen += 1
        name = f"{told(one['place'], attempt.number)} [{one['story']}, {one['wording']}]"
        wrong += [f"{name}: {said}" for said in complaints(attempt, one["expected"])]
    assert seen >= 20
    assert not wrong, "\n".join(wrong)
