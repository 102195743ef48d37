"""The server ended run() at its own time limit."""

from troubleshoot.diagnosis.cause import INFERENCE, Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server ended run(), because it took longer than the server's own limit",
    kind="Timeout",
    stage="ready",
    label="SCORING_424",
    old_code="HTTP 424",
    code="424",
    signs=(
        scoring(
            r"Scoring timeout after (?P<ms>\d+) ms"
            r"|Script failed to finish execution within the allocated time: (?P<time>\d+)ms",
            source="run",
            also=(INFERENCE,),
        ),
    ),
    words=(("ms", "so many"), ("time", "so many")),
    happened="SCORING_TIMEOUT_MS ended the call inside the container; the caller sees 424.",
    fine="The deployment started and was ready.",
    steps=(
        Step(
            "Make run() faster, or raise the limit",
            "",
            " environment_variables:\n+  SCORING_TIMEOUT_MS: 120000",
            form="diff",
            file="deployment.yml",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="Scoring timeout after <ms> ms",
    source="Azure's guide, HTTP status codes; reproduced with the real server",
    rivals=(
        ("score-408-timeout", "408 is Azure's request timeout; 424 with \"Scoring timeout\" is the server's own"),
        ("score-424-worker-timeout", "the body: JSON from a worker that lives, or HTML because the worker was ended"),
    ),
    outranks=("score-424-run-exception", "score-424-model-error"),
    while_serving=True,
)
