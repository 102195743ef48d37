"""The container starts and ends again and again."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, events

cause = Cause(
    title="The container starts and ends again and again, but the log does not show why",
    kind="Restart loop",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(events(r"Back-off restarting failed container|Name: BackOff", strength=HINT, source="doc"),),
    happened="Each start ended, and Azure waits longer before each new one. The log shows the newest "
    "start only.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(fixes.READ_LOG, fixes.TRY_LOCALLY, fixes.deploy_again),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Back-off restarting failed container",
    source="Azure Monitor's tables, AmlOnlineEndpointEventLog",
    rivals=(
        ("init-exception", "the exception in the log names the cause; BackOff only says that it came again"),
    ),
    next_test="The log of the inference server shows what ended the newest start.",
    is_symptom=True,
    outranks=("container-crashed",),
)
