"""The status behind a state: running, succeeded, or failed with its error."""
from workers.emulator import formats
from workers.emulator.ask import Answer, Ask, Refused, subscription_of
from workers.emulator.plan import PROVIDER, Attempt


def status(ask: Ask) -> Answer:
    attempt = _asked(ask)
    place = f"/subscriptions/{ask.names['sub']}/providers/{PROVIDER}/locations/{ask.names['loc']}"
    started = formats.with_zone(attempt.started)
    body = {"id": f"{place}/mfeOperationsStatus/{ask.names['op']}", "name": ask.names["op"], "startTime": started}
    if attempt.running(ask.now):
        return Answer(200, {**body, "percentComplete": 0.0, "status": "Updating"})
    outcome = attempt.act.outcome
    if outcome == "Succeeded":
        return Answer(200, {**body, "endTime": formats.with_zone(attempt.ended), "percentComplete": 100.0,
                            "status": outcome})
    times = {"startTime": formats.zulu(attempt.started, 3), "endTime": formats.zulu(attempt.ended, 3)}
    return Answer(200, {**body, **times, "status": outcome, "error": ask.world.error(attempt)})


def result(ask: Ask) -> Answer:
    attempt = _asked(ask)
    return Answer(202 if attempt.running(ask.now) else 204, None)


def _asked(ask: Ask) -> Attempt:
    subscription_of(ask)
    found = ask.world.operation(ask.names["op"].rsplit(":", 1)[-1].lower(), ask.now)
    if found is None or found.cast.workspace.location.lower() != ask.names["loc"].lower():
        raise Refused(404, "OperationNotFound", f"The operation '{ask.names['op']}' could not be found.")
    return found
