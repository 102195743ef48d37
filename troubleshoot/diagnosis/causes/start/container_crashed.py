"""Azure says that the container crashed or stopped; why stands in the log."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, code, operation

cause = Cause(
    title="The container crashed or stopped, but what was read does not show why",
    kind="Container crashed",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        operation(
            r"(?i)user container (?:has )?(?:crashed|terminated|failed)"
            r"|your container application crashed|container has crashed",
            strength=HINT,
            also=(INFERENCE,),
        ),
        operation(r"\bCrashLoopBackOff\b", strength=HINT),
        code(
            r"ResourceNotReady|error-resourcenotready|ERR_2200|KubernetesCrashLoopBackOff"
            r"|DeploymentCrashLoopBackOff"
        ),
    ),
    happened="The machine was there, image, model and code were fetched, and then the container ended "
    "or never answered.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(fixes.READ_LOG, fixes.READ_STORAGE_LOG, fixes.TRY_LOCALLY, fixes.deploy_again),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="User container has crashed or terminated",
    source="Azure's guide, ERROR: ResourceNotReady; exact text from public reports",
    rivals=(
        ("container-restart-loop", "both are traces of what the log shows: neither names a cause"),
        ("worker-boot-failed", "both are traces: the exception above \"Worker failed to boot\" names the cause"),
    ),
    next_test="The log of the inference server holds the exception; read it within ten minutes of the "
    "failure, or deploy locally.",
    is_general=True,
)
