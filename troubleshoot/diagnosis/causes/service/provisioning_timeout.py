"""The service says that it takes longer than usual, and gives up."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation

cause = Cause(
    title="Azure took longer than usual to make the deployment, and gave up without a reason",
    kind="Internal error",
    stage="provisioning",
    label="ERR_5000",
    old_code="ERR_5000",
    code="InternalServerError",
    signs=(
        operation(
            r"(?i)(?:creation|deployment|provisioning|operation) is taking longer than (?:our "
            r"|the )?(?:normal|usual|expected)",
            strength=HINT,
        ),
    ),
    happened="The service asked for more time and named no reason.",
    fine="Azure names no fault of the image, the model or the code.",
    steps=(fixes.LIST_USAGE, fixes.READ_LOG, fixes.SUPPORT),
    who="Microsoft",
    retry="wait",
    urgent="if serving",
    look_for="creation is taking longer than our normal",
    source="public reports",
    next_test="If the log of the inference server has lines, a machine was found and the delay is behind it.",
)
