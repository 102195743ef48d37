"""Calls fail while a probe of the container fails: the server is up, but does not answer in time."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import fixes, passages, replies
from troubleshoot.diagnosis.cause import EVENTS, HINT, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_PROBE = re2.compile(r"(?i)\b(?:liveness|readiness) ?probe ?failed\b")


def probe_failed_too(case: Case) -> Iterator[Evidence]:
    """A liveness or readiness probe that failed, beside an answer 424."""
    answers = [evidence for _, evidence in replies.of_status(case, 424)]
    for passage in passages.read(case) if answers else ():
        found = _PROBE.search(passage.text) if passage.place == EVENTS and not passage.borrowed else None
        if found:
            yield passage.quote(*found.span())
            yield from answers[:1]


cause = Cause(
    title="Calls fail while a probe of the container fails",
    kind="Probe failed",
    stage="ready",
    label="SCORING_424",
    code="424",
    signs=(looks(probe_failed_too, strength=HINT, source="doc"),),
    happened="Azure asks the container every ten seconds whether it lives and is ready, and waits two seconds "
    "for the answer. A worker that is busy in run() answers late, the probe fails, and calls get 424.",
    fine="Key, address and traffic are in order, and the container was started.",
    steps=(
        Step(
            "Give the probes more time",
            "",
            " liveness_probe:\n+  timeout: 10\n readiness_probe:\n+  timeout: 10",
            form="diff",
            file="deployment.yml",
        ),
        Step(
            "Or let the server answer while run() works",
            "WORKER_COUNT workers answer at a time; each holds its own copy of the model.",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace}"
            " --query '{{request:request_settings,count:instance_count,liveness:liveness_probe}}'",
        ),
        fixes.READ_LOG,
    ),
    who="data scientist",
    retry="wait",
    urgent="now",
    look_for="Liveness probe failed",
    source="Azure's guide, HTTP status codes",
    next_test="Compare the times of the failed probes with those of the calls that got 424.",
    rivals=(
        ("score-424-model-error", "there no probe fails, and the container itself answered with an error"),
        ("probe-liveness-failed", "there the container never became ready"),
        ("score-424-run-exception", "there the log holds the exception that run() raised"),
    ),
    outranks=("score-424-model-error", "probe-liveness-failed", "probe-readiness-failed"),
    while_serving=True,
)
