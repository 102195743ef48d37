"""The log of an attempt as getLogs shows it: status block, events, and the console of an instance."""
import bisect
import threading
from collections.abc import Iterator
from datetime import datetime

from workers.emulator import formats, voices
from workers.emulator.draw import Draw
from workers.emulator.plan import Attempt, Cast, Line, seconds

STAGES = ("SystemSetup", "UserContainerImagePull", "ModelDownload", "UserContainerStart")
STATUS = {
    None: ("Succeeded", "Succeeded", "Succeeded", "Succeeded"),
    "pull": ("Succeeded", "Failed", "Waiting", "Waiting"),
    "download": ("InProgress", "Succeeded", "InProgress", "Waiting"),
    "start": ("Succeeded", "Succeeded", "Succeeded", "Waiting"),
    "crash": ("Succeeded", "Succeeded", "Succeeded", "InProgress"),
    "probe": ("Succeeded", "Succeeded", "Succeeded", "InProgress"),
}
RESTARTS = 9
BEAT = 40.0
BLOCK = 32
INSTANCES_SHOWN = 4


def status_block(attempt: Attempt) -> list[str]:
    values = STATUS[attempt.act.stop]
    if attempt.act.stop == "pull" and attempt.cast.wording == "2022":
        values = ("InProgress", "InProgress", "Waiting", "Waiting")
    return [f"{stage}: {value}" for stage, value in zip(STAGES, values, strict=True)]


def container_starts(attempt: Attempt) -> list[datetime]:
    """When the container was started, restarts included; each rest is twice the last, up to five minutes."""
    starts = [attempt.staged.created]
    rest = attempt.act.again or 0.0
    while attempt.act.again and len(starts) < (attempt.act.starts or RESTARTS):
        starts.append(starts[-1] + seconds(rest + 8))
        rest = min(rest * 2, 300.0)
    return starts


def events(attempt: Attempt, at: datetime) -> list[str]:
    """The event lines up to a moment."""
    stamp = formats.event_2022 if attempt.cast.wording == "2022" else formats.event_2025
    found = sorted((event for event in _events(attempt) if event[0] <= at), key=lambda event: event[0])
    return [f"Kind: Pod, Name: {name}, Type: {kind}, Time: {stamp(moment)}, Message: {text}"
            for moment, name, kind, text in found]


def _events(attempt: Attempt) -> Iterator[tuple[datetime, str, str, str]]:
    marks, old = attempt.staged, attempt.cast.wording == "2022"
    yield marks.setup, "Pulling", "Normal", "Start pulling container image"
    yield marks.setup + seconds(0.13), "Pulling" if old else "Downloading", "Normal", "Start downloading models"
    if attempt.act.stop == "pull":
        text = "Image pull failed, retrying. Please check image-fetcher log for detail."
        yield from _repeated(marks.setup, attempt.ended, "ImagePullFailed", text)
        return
    yield marks.pulled, "Pulled", "Normal", "Container image is pulled successfully"
    if attempt.act.stop == "download":
        log = "model-mount log" if old else "storage-initializer log"
        text = f"Model download failed, retrying. Please check {log} for detail."
        yield from _repeated(marks.pulled, attempt.ended, "DownloadFailed", text)
        return
    yield marks.downloaded, "Downloaded", "Normal", "Models are downloaded successfully or no model need to download"
    yield from _container_events(attempt)


def _repeated(start: datetime, end: datetime, name: str, text: str) -> Iterator[tuple[datetime, str, str, str]]:
    at, count = start + seconds(4), 0
    while at < end and count < 20:
        yield at, name, "Warning", text
        at, count = at + seconds(13.37), count + 1


def _container_events(attempt: Attempt) -> Iterator[tuple[datetime, str, str, str]]:
    for number, start in enumerate(container_starts(attempt)):
        if number:
            yield start - seconds(1), "BackOff", "Warning", "Back-off restarting failed container"
        yield start, "Created", "Normal", "Created container inference-server"
        if attempt.act.stop != "start":
            yield start + seconds(0.12), "Started", "Normal", "Started container inference-server"
        for offset, name, kind, text in attempt.act.events:
            yield start + seconds(offset), name, kind, text


