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
    source="Azure's guide, ProbeSettings",
    next_test="The log of the inference server separates a crash (an exception) from a slow init().",
    is_symptom=True,
    outranks=("container-crashed",),
)
