"""What containers print: real server logs set to another time, and the text of Azure's own helpers."""
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from workers.emulator import formats
from workers.emulator.draw import Draw
from workers.emulator.plan import Cast, Line, seconds

FOLDER = Path(__file__).parent / "data" / "server"
PREFIX = re.compile(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) ([DIWEC]) \[(\d+)\] (\S+) - ")
RUNIT = ("rsyslog/run", "gunicorn/run", "nginx/run", "iot-server/run")
Swaps = Mapping[str, str]


@cache
def _sample(name: str) -> tuple[str, ...]:
    return tuple((FOLDER / f"{name}.log").read_text(encoding="utf-8").splitlines())


def replaced(name: str, first: str, last: str, by: Sequence[str]) -> tuple[str, ...]:
    """A sample with the lines between two marks (both included) put in other words."""
    lines = _sample(name)
    begin = next(n for n, line in enumerate(lines) if first in line)
    end = next(n for n, line in enumerate(lines) if n >= begin and last in line)
    return (*lines[:begin], *by, *lines[end + 1:])


def server(cast: Cast, start: datetime, draw: Draw, sample: str | tuple[str, ...], swaps: Swaps) -> list[Line]:
    """One start of the inference server, in the voice of the cast's wording."""
    lines = _sample(sample) if isinstance(sample, str) else sample
    if draw.chance(0.6):
        lines = _without_model_ids(lines)
    text = _retimed(lines, start + seconds(2), cast, draw, swaps)
    if cast.wording != "2022":
        return text
    return _runit_head(start, draw) + text


def server_excerpt(cast: Cast, at: datetime, draw: Draw, sample: str, swaps: Swaps) -> list[Line]:
    """A few lines of a server that has been up for long."""
    return _retimed(_sample(sample), at, cast, draw, swaps)


def crashed(cast: Cast, lines: list[Line]) -> list[Line]:
    """The end of a container whose server exited with code 3."""
    end = lines[-1][0]
    first, second = end + seconds(0.1), end + seconds(0.2)
    if cast.wording != "2022":
        return lines
    return [*lines, (first, f"{formats.runit(first)} - gunicorn/finish 3 0"),
            (second, f"{formats.runit(second)} - Exit code 3 is not normal. Killing image.")]


def _without_model_ids(lines: Sequence[str]) -> tuple[str, ...]:
    """Leaves out the harmless traceback of local model folders, as in the cloud most have a number."""
    kept, skip = [], False
    for line in lines:
        if "Error while fetching model IDs" in line:
            skip = True
        elif PREFIX.match(line):
            skip = False
        if not skip:
            kept.append(line)
    return tuple(kept)


def _retimed(lines: Sequence[str], start: datetime, cast: Cast, draw: Draw, swaps: Swaps) -> list[Line]:
    old = cast.wording == "2022"
    zero = _time_of(lines[0])
    pids: dict[str, str] = {}
    first_pid, now, out = draw.count(7, 90), start, []
    fixed = {"Inferencing HTTP server v1.5.1": f"Inferencing HTTP server v{'0.8.4' if old else '1.5.1'}",
             "azmlinfsrv/1.5.1": f"azmlinfsrv/{'0.8.4' if old else '1.5.1'}",
             "/azureml-envs/env/lib/python3.11": f"/azureml-envs/{cast.environment}/lib/python3.{'8' if old else '11'}"}
    for line in lines:
        found = PREFIX.match(line)
        if found:
            now = start + (_time_of(line) - zero)
            line = _prefixed(found, line, now, old, pids, first_pid)
        line = re.sub(r"pid(:|: | )(\d{4,5})", lambda m: f"pid{m[1]}{_pid(pids, m[2], first_pid)}", line)
        line = re.sub(r"\((\d{5})\)$", lambda m: f"({_pid(pids, m[1], first_pid)})", line)
        line = re.sub(r"\[\d\d/\w{3}/\d{4}:[^\]]+\]", f"[{formats.access(now)}]", line)
        line = re.sub(r"(127\.0\.0\.1|Port): ?51\d\d|127\.0\.0\.1:51\d\d", _port, line)
        for before, after in (*fixed.items(), *swaps.items()):
            line = line.replace(before, after)
        out.append((now, line))
    return out


