"""Containers that do not start, or start and are never found healthy."""
from collections.abc import Sequence
from datetime import datetime

from workers.emulator import voices
from workers.emulator.draw import Draw
from workers.emulator.plan import Act, Cast, Event, Expected, Line, seconds
from workers.emulator.story import Story

CRASHED = "User container has crashed or terminated."


def too_big(cast: Cast) -> Act:
    asked = cast.size.memory * cast.draw.sub("asked").count(2, 4)
    words = (f"container inference-server requests cpu {cast.size.vcpus * 2}, memory {asked}Gi, but instance type "
             f"{cast.size.name} offers cpu {cast.size.vcpus}, memory {cast.size.memory}Gi")
    expected = Expected(("quota-container-resources",), stage="container_start", decisive=words,
                        names=(cast.endpoint, cast.deployment))
    event = (1.0, "Failed", "Warning", f"Error: {words}")
    return Act("container_too_big", stop="start", outcome="Failed", code="OutOfQuota", old="ERR_2100",
               text=f"Unable to start user container: {words}.", expected=expected, events=(event,), again=30)


def _probe_events(first: float, texts: Sequence[tuple[str, str]], kill: float) -> tuple[Event, ...]:
    found: list[Event] = []
    for step in range(6):
        found += [(first + 10 * step, name, "Warning", text) for name, text in texts]
    return (*found, (kill, "Killing", "Normal", "Container inference-server failed liveness probe, will be restarted"))


def _own_server(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
    """A web server of the user's own, which answers the probes with 404."""
    port, path = cast.draw.sub("port").pick((8000, 8080, 8501)), _wrong_path(cast)
    texts = ["INFO:     Started server process [1]", "INFO:     Waiting for application startup.",
             "INFO:     Application startup complete.",
             f"INFO:     Uvicorn running on http://0.0.0.0:{port} (Press CTRL+C to quit)"]
    lines = [(start + seconds(1 + n / 10), text) for n, text in enumerate(texts)]
    for step in range(6):
        caller = f"10.244.{draw.count(0, 9)}.{draw.count(2, 250)}:{draw.count(30000, 60000)}"
        lines.append((start + seconds(15 + 10 * step), f'INFO:     {caller} - "GET {path} HTTP/1.1" 404 Not Found'))
    return lines


def _wrong_path(cast: Cast) -> str:
    return cast.draw.sub("path").pick(("/healthz", "/live", "/v1/health", "/ping"))


def wrong_probe(cast: Cast) -> Act:
    texts = (("LivenessProbeFailed", "Liveness probe failed: HTTP probe failed with statuscode: 404"),
             ("ReadinessProbeFailed", "Readiness probe failed: HTTP probe failed with statuscode: 404"))
    expected = Expected(("probe-wrong-route",), stage="probes",
                        decisive="probe failed: HTTP probe failed with statuscode: 404",
                        names=(cast.environment, cast.environment_version))
    port = cast.draw.sub("port").pick((8000, 8080, 8501))
    return Act("wrong_probe", stop="probe", outcome="Failed", code="ResourceNotReady", old="ERR_2200",
               text=f"{CRASHED[:-1]}: Liveness probe failed: HTTP probe failed with statuscode: 404.",
               expected=expected, boot=_own_server, events=_probe_events(15, texts, 76), again=70,
               own_container=(_wrong_path(cast), port), no_code=True)


def wrong_port(cast: Cast) -> Act:
    port, asked = cast.draw.sub("port").pick((8000, 8080, 8501)), cast.draw.sub("asked").pick((5000, 5001, 9000))
    refused = f"Get \"http://10.244.0.7:{asked}/\": dial tcp 10.244.0.7:{asked}: connect: connection refused"
    texts = (("LivenessProbeFailed", f"Liveness probe failed: {refused}"),
             ("ReadinessProbeFailed", f"Readiness probe failed: {refused}"))

    def boot(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
        words = ("INFO:     Application startup complete.", f"INFO:     Uvicorn running on http://0.0.0.0:{port}")
        return [(start + seconds(1), text) for text in words]
    expected = Expected(("probe-wrong-route",), stage="probes", decisive="connection refused",
                        names=(cast.environment, cast.environment_version))
    return Act("wrong_port", stop="probe", outcome="Failed", code="ResourceNotReady", old="ERR_2200", text=CRASHED,
               expected=expected, boot=boot, events=_probe_events(15, texts, 76), again=70,
               own_container=("/", asked), no_code=True)


def _slow_init(cast: Cast, start: datetime, draw: Draw) -> list[Line]:
    swaps = {"sklearn.pkl": cast.model_file, "onlinescoring": "code"}
    lines = voices.server(cast, start, draw, "init_pending", swaps)
    end = lines[-1][0]
    return [*lines, *(voices.printed(cast, end + seconds(8 * n), 45, f"loading shard {n} of 24") for n in range(1, 8))]


def init_too_slow(cast: Cast) -> Act:
    text = "Liveness probe failed: HTTP probe failed with statuscode: 502"
    expected = Expected(("init-too-slow",), stage="probes", decisive=text, names=(cast.endpoint, cast.deployment))
    probe = {"initialDelay": "PT10S", "period": "PT10S", "failureThreshold": 6}
    return Act("init_too_slow", stop="probe", outcome="Failed", code="ResourceNotReady", old="ERR_2200",
               text=f"{CRASHED[:-1]}: {text}.", expected=expected, boot=_slow_init, again=72,
               events=_probe_events(12, (("LivenessProbeFailed", text),), 74), probes=probe)


STORIES = (
    Story("container_too_big", too_big, size="Standard_DS2_v2"),
    Story("wrong_probe", wrong_probe, own_image=True),
    Story("wrong_port", wrong_port, own_image=True, companion=True, color="green"),
    Story("init_too_slow", init_too_slow),
)
