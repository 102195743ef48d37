"""The server ended a worker that gave no sign of life for longer than its timeout."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server ended a worker that was busy for longer than its timeout",
    kind="Worker timeout",
    stage="probes",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"WORKER TIMEOUT \(pid:\d+\)|worker timed out, killing gunicorn", strength=HINT, source="run"
        ),
    ),
    happened="One request, or the loading of the model, kept the worker busy for longer than "
    "WORKER_TIMEOUT (300 seconds by default). It "
    "was ended and a new one loads the model again.",
    fine="Quota, the image pull, the download of model and code, and the imports are in order.",
    steps=(
        Step(
            "Make it faster, or raise the timeout",
            "",
            " environment_variables:\n+  WORKER_TIMEOUT: 600",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="WORKER TIMEOUT (pid:<pid>)",
    source="Azure's guide, HTTP status codes; reproduced with the real server",
    rivals=(
        ("score-408-timeout", "408 is Azure's request timeout; WORKER TIMEOUT in the log is the server's own"),
    ),
    next_test="The frames below the line tell whether init() or run() was busy.",
    outranks=(
        "worker-boot-failed",
        "probe-liveness-failed",
        "probe-readiness-failed",
        "container-crashed",
        "init-exception",
        "score-424-run-exception",
        "init-too-slow",
    ),
    while_serving=True,
)