def _time_of(line: str) -> datetime:
    return datetime.strptime(line[:23], "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=UTC)


def _port(found: re.Match[str]) -> str:
    return found[0][:-4] + "31311"


def _pid(pids: dict[str, str], seen: str, first: int) -> str:
    return pids.setdefault(seen, str(first + 3 * len(pids)))


def _prefixed(found: re.Match[str], line: str, now: datetime, old: bool, pids: dict[str, str], first: int) -> str:
    pid = _pid(pids, found[3], first)
    shown = pid if old else f"[{pid}]"
    return f"{formats.server(now)} {found[2]} {shown} {found[4]} - {line[found.end():]}"


def _runit_head(start: datetime, draw: Draw) -> list[Line]:
    """What the container of 2022 printed before the server: all of it harmless."""
    build = f"openmpi4.1.0-ubuntu20.04, Materializaton Build:202204{draw.count(10, 28)}.v1"
    lines = [f"- {name} " for name in RUNIT]
    rule = "| gunicorn/run | " + "#" * 47
    lines += ["| gunicorn/run | ", rule, "| gunicorn/run | AzureML Container Runtime Information", rule,
              f"| gunicorn/run | AzureML image information: {build}"]
    text = [(start + seconds(n / 50), line) for n, line in enumerate(lines)]
    head = [(at, f"{formats.runit(at)} {line}") for at, line in text]
    at = start + seconds(0.5)
    return [*head,
            (at, "bash: /azureml-envs/env/lib/libtinfo.so.6: no version information available (required by /bin/bash)"),
            (at, "EdgeHubConnectionString and IOTEDGE_IOTHUBHOSTNAME are not set. Exiting..."),
            (at, f"{formats.runit(at)} - iot-server/finish 1 0"),
            (at, f"{formats.runit(at)} - Exit code 1 is normal. Not restarting iot-server.")]


def printed(cast: Cast, at: datetime, pid: int, text: str, level: str = "I", logger: str = "azmlinfsrv.print") -> Line:
    shown = pid if cast.wording == "2022" else f"[{pid}]"
    return at, f"{formats.server(at)} {level} {shown} {logger} - {text}"


def fetcher(cast: Cast, start: datetime, end: datetime, errors: Sequence[str], draw: Draw) -> list[Line]:
    """The image fetcher's output: what the inference log holds until the container starts."""
    lines: list[Line] = [(start, "+ ./mir-imagefetcher")]
    lines.append(_fetched(start, cast, "[INFO]", "Start pulling image"))
    if errors:
        return lines + _refused_pulls(cast, start, end, errors)
    layers = [draw.hex(64) for _ in range(4)]
    for step in range(1, 5):
        at = start + (end - start) * (step / 6)
        for layer in layers:
            state = "done" if step == 4 else "downloading"
            lines.append((at, f"layer-sha256:{layer}: {state} |{'+' * 8 * step}{'-' * (32 - 8 * step)}|"))
        lines.append((at, f"elapsed: {(at - start).total_seconds():.1f}s total:  {step * 211.4:.1f} MiB"))
    lines.append((end, f"unpacking linux/amd64 sha256:{draw.hex(64)}..."))
    lines.append((end, f"done: {(end - start).total_seconds() / 4:.1f}s"))
    return [*lines, _fetched(end, cast, "[INFO]", "Imagefetcher runs successfully.")]


def _refused_pulls(cast: Cast, start: datetime, end: datetime, errors: Sequence[str]) -> list[Line]:
    lines, at, tries = [], start + seconds(2), 0
    while at < end and tries < 12:
        lines += [_fetched(at, cast, "[ERROR]", text) for text in errors]
        lines.append(_fetched(at + seconds(1), cast, "[WARN]", "Image pull failed, will retry after backoff"))
        at, tries = at + seconds(14), tries + 1
    return lines


def _fetched(at: datetime, cast: Cast, level: str, text: str) -> Line:
    line = {"level": level, "ts": formats.fetcher(at), "logger": "VMAgent.ImageFetcher",
            "caller": "imagefetcher/image_fetcher.go:131", "msg": text, "ImageUrl": cast.image}
    return at, json.dumps(line, separators=(",", ":"))


def storage(cast: Cast, start: datetime, end: datetime, errors: Sequence[str]) -> list[Line]:
    """The storage initializer's output; its real text is not public, so this is plain and made up."""
    target = f"/var/azureml-app/azureml-models/{cast.model}/{cast.model_version}"
    lines = [(start, _stored(start, "INFO", f"Initializing storage for deployment {cast.deployment}")),
             (start, _stored(start, "INFO", f"Downloading code {cast.code} to /var/azureml-app")),
             (start, _stored(start, "INFO", f"Downloading model {cast.model}:{cast.model_version} to {target}"))]
    if not errors:
        done = f"Downloaded 1 model, {cast.draw.sub('bytes').count(2, 900)} MB, to {target}"
        return [*lines, (end, _stored(end, "INFO", done)), (end, _stored(end, "INFO", "Storage initializer finished."))]
    at, tries = start + seconds(3), 0
    while at < end and tries < 8:
        lines += [(at, _stored(at, "ERROR", text)) for text in errors]
        lines.append((at, _stored(at, "WARNING", "Download failed, will retry in 13 seconds")))
        at, tries = at + timedelta(seconds=13), tries + 1
    return lines


def _stored(at: datetime, level: str, text: str) -> str:
    return f"{formats.zulu(at, 3)} {level} storage-initializer {text}"
