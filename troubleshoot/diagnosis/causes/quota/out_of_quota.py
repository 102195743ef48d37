"""Azure answers OutOfQuota and does not say which limit was reached."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, code, operation

cause = Cause(
    title="The deployment ran into a limit, but Azure does not say which one",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(
        code(r"OutOfQuota|error-outofquota|ERR_1100"),
        operation(
            r"(?i)\bquota (?:was |is |has been )?(?:exceeded|reached)\b"
            r"|\bexceed\w* (?:the )?(?:\w+ )?quota\b"
            r"|\b(?:not|n't) have enough (?:\w+ )?quota\b|\bInsufficientQuota\b|\bQuotaExceeded\b"
            r"|capacity in quota .{1,100} bigger than",
            strength=HINT,
        ),
    ),
    happened="OutOfQuota covers cores, compute resources, disk, memory, role assignments and "
    "endpoints. The code alone does not "
    "tell them apart.",
    fine="Azure names no fault of the image, the model or the code.",
    steps=(fixes.LIST_USAGE, fixes.LIST_DEPLOYMENTS, fixes.READ_LOG, fixes.deploy_again),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="OutOfQuota",
    source="public reports",
    rivals=(
        (
            "capacity-region",
            "the message: only one that speaks of capacity is about machines; the code alone tells "
            "neither",
        ),
    ),
    next_test="If the usage rows of the region show room for the deployment, it is not the cores: read "
    "both logs for disk and memory.",
    is_general=True,
)
