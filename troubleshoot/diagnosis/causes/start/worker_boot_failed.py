"""A worker of the server ended while it started: the trace of a cause that stands higher in the log."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server's worker ended while it started, but the log does not show why",
    kind="Start failed",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"Reason: Worker failed to boot\.|WorkerBootError|'Worker failed to boot", strength=HINT),
        console(r"Exit code [2-9]\d* is not normal\. Killing image\.|gunicorn/finish [2-9]", strength=HINT),
        console(
            r"exited: gunicorn \(exit status \d+; not expected\)|gunicorn entered FATAL state"
            r"|Exception in worker process",
            strength=HINT,
        ),
    ),
    happened="The server started its worker, and the worker ended with an error. What it stumbled "
    "over stands higher in the log.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        fixes.READ_LOG,
        Step("Treat the first error below the start banner", "Later lines are its wake."),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Reason: Worker failed to boot.",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    rivals=(
        ("init-exception", "the exception above \"Worker failed to boot\" names the cause"),
    ),
    next_test="More lines of the same log, upwards, show the exception that ended the worker.",
    is_symptom=True,
    outranks=("container-crashed", "probe-liveness-failed", "probe-readiness-failed"),
)
