"""The liveness probe got no good answer; a 502 says that the server behind the proxy is not up."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, INFERENCE, OPERATION, Cause, events
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server never answered the liveness probe, but the log does not show why",
    kind="Probe failed",
    stage="probes",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        events(r"(?i)Liveness probe failed: (?P<detail>[^\n]{1,120})", strength=HINT, also=(OPERATION,)),
        events(
            r"Name: LivenessProbeFailed|failed liveness probe, will be restarted",
            strength=HINT,
            also=(OPERATION,),
        ),
        events(r"(?i)Liveness probe failed", strength=HINT, also=(OPERATION, INFERENCE)),
    ),
    words=(("detail", "no good answer"),),
    happened="Azure asked the container whether it lives, and got: {detail}. The probe reports that "
    "something is down, not why.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        fixes.READ_LOG,
        Step(
            "If init() is just slow, give it more time",
            "By default it has 10 + 10 x 30 = 310 seconds.",
            " liveness_probe:\n+  initial_delay: 600",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Liveness probe failed: <detail>",
    source="Azure's YAML reference, ProbeSettings; exact text from public reports",
    rivals=(
        (
            "probe-readiness-failed",
            "the event's name: LivenessProbeFailed or ReadinessProbeFailed; both can come, and "
            "neither says why",
        ),
        (
            "probe-wrong-route",
            "502 means that no server answers; 404, 401 or a refused connection that the path or "
            "port is wrong",
        ),
        (
            "init-too-slow",
            "the log: too slow is one that ends after \"Invoking user's init function\" with no "
            "traceback",
        ),
        (
            "init-exception",
            "a traceback above the failed probe is the cause; the probe only notices that no server "
            "is up",
        ),
        (
            "script-import-error",
            "a ModuleNotFoundError above the failed probe is the cause; the probe only notices that "
            "no server is up",
        ),
        (
            "oom-worker-killed",
            "SIGKILL or exit code 137 in the log: the worker was ended for its memory, and the probe "
            "noticed",
        ),
    ),
    next_test="The log of the inference server separates a crash (an exception) from a slow init() (no "
    "line after 'Invoking user's init function').",
    is_symptom=True,
    outranks=("container-crashed", "probe-readiness-failed"),
)
