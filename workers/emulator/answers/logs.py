"""The answer to getLogs: text, or one of the sentences that are not logs."""
import json

from workers.emulator.ask import Answer, Ask, Refused, deployment_of

CONTAINERS = ("StorageInitializer", "InferenceServer")
DEFAULT_TAIL = 100


def read(ask: Ask) -> Answer:
    deployment = deployment_of(ask)[1]
    asked = _asked(ask.body)
    kind, tail = asked.get("containerType") or "InferenceServer", asked.get("tail")
    if kind not in CONTAINERS:
        raise _invalid("containerType", "The value provided is not a valid enum value. Field: containerType. "
                       "Allowed values: StorageInitializer,InferenceServer.")
    if tail is None:
        tail = DEFAULT_TAIL
    if not isinstance(tail, int) or isinstance(tail, bool) or tail < 0:
        raise _invalid("tail", "The value provided is not a valid integer. Field: tail.")
    return Answer(200, {"content": ask.world.log_answer(deployment, kind, tail, ask.now)})


def _asked(body: bytes) -> dict:
    try:
        asked = json.loads(body or b"{}")
    except ValueError:
        raise _invalid("body", "The request body is not valid JSON.") from None
    if not isinstance(asked, dict):
        raise _invalid("body", "The request body is not a JSON object.")
    return asked


def _invalid(field: str, text: str) -> Refused:
    details = [{"code": "RequestInvalid", "target": field, "message": text}]
    return Refused(400, "UserError", "Request is invalid and/or missing fields.", details)
