"""The readiness probe got no good answer, so the container never counted as ready."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, INFERENCE, OPERATION, Cause, events
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server never answered the readiness probe, but the log does not show why",
    kind="Probe failed",
    stage="probes",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        events(r"(?i)Readiness probe failed: (?P<detail>[^\n]{1,120})", strength=HINT, also=(OPERATION,)),
        events(
            r"Name: ReadinessProbeFailed|(?i)readiness probe failed",
            strength=HINT,
            also=(OPERATION, INFERENCE),
        ),
    ),
    words=(("detail", "no good answer"),),
    happened="Azure asked the container whether it is ready, and got: {detail}. The probe reports "
    "that something is down, not why.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        fixes.READ_LOG,
        Step(
            "If init() is just slow, give it more time",
            "By default it has 10 + 10 x 30 = 310 seconds.",
            " readiness_probe:\n+  initial_delay: 600",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Readiness probe failed: <detail>",
    source="Azure's YAML reference, ProbeSettings; exact text from public reports",
    rivals=(
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
    ),
    next_test="The log of the inference server separates a crash (an exception) from a slow init().",
    is_symptom=True,
    outranks=("container-crashed",),
)