class Consoles:
    """Console lines of every attempt and instance, made once and kept; cheap to ask again."""

    def __init__(self, floor: datetime) -> None:
        self._floor = floor
        self._fixed: dict[tuple[str, int], list[Line]] = {}
        self._beats: dict[tuple[str, int], tuple[int, list[Line]]] = {}
        self._lock = threading.RLock()

    def inference(self, attempt: Attempt, instance: int, at: datetime) -> list[str]:
        """What the inference server's container has printed up to a moment."""
        if attempt.marks is None:
            return []
        with self._lock:
            lines = self._made(attempt, instance)
            shown = [text for moment, text in lines if moment <= at]
            return shown + self._serving(attempt, instance, at)

    def storage(self, attempt: Attempt, at: datetime) -> list[str]:
        """What the storage initializer has printed up to a moment."""
        if attempt.marks is None or attempt.act.stop == "pull":
            return []
        end = attempt.ended if attempt.act.stop == "download" else attempt.marks.downloaded
        lines = voices.storage(attempt.cast, attempt.marks.pulled, end, attempt.act.storage_errors)
        return [text for moment, text in lines if moment <= at]

    def _made(self, attempt: Attempt, instance: int) -> list[Line]:
        key = (attempt.operation, instance)
        if key not in self._fixed:
            self._fixed[key] = _fixed_lines(attempt, instance)
        return self._fixed[key]

    def _serving(self, attempt: Attempt, instance: int, at: datetime) -> list[str]:
        """Probes and calls since the container is ready, one beat each half minute."""
        if attempt.act.stop is not None or at < attempt.ended:
            return []
        anchor = max(attempt.ended, self._floor) + seconds(3 + 7 * instance)
        key = (attempt.operation, instance)
        done, lines = self._beats.get(key, (0, []))
        wanted = int((at - anchor).total_seconds() // (BEAT * BLOCK)) + 1
        for block in range(done, wanted):
            lines += _block(attempt, instance, block, anchor)
        self._beats[key] = (max(done, wanted), lines)
        return [text for _, text in lines[:bisect.bisect_right(lines, at, key=lambda line: line[0])]]


def _fixed_lines(attempt: Attempt, instance: int) -> list[Line]:
    draw = attempt.cast.draw.sub("console", attempt.operation, instance)
    act, marks, cast = attempt.act, attempt.staged, attempt.cast
    late = seconds(1.7 * instance)
    if act.stop in ("pull", "download", "start") and act.boot is None:
        end = attempt.ended if act.stop == "pull" else marks.pulled
        return voices.fetcher(cast, marks.setup + late, end, act.fetch_errors, draw)
    lines: list[Line] = []
    for start in container_starts(attempt):
        lines += act.boot(cast, start + late, draw) if act.boot else []
    return lines


def _block(attempt: Attempt, instance: int, block: int, anchor: datetime) -> list[Line]:
    """The lines of many beats from one stream of chance, which is far cheaper than one each."""
    draw, lines = attempt.cast.draw.sub("beats", attempt.operation, instance, block), []
    for number in range(block * BLOCK, (block + 1) * BLOCK):
        lines += _beat(attempt, draw, number, anchor + seconds(number * BEAT))
    return lines


def _beat(attempt: Attempt, draw: Draw, number: int, at: datetime) -> list[Line]:
    """A probe, sometimes with calls, and now and then what the script mutters."""
    cast = attempt.cast
    lines = [_access(cast, at + seconds(draw.between(0, 2)), "GET / HTTP/1.1", "200 7", "kube-probe/1.18")]
    if draw.chance(0.45):
        took, size = draw.between(3, 90), draw.count(8, 900)
        moment = at + seconds(draw.between(3, 24))
        lines.append(voices.printed(cast, moment, 40, f"POST /score 200 {took:.3f}ms {size}", logger="azmlinfsrv"))
        lines.append(_access(cast, moment, "POST /score HTTP/1.1", f"200 {size}", "python-requests/2.32.3"))
    if attempt.act.mutter and number % 12 == 4:
        lines += attempt.act.mutter(cast, at + seconds(26), draw)
    return lines


def _access(cast: Cast, at: datetime, request: str, answer: str, agent: str) -> Line:
    text = f'127.0.0.1 - - [{formats.access(at)}] "{request}" {answer} "-" "{agent}"'
    return voices.printed(cast, at, 40, text, logger="gunicorn.access")


def text_of(attempt: Attempt, at: datetime, console: list[str], tail: int) -> str:
    """The content of a getLogs answer; `tail` counts the console part, of what the node still keeps."""
    tail = min(tail, attempt.act.kept or tail)
    shown = console[-tail:] if tail > 0 else []
    parts = ["Instance status:", *status_block(attempt), "", "Container events:", *events(attempt, at), "",
             "Container logs:", *shown]
    return "\n".join(parts) + "\n"


def instance_shown(attempt: Attempt, at: datetime) -> int:
    """Which instance Azure happens to show in this stretch of time."""
    count = shown_instances(attempt)
    window = int(at.timestamp() // 150)
    return Draw(attempt.operation, window).count(0, count - 1)


def shown_instances(attempt: Attempt) -> int:
    return min(attempt.cast.instances, INSTANCES_SHOWN)
