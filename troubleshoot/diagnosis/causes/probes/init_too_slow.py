"""init() takes longer than the probes allow: the log stops after the call of init(), with no exception."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import EVENTS, HINT, INFERENCE, OPERATION, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_CALLED = re2.compile(r"Invoking user's init function")
_PROBED = re2.compile(
    r"(?i)(?:liveness|readiness) probe failed|Name: (?:Liveness|Readiness)ProbeFailed"
    r"|failed liveness probe"
)
_TOLD = re2.compile(r"Handling signal: term")
_ENDED = re2.compile(
    r"Users's init has completed|User's init function failed|Worker failed to boot|SIGKILL"
    r"|exited with code [1-9]|WORKER TIMEOUT"
)


def look(case: Case) -> Iterator[Evidence]:
    """The last call of init(), where nothing came after it and a probe failed meanwhile."""
    read = passages.read(case)
    probed = [
        passage.quote(*found.span())
        for passage in read
        if passage.place in (EVENTS, OPERATION)
        for found in [_PROBED.search(passage.text)]
        if found
    ]
    for passage in read:
        if passage.place != INFERENCE or passage.borrowed:
            continue
        calls = [found.span() for found in _CALLED.finditer(passage.text)]
        after = passage.text[calls[-1][0] :] if calls else ""
        told = _TOLD.search(after)
        if (
            calls
            and (probed or told)
            and not _ENDED.search(after)
            and not (passage.reading and passage.reading.chains)
        ):
            yield passage.quote(*calls[-1])
            yield from probed[:1]


cause = Cause(
    title="init() takes longer than the probes allow, so Azure ended the container",
    kind="Slow start",
    stage="probes",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(looks(look, strength=HINT, source="run"),),
    happened="The server called init() and the log shows neither its end nor an exception, while the "
    "probes failed. By default they allow "
    "10 + 10 x 30 = 310 seconds.",
    fine="Quota, the image pull, the download of model and code, and the imports are in order.",
    steps=(
        Step(
            "Give init() more time",
            "initial_delay + period x failure_threshold must exceed the time it takes to load.",
            " liveness_probe:\n+  initial_delay: 600\n+  failure_threshold: 60",
            form="diff",
            file="deployment.yml",
        ),
        Step(
            "Or let it do less",
            "Load less, load it from the model asset instead of the network, or take a larger size.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`Invoking user's init function`, as the last line",
    source="Azure's YAML reference, ProbeSettings; exact text from public reports",
    rivals=(
        ("init-exception", "after \"Invoking user's init function\": nothing at all, or a traceback"),
        ("oom-worker-killed", "SIGKILL or exit code 137 in the log: it was memory, not time"),
        (
            "score-424-worker-timeout",
            "WORKER TIMEOUT in the log: the server ended its worker; without it Azure ended the "
            "container",
        ),
    ),
    next_test="Time init() with a local deployment: beyond five minutes it is too slow, at once an "
    "exception it is not.",
    outranks=(
        "probe-liveness-failed",
        "probe-readiness-failed",
        "container-crashed",
        "container-restart-loop",
    ),
)
