"""The control API under `/_emulator/`: for tests and the demo, never for the product."""
import json
from typing import Any
from urllib.parse import parse_qs

from workers.emulator.ask import Answer
from workers.emulator.clock import parse_moment
from workers.emulator.faults import NAMES
from workers.emulator.faults.board import Fault
from workers.emulator.faults.bodies import SECRETS
from workers.emulator.stage import Stage

Orders = dict[str, Any]


class Wrong(Exception):
    """An order that cannot be carried out, with the sentence that says why."""


def answer(stage: Stage, method: str, path: str, query: str, body: bytes) -> Answer:
    found = TABLE.get((method, path.rstrip("/").removeprefix("/_emulator")))
    if found is None:
        return Answer(404, {"error": f"no control '{method} {path}'", "controls": [" ".join(key) for key in TABLE]})
    try:
        orders = _orders(body)
        orders.update({key: values[0] for key, values in parse_qs(query).items()})
        return Answer(200, found(stage, orders))
    except (Wrong, ValueError, TypeError, OverflowError) as wrong:
        return Answer(400, {"error": str(wrong)})


def _orders(body: bytes) -> Orders:
    orders = json.loads(body) if body.strip() else {}
    if not isinstance(orders, dict):
        raise Wrong("the body must be a JSON object")
    return orders


def health(stage: Stage, orders: Orders) -> dict:
    return {"ok": True, "seed": stage.world.seed, "now": stage.clock.now().isoformat(), "speed": stage.clock.speed}


def book(stage: Stage, orders: Orders) -> dict:
    at = parse_moment(orders["at"]) if "at" in orders else stage.clock.now()
    found = stage.world.book(at, logs=orders.get("logs") != "0")
    found["secrets"] += [SECRETS[name] for name in sorted(SECRETS)]
    return found


def calls(stage: Stage, orders: Orders) -> dict:
    return stage.calls.shown()


def reset_calls(stage: Stage, orders: Orders) -> dict:
    stage.calls.reset()
    return stage.calls.shown()


def clock(stage: Stage, orders: Orders) -> dict:
    if not {"advance", "now", "speed"} & set(orders):
        raise Wrong("say one of advance (seconds), now (ISO moment) or speed (factor)")
    if "now" in orders:
        stage.clock.move(parse_moment(orders["now"]))
    if "advance" in orders:
        stage.clock.advance(float(orders["advance"]))
    if "speed" in orders:
        stage.clock.run_at(float(orders["speed"]))
    return health(stage, orders)


def add_fault(stage: Stage, orders: Orders) -> dict:
    name, times = orders.get("fault"), orders.get("times")
    if name not in NAMES:
        raise Wrong(f"unknown fault '{name}'; known are {', '.join(NAMES)}")
    match, args = orders.get("match") or {}, orders.get("args") or {}
    if not isinstance(match, dict) or not isinstance(args, dict):
        raise Wrong("match and args must be JSON objects")
    stage.board.add(Fault(name, {key: value for key, value in match.items() if value}, args,
                          None if times is None else int(times)))
    return faults(stage, orders)


def faults(stage: Stage, orders: Orders) -> dict:
    return {"faults": stage.board.shown(), "names": NAMES}


def clear_faults(stage: Stage, orders: Orders) -> dict:
    stage.board.clear()
    return faults(stage, orders)


def story(stage: Stage, orders: Orders) -> dict:
    """Begins a new attempt of a named story on a deployment, now (or at a moment that was kept)."""
    now = parse_moment(orders["at"]) if "at" in orders else stage.clock.now()
    stage.world.turn_to(now)
    for deployment in stage.world.deployments():
        named = (deployment.workspace.name, deployment.endpoint, deployment.name)
        group = orders.get("group") or deployment.workspace.group
        asked = (orders.get("workspace"), orders.get("endpoint"), orders.get("deployment"))
        if named == asked and group == deployment.workspace.group:
            begun = stage.world.force(deployment, str(orders.get("story")), now)
            if begun is None:
                raise Wrong(f"unknown story '{orders.get('story')}'")
            if "at" not in orders:
                stage.orders.keep({**orders, "at": now.isoformat()})
            return {"operation_id": begun.operation, "started": begun.started.isoformat(),
                    "ends": begun.ended.isoformat()}
    raise Wrong("no deployment of that workspace, endpoint and deployment name")


def hook(stage: Stage, orders: Orders) -> dict:
    """The demo's inbox: what a signed webhook of the product tells."""
    stage.hooked.append(orders)
    return {"taken": len(stage.hooked)}


def hooked(stage: Stage, orders: Orders) -> dict:
    return {"notices": list(stage.hooked)}


TABLE = {
    ("GET", "/health"): health, ("GET", "/book"): book, ("GET", "/calls"): calls, ("DELETE", "/calls"): reset_calls,
    ("POST", "/clock"): clock, ("GET", "/faults"): faults, ("POST", "/faults"): add_fault,
    ("DELETE", "/faults"): clear_faults, ("POST", "/story"): story,
    ("POST", "/hooks"): hook, ("GET", "/hooks"): hooked,
}
