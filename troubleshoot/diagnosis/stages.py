"""From the status block, the events and the operation's times to the stage rail of one attempt.

Which of Azure's words belongs to which stage: shared/design/DESIGN.md section 2, shared/azure/WIRE.md section 6.3.
"""
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from troubleshoot.diagnosis.facts import STAGES, TERMINAL_STATES, Case, Event, Stage

ORDER = tuple(STAGES)
_BLOCK = {"provisioning": "SystemSetup", "image_pull": "UserContainerImagePull",
          "model_and_code": "ModelDownload", "container_start": "UserContainerStart"}
_BEGIN = {"Pulling": "image_pull", "Downloading": "model_and_code", "Created": "container_start", "Started": "probes"}
_END = {"Pulled": "image_pull", "Downloaded": "model_and_code", "Started": "container_start"}
_TROUBLE = {"ImagePullFailed": "image_pull", "DownloadFailed": "model_and_code", "BackOff": "container_start",
            "LivenessProbeFailed": "probes", "ReadinessProbeFailed": "probes"}
_UNTOLD = "Azure does not tell the stage"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the block and the events of this attempt say: moments are None where Azure gave no time."""

    status: dict[str, str]  # stage -> Azure's word
    begun: dict[str, datetime | None]
    ended: dict[str, datetime | None]
    trouble: frozenset[str]  # stages that an event complains about
    silence: str  # how it is said that nothing is known

    def __bool__(self) -> bool:
        return bool(self.status or self.begun or self.ended or self.trouble)


def rail(case: Case, stopped: str | None = "") -> tuple[Stage, ...]:
    """The seven stages in order, or three (Quota, In progress or Stopped, Ready) where Azure does not tell.

    `stopped` is the stage of the leading finding, or empty. An endpoint has no stages: then nothing comes back.
    """
    if case.subject == "endpoint":
        return ()
    start, end = _span(case)
    state = _state(case)
    seen = _seen(case, start)
    if state == "Succeeded":
        return _ready(seen, start, end)
    running = bool(state) and state not in TERMINAL_STATES
    at = stopped if stopped in STAGES and not running else _unfinished(seen)
    if not at:
        return _untold(case, running, start, end)
    word = "running" if running else "stopped" if state or stopped else "no data"
    return tuple(_stage(key, at, word, seen, (start, end)) for key in ORDER)


def _span(case: Case) -> tuple[datetime | None, datetime | None]:
    """Start and end of the attempt, by its operation first; when a late success came its operation does not say."""
    operation = case.operation
    if case.late:
        return (operation and operation.started) or case.started, None
    return ((operation and operation.started) or case.started, (operation and operation.ended) or case.ended)


def _state(case: Case) -> str:
    """Azure's word for where the attempt is; its operation's end is surer than the deployment's state.

    Not so where the failure had been reported, and the deployment became ready after it by itself.
    """
    if case.late:
        return case.state
    status = case.operation.status if case.operation else ""
    return status if status in TERMINAL_STATES else case.state


def _seen(case: Case, start: datetime | None) -> _Seen:
    """Block and events without those of an older attempt; all events being older, the block is older too."""
    begun: dict[str, datetime | None] = {}
    ended: dict[str, datetime | None] = {}
    trouble, old = set(), 0
    for event in case.events:
        if start and event.at and (event.last or event.at) < start:
            old += 1
            continue
        at = event.last if start and event.at and event.at < start else event.at
        name = _name(event)
        if name in _BEGIN:
            begun.setdefault(_BEGIN[name], at)
        if name in _END:
            ended.setdefault(_END[name], at)
        if name in _TROUBLE:
            trouble.add(_TROUBLE[name])
    block = {} if old and old == len(case.events) else dict(case.status)
    status = {stage: block[word] for stage, word in _BLOCK.items() if word in block}
    return _Seen(status, begun, ended, frozenset(trouble), "not in the text" if case.texts else "no status block")


def _name(event: Event) -> str:
    """The event's name as of today: in 2022 the model's download was called Pulling too."""
    if "model" not in event.message.lower():
        return event.name
    return {"Pulling": "Downloading", "Pulled": "Downloaded"}.get(event.name, event.name)


def _unfinished(seen: _Seen) -> str:
    """The most specific stage that has not ended, or empty where nothing tells it.

    SystemSetup stays InProgress when a model's download fails: it counts only when nothing behind it moved.
    """
    for key in ("image_pull", "model_and_code"):
        if key in seen.trouble and not _passed(key, seen):
            return key
    for word in (("Failed",), ("InProgress", "Running")):
        for key in ("image_pull", "model_and_code", "container_start"):
            if seen.status.get(key) in word:
                return key
    if seen.status and not _passed("provisioning", seen):
        return "provisioning"
    waiting = [key for key in _BLOCK if seen.status.get(key, "Succeeded") != "Succeeded" and not _passed(key, seen)]
    if waiting:
        return waiting[0]
    if seen.status.get("container_start") == "Succeeded":
        return "probes"
    return _by_events(seen)


def _by_events(seen: _Seen) -> str:
    """The stage that the events alone point at."""
    if "container_start" in seen.trouble:
        return "container_start"
    if "probes" in seen.trouble:
        return "probes"
    open_stages = [key for key in ("image_pull", "model_and_code") if key in seen.begun and not _passed(key, seen)]
    if open_stages:
        return open_stages[0]
    return "container_start" if seen.begun or seen.ended else ""


def _passed(key: str, seen: _Seen) -> bool:
    """True where the block, its own event, or a later stage proves that the stage was passed."""
    if key == "quota":
        return True  # whatever came later, the request was accepted
    if seen.status.get(key) == "Succeeded" or key in seen.ended:
        return True
    if key == "provisioning":
        moved = any(seen.status.get(later) not in (None, "Waiting", "NotStarted", "Pending")
                    for later in ("image_pull", "model_and_code", "container_start"))
        return moved or bool(seen.begun or seen.ended or seen.trouble)
    return key in ("image_pull", "model_and_code") and bool(seen.begun.keys() & {"container_start", "probes"})


def _stage(key: str, at: str, word: str, seen: _Seen, span: tuple[datetime | None, datetime | None]) -> Stage:
    """One stage of a rail that has come to `at`, where its state is `word`."""
    name, place = STAGES[key], ORDER.index(key) - ORDER.index(at)
    if place < 0:
        if _passed(key, seen):
            return Stage(name, "passed", *_moments(key, seen, span[0]))
        return Stage(name, "no data", note="" if seen.status else seen.silence)
    if place == 0:
        begin = _begin(key, seen, span[0])
        return Stage(name, word, *_in_order(begin, span[1] if word == "stopped" else None))
    if word == "no data":
        return Stage(name, word, note=seen.silence)
    if key == "probes" and "probes" in seen.trouble:
        return Stage(name, "not reached", note="never passed")
    done = key in ("image_pull", "model_and_code") and _passed(key, seen)
    return Stage(name, "not reached", note="its own part had finished" if done else "")


def _begin(key: str, seen: _Seen, start: datetime | None) -> datetime | None:
    """When a stage began: by its event, else by the end of what comes before it."""
    if key in ("quota", "provisioning"):
        return start
    if key == "container_start" and not seen.begun.get(key):
        before = [at for at in (seen.ended.get("image_pull"), seen.ended.get("model_and_code")) if at]
        return seen.begun.get("probes") or (max(before) if len(before) == 2 else None)
    return seen.begun.get(key)


def _moments(key: str, seen: _Seen, start: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Start and end of a stage that was passed; when quota was granted Azure does not say."""
    if key == "quota":
        return start, None
    if key == "provisioning":
        return _in_order(start, _first(seen.begun.values()))
    return _in_order(_begin(key, seen, start), seen.ended.get(key))


