"""The subscription has as many role assignments as it may have, so the endpoint's identity got none."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The subscription has no role assignment left, so the endpoint's identity got no roles",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1102",
    code="OutOfQuota",
    signs=(
        operation(r"RoleAssignmentLimitExceeded", source="doc"),
        operation(
            r"(?i)no more role assignments can be created|role assignments? (?:quota|limit)", source="doc"
        ),
    ),
    happened="A system-assigned identity needs two role assignments of its own, and the limit of the "
    "subscription is reached.",
    fine="Cores, image, model and code are not the matter.",
    steps=(
        Step(
            "Count them",
            "",
            "az role assignment list --all --subscription {subscription} --query 'length(@)'",
        ),
        Step(
            "Remove assignments of principals that no longer exist",
            "Or create the endpoint with a user-assigned identity which already has AcrPull and "
            "Storage Blob Data Reader.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="RoleAssignmentLimitExceeded",
    source="Azure's guide, Role assignment quota",
    outranks=("out-of-quota",),
)
