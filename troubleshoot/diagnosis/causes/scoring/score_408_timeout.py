"""Scoring took longer than the request timeout of the deployment."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The model took longer to answer than the deployment's request timeout",
    kind="Timeout",
    stage="ready",
    label="SCORING_*",
    old_code="HTTP 408",
    code="408",
    signs=(
        scoring(r"(?i)upstream request timeout"),
        scoring(
            r"(?i)\b408\b.{0,40}time-?out|request time-?out\b|HTTP(?:/\d(?:\.\d)?)? 408\b"
            r"|\b504\b.{0,40}time-?out|gateway time-?out",
            strength=HINT,
        ),
        looks(with_status(408, 504), strength=HINT),
    ),
    happened="The front of the endpoint gave up waiting. The container may have finished later, so "
    "its log can show 200.",
    fine="Key, address and traffic are in order.",
    steps=(
        Step(
            "Raise the timeout, at most 180000 ms",
            "",
            " request_settings:\n+  request_timeout_ms: 90000",
            form="diff",
            file="deployment.yml",
        ),
        Step(
            "Or make run() faster",
            "A larger size, a smaller input; for work over three minutes a batch endpoint.",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="`408`, or `upstream request timeout`",
    source="Azure's guide, HTTP status codes",
)