def _in_order(start: datetime | None, end: datetime | None) -> tuple[datetime | None, datetime | None]:
    """The two moments, without a start that lies behind the end."""
    return (None if start and end and start > end else start), end


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    """The earliest of the moments that are known."""
    return min((at for at in moments if at), default=None)


def _ready(seen: _Seen, start: datetime | None, end: datetime | None) -> tuple[Stage, ...]:
    """The rail of an attempt that became ready; without block and events what lay between is not known."""
    between = []
    for key in ORDER[1:-1]:
        moments = _in_order(seen.begun.get("probes"), end) if key == "probes" else _moments(key, seen, start)
        between.append(Stage(STAGES[key], "passed", *moments) if seen else
                       Stage(STAGES[key], "no data", note=seen.silence))
    return (Stage(STAGES["quota"], "passed", start), *between, Stage(STAGES["ready"], "passed", ended=end))


def _untold(case: Case, running: bool, start: datetime | None, end: datetime | None) -> tuple[Stage, ...]:
    """The short rail: Azure withholds the logs of a running attempt, and of some failed ones it keeps none."""
    ready = Stage(STAGES["ready"], "not reached")
    if running and not case.gone:
        return Stage(STAGES["quota"], "passed", start), Stage("In progress", "running", start, note=_UNTOLD), ready
    quota = Stage(STAGES["quota"], "no data", start, note="accepted; no proof")
    if running:
        return quota, Stage("In progress", "no data", start, note="deleted before it ended"), ready
    state = "stopped" if case.state else "no data"
    return quota, Stage("Stopped", state, start, end, note=_UNTOLD), ready
