"""What a line of a console can prove: harmless, wrapped, printed by the script, or survived."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from troubleshoot.diagnosis import logs
from troubleshoot.diagnosis.tracebacks import Chain, chains

# Known to mean no harm (CATALOGUE 2, and what the server and its base images print at every start).
_PRINTED = re2.compile(r"(?m)^.{0,70}\.print - ")
_HARMLESS = re2.compile(
    r"(?m)Error while fetching model IDs|Found extra keys in the config file|^Extra keys = "
    r"|EdgeHubConnectionString and IOTEDGE"
    r"|is normal\. Not restarting|no version information available|DEPRECATION"
    r"|Failure while loading azureml_run_type_providers"
    r"|Failed to load entrypoint |compatibility patch for Flask 1 has failed"
    r"|SPARK_HOME not set|appinsights key filename"
)
_READY = re2.compile(
    r"(?m)Worker with pid \d+ ready for serving traffic|Users's init has completed successfully"
    r"|azmlinfsrv - (?:POST|GET) /\S* 20\d |gunicorn\.access - .*\" 20\d |\| root \| INFO \| 200\s*$"
    r"|^(?:\S+ )?\S+ - \S+ \[\d\d/\w{3}/\d{4}:[^\]]+\] \"(?:GET|POST) \S+ HTTP/1\.\d\" 20\d "
    r"|INFO: +\S+:\d+ - \"(?:GET|POST) \S+ HTTP/1\.1\" 200|Application startup complete\."
    r"|Started (?:HTTPService|GRPCInferenceService) at "
)
_PROGRESS = re2.compile(
    r"Invoking user's init function|Found user script at |Users's init has completed"
    r"|ready for serving traffic"
)
_START = re2.compile(
    r"(?m)Booting worker with pid|Azure ML Inferencing HTTP server v\d|Starting gunicorn \d"
    r"|gunicorn/run|^Container logs:"
)
_DEATH = re2.compile(
    r"Worker failed to boot|exited with code [1-9]|Exit code [2-9]\d* is not normal"
    r"|User's init function failed"
    r"|Failed to import user script|gunicorn/finish [2-9]"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Indices of lines by what they can prove. `last_ready` is -1 where nothing became ready."""

    harmless: frozenset[int]
    wrapped: frozenset[int]  # of the later blocks of a chained traceback
    running: frozenset[int]  # of tracebacks raised while a request was answered
    printed: frozenset[int]  # by the script's own print()
    survived: frozenset[int]  # the same start went on after them
    errors: tuple[int, ...]  # by their own level or shape
    died: tuple[int, ...]
    last_ready: int
    chains: tuple[Chain, ...]  # without the harmless ones


def read(lines: Sequence[str]) -> Reading:
    """Reads a console once; the cost is linear in its length."""
    text = "\n".join(lines)
    starts = starts_of(lines)
    printed = frozenset(matching(_PRINTED, text, starts))

    def find(pattern: object) -> tuple[int, ...]:
        return tuple(at for at in matching(pattern, text, starts) if at not in printed)

    every = chains(lines)
    mild = {chain for chain in every if _is_mild(lines, chain)}
    heavy = tuple(chain for chain in every if chain not in mild)
    levels = logs.severities(lines)
    harmless = {at for chain in mild for at in range(chain.start, chain.end)}
    harmless.update(matching(_HARMLESS, text, starts))
    return Reading(
        harmless=frozenset(harmless),
        wrapped=frozenset(
            at for chain in heavy if chain.raised for at in range(chain.raised[0] + 1, chain.end)
        ),
        running=frozenset(at for chain in heavy if chain.running for at in range(chain.start, chain.end)),
        printed=printed,
        survived=_survived(len(lines), find(_PROGRESS), find(_START)),
        errors=tuple(
            at
            for at, level in enumerate(levels)
            if level == "error" and at not in harmless and at not in printed
        ),
        died=find(_DEATH),
        last_ready=max(find(_READY), default=-1),
        chains=heavy,
    )


def starts_of(lines: Sequence[str]) -> tuple[int, ...]:
    """Where in the joined text each line begins."""
    return tuple(itertools.accumulate((len(line) + 1 for line in lines[:-1]), initial=0)) if lines else ()


def matching(pattern: object, text: str, starts: Sequence[int]) -> Iterator[int]:
    """The indices of the lines in which a pattern occurs, in order; one scan of the joined text."""
    last = -1
    for found in pattern.finditer(text):  # type: ignore[attr-defined]
        at = bisect_right(starts, found.start()) - 1
        if at != last:
            yield at
        last = at


def _is_mild(lines: Sequence[str], chain: Chain) -> bool:
    """True for a traceback that belongs to a harmless line or to a mere warning."""
    first = lines[chain.start]
    above = lines[chain.start - 1] if chain.start else ""
    head = first if logs.logger(first) else above
    return bool(_HARMLESS.search(head)) or logs.severity(head) == "warning"


def _survived(total: int, progress: Sequence[int], starts: Sequence[int]) -> frozenset[int]:
    """Lines after which the same start of the container made progress: what they say did not end it."""
    found: set[int] = set()
    done = 0
    for at in progress:
        before = bisect_right(starts, at) - 1
        found.update(range(max(done, starts[before] if before >= 0 else 0), min(at, total)))
        done = at
    return frozenset(found)
