"""An identity may not use the key vault of the workspace."""

from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

_BUILDING = r"(?i)image ?build|OnlineImageAndModelPrep"

cause = Cause(
    title="An identity may not use the key vault, because a role on it is missing",
    kind="Missing role",
    stage="",
    label="AUTHZ",
    code="Forbidden",
    signs=(
        operation(r"(?i)ForbiddenByRbac|ForbiddenByPolicy", unless=(_BUILDING,), also=(INFERENCE,)),
        operation(
            r"Microsoft\.KeyVault/vaults/secrets/\w+/action",
            needs=(r"(?i)forbidden|not authorized|denied",),
            unless=(_BUILDING,),
            also=(INFERENCE,),
        ),
        operation(
            r"KeyVaultErrorException: Forbidden|(?i)key ?vault\b.{0,120}\bforbidden|ForbiddenByRbac",
            strength=HINT,
            also=(INFERENCE,),
        ),
    ),
    happened="The vault was reached and refused the one who asked.",
    fine="Quota, the image and the model are not the matter.",
    steps=(
        Step(
            "Give the identity a role on the vault",
            "Key Vault Secrets User reads secrets, Key Vault Secrets Officer writes them. The "
            "caller's "
            "client id stands in the message.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="ForbiddenByRbac",
    source="public reports",
    outranks=("init-exception",),
)
