"""Which faults are switched on, for whom, and how often still."""
import threading
from dataclasses import dataclass, field
from typing import Any

from workers.emulator.ask import Ask

PARTS = {"subscription": "sub", "group": "group", "workspace": "ws", "endpoint": "ep", "deployment": "dep",
         "location": "loc"}


@dataclass
class Fault:
    name: str
    match: dict[str, str]
    args: dict[str, Any] = field(default_factory=dict)
    times: int | None = None

    def fits(self, ask: Ask) -> bool:
        route = self.match.get("route")
        if route and route not in ("*", ask.route):
            return False
        if not route and ask.route == "token":
            return False
        wanted = {part: self.match[name].lower() for name, part in PARTS.items() if self.match.get(name)}
        return all(ask.names.get(part, "").lower() == value for part, value in wanted.items())

    def shown(self) -> dict:
        return {"fault": self.name, "match": self.match, "args": self.args, "times": self.times}


class Board:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def shown(self) -> list[dict]:
        with self._lock:
            return [fault.shown() for fault in self._faults]

    def taken(self, ask: Ask) -> list[Fault]:
        """The faults that fit this request; each use is counted."""
        with self._lock:
            found = [fault for fault in self._faults if fault.times != 0 and fault.fits(ask)]
            for fault in found:
                if fault.times is not None:
                    fault.times -= 1
            return found
