"""Texts for the bench, made by seed: a log of a server at work, and the inputs that hurt readers of logs."""

import random
import uuid
from collections.abc import Iterator
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "corpus"
MB = 1_000_000
FRAMES = (
    "Traceback (most recent call last):\n"
    '  File "/var/azureml-server/azmlinfsrv/user_script.py", line 129, in invoke_run\n'
    "    run_output = self._wrapped_user_run(**run_parameters, request_headers=dict(request.headers))\n"
    '  File "/var/azureml-app/onlinescoring/score.py", line 31, in run\n    return model.predict(data).tolist()\n'
    '  File "/azureml-envs/model/lib/python3.11/site-packages/sklearn/base.py", line 1389, in wrapper\n'
    "    return fit_method(estimator, *args, **kwargs)\nValueError: X has 3 features, but 4 are expected\n"
)
FRAME = '  File "/var/azureml-app/score.py", line 9, in walk\n    return walk(node)\n'
PRINT = "2026-11-20 09:14:03,910 I [58] azmlinfsrv.print - Booting worker with pid: 1\n"
NAMES = [first + second for first in ("churn", "fraud", "price", "demand", "vision", "text") for second in (
    "scorer", "ranker", "forecast", "classifier", "encoder", "sampler")]
LINK = "\nDuring handling of the above exception, another exception occurred:\n\n"


def server_log(size: int) -> str:
    """A log of the inference server: a start, answered calls with prints and warnings between, a crash at the end."""
    rng = random.Random(11)
    start, crash = (_sample(name) for name in ("nothing/ready-server.log", "script-import-error/server.log"))
    lines, length = [start], len(start) + len(crash)
    while length < size:
        lines.append(_at_work(rng, len(lines)))
        length += len(lines[-1]) + 1
    return "\n".join([*lines, crash])


def _sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def _at_work(rng: random.Random, count: int) -> str:
    hour, minute, second = 9 + count // 36000 % 14, count // 600 % 60, count // 10 % 60
    moment = f"2026-11-20 {hour:02d}:{minute:02d}:{second:02d},{rng.randrange(1000):03d}"
    kind, taken = rng.random(), f"{rng.uniform(2, 900):.3f}ms"
    if kind < 0.80:
        return f"{moment} I [58] azmlinfsrv - POST /score 200 {taken} {rng.randrange(9000)}"
    if kind < 0.92:
        return f"{moment} I [58] azmlinfsrv.print - scored a batch of {rng.randrange(1, 64)} rows in {taken}"
    if kind < 0.97:
        return f"{moment} W [58] root - feature {rng.randrange(40)} is missing, its mean is taken instead"
    return f"{moment} I [58] azmlinfsrv - GET / 200 {taken} 7"


def varied_lines(count: int, seed: int) -> Iterator[str]:
    """Lines of a server whose script prints ids, paths and figures; one line in five has a request id of its own."""
    rng = random.Random(seed)
    for at in range(count):
        kind = rng.random()
        if kind < 0.2:
            yield (f"2026-11-20 09:{at // 600 % 60:02d}:{at // 10 % 60:02d},{rng.randrange(1000):03d} I [58] "
                   f"azmlinfsrv.print - request {uuid.UUID(int=rng.getrandbits(128))} took {rng.random():.4f} s")
        elif kind < 0.25:
            yield (f"  reading /var/azureml-app/azureml-models/{rng.choice(NAMES)}/{rng.randrange(40)}/part-"
                   f"{rng.randrange(9000):05d}.parquet from {rng.choice(NAMES)}.blob.core.windows.net")
        else:
            yield _at_work(rng, at)


def hostile() -> Iterator[tuple[str, str]]:
    """What a text may do to a reader, with a name for each."""
    log = _sample("script-import-error/server.log").partition("Container logs:\n")[2]
    yield "log of a server at work", server_log(2 * MB)
    yield "crashes one after the other", log * (2 * MB // len(log))
    yield "one line of 10 MB", "a" * 10 * MB
    yield "1,000,000 short lines", "\n".join(f"x{at % 977}" for at in range(MB))
    yield "1,000,000 blank lines", "\n" * MB
    yield "1,000,000 lines of a space", " \n" * MB
    yield "bait: 8 KiB of a, then !", "\n".join(["a" * 8191 + "!"] * 250)
    yield "bait: x= without end", ("x=" * 1500 + "\n") * 600
    yield "bait: eyJ 300,000 times", "eyJ" * 300_000
    yield "bait: a_ 500,000 times", "a_" * 500_000
    yield "bait: ://::: 1 MB", "://:::" * (MB // 6)
    yield "nested brackets", ("[" * 5000 + "]" * 5000 + "\n") * 200
    yield "nested JSON", ('{"error":' * 2000 + "1" + "}" * 2000 + "\n") * 100
    yield "backslashes without end", "\\" * 2 * MB
    yield "many tracebacks", FRAMES * (2 * MB // len(FRAMES))
    yield "tracebacks chained without end", (FRAMES + LINK) * (2 * MB // len(FRAMES + LINK))
    yield "recursion: 20,000 equal frames", FRAMES[:36] + FRAME * 20_000 + "RecursionError: too deep\n"
    yield "heads of tracebacks alone", "Traceback (most recent call last):\n" * 50_000
    yield "a log as one escaped string", log.replace('"', '\\"').replace("\n", "\\n") * (2 * MB // len(log))
    yield "not ASCII", "é→€ 日本語 ログの一行\n" * (2 * MB // 40)
    yield "halves of characters", ("\udce9 x " * 100 + "\n") * 2000
    yield "random characters", _random(MB)
    yield "harmless lines alone", "pip: DEPRECATION: this feature goes away\n" * (2 * MB // 41)
    yield "error lines alone", "ERROR: x\n" * 200_000
    yield "prints of the script alone", PRINT * (2 * MB // len(PRINT))


def _random(size: int) -> str:
    rng = random.Random(5)
    return "".join(chr(rng.randrange(32, 127)) if rng.random() > 0.02 else "\n" for _ in range(size))
