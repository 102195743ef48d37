"""The error of a failed operation or a refused request, in the three wordings."""
import json
from datetime import datetime

from workers.emulator import formats
from workers.emulator.draw import Draw
from workers.emulator.plan import Act, Cast

GUIDE = "Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-"
OLD_TITLES = {
    "ERR_1100": "Not enough quota",
    "ERR_1103": "Not enough quota",
    "ERR_1102": "Not enough quota",
    "ERR_1200": "Unable to download user container image",
    "ERR_1300": "Unable to download user model\\code artifacts",
    "ERR_2100": "Unable to start user container",
    "ERR_2200": "User container has crashed\\terminated",
    "ERR_5000": "Internal error",
}


def operation_error(cast: Cast, act: Act, at: datetime) -> dict:
    """The `error` of the operation's status."""
    if act.sync_style and cast.wording != "2022":
        return refused_error(cast, act, at)["error"]
    draw = cast.draw.sub("error", act.story, at.isoformat())
    return {"2022": _in_2022, "2025": _in_2025, "nested": _nested}[cast.wording](cast, act, at, draw)


def sentence(act: Act) -> str:
    return f"{act.text} {GUIDE}{act.code.lower()}"


def _in_2022(cast: Cast, act: Act, at: datetime, draw: Draw) -> dict:
    code = "OperationCancelled" if act.code == "OperationCanceled" else act.code
    details = [{"code": code, "message": text} for text in act.details]
    if act.old and draw.chance(0.5):
        return {"code": act.old, "message": f"{act.old}: {OLD_TITLES[act.old]}. {sentence(act)}", "details": details}
    return {"code": code, "message": f"{act.text} {GUIDE}{code.lower()}", "details": details}


def _in_2025(cast: Cast, act: Act, at: datetime, draw: Draw) -> dict:
    error: dict = {"code": act.code, "message": sentence(act)}
    if act.details:
        error["details"] = [{"code": act.code, "message": text} for text in act.details]
    return error


def _nested(cast: Cast, act: Act, at: datetime, draw: Draw) -> dict:
    """The code only as a prefix of the message, or the whole error as a JSON text inside a message."""
    message = f"(None) {act.code}: {sentence(act)}\nCode: None\nMessage: {act.code}: {sentence(act)}"
    details = [{"code": act.code, "message": text} for text in act.details]
    if draw.chance(0.5):
        inner = {"error": {"code": act.code, "message": sentence(act), "details": details}}
        return {"code": "InferencingClientCallFailed",
                "message": f"InferencingClient HttpRequest error, error detail: {json.dumps(inner)}",
                "details": [], "additionalInfo": additional(cast.workspace.location, at, draw)}
    return {"code": None, "message": message, "details": details,
            "additionalInfo": additional(cast.workspace.location, at, draw)}


def refused_error(cast: Cast, act: Act, at: datetime) -> dict:
    """The reply to a PUT that was refused: the reason is a JSON text inside a message."""
    draw = cast.draw.sub("refused", act.story)
    if cast.wording == "2022":
        return {"error": {"code": "BadRequest", "message": f"{act.code}: {sentence(act)}"}}
    trace = f"00-{draw.hex(32)}-{draw.hex(16)}-01"
    inner = {"errors": {"VmSize": [sentence(act)]}, "type": "https://tools.ietf.org/html/rfc7231#section-6.5.1",
             "title": "One or more validation errors occurred.", "status": 400, "traceId": trace}
    detail = {"code": "InferencingClientCreateDeploymentFailed",
              "message": f"InferencingClient HttpRequest error, error detail: {json.dumps(inner)}"}
    return {"error": {"code": "BadRequest", "message": "The request is invalid.", "details": [detail],
                      "additionalInfo": additional(cast.workspace.location, at, draw)}}


def additional(location: str, at: datetime, draw: Draw) -> list[dict]:
    correlation = {"operation": draw.hex(32), "request": draw.hex(16)}
    values = (("ComponentName", "managementfrontend"), ("Correlation", correlation), ("Environment", location),
              ("Location", location), ("Time", formats.with_zone(at)))
    return [{"type": kind, "info": {"value": value}} for kind, value in values]
