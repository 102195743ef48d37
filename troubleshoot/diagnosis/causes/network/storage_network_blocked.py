"""The storage account refuses the caller because of its firewall, or because public access is off."""

from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

# Then it is the deployment that was refused, not the caller.
_FETCHING = (
    r"(?i)(?:download|mount|fetch)\w* .{0,80}\b(?:model|code|artifact)|\b(?:model|code"
    r"|artifact)s? download"
)

cause = Cause(
    title="{storage_account} refuses the caller, because its network is closed to the outside",
    kind="Network closed",
    stage="",
    label="NETWORK",
    code="AuthorizationFailure",
    signs=(
        operation(
            r"(?i)Public access is not permitted on this storage account|PublicAccessNotPermitted",
            also=(BUILD,),
            unless=(_FETCHING,),
        ),
        operation(
            r"(?i)This request is not authorized to perform this operation\.(?:\s|$|\"|\\)",
            strength=HINT,
            also=(BUILD,),
        ),
        operation(
            r"(?i)storage account\b.{0,120}\b(?:behind (?:a )?(?:virtual network|vnet|firewall)"
            r"|firewall|network rules?)\b",
            strength=HINT,
        ),
    ),
    words=(("storage_account", "The storage account"),),
    happened="The account was reached from a network that it does not let in.",
    fine="Quota, the image and the code are not the matter.",
    steps=(
        Step(
            "Call from a network that the account lets in, or open it",
            "",
            "az storage account show -n {storage_account} --query "
            "'{{public:publicNetworkAccess,rules:networkRuleSet.defaultAction}}'",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Public access is not permitted on this storage account",
    source="public reports",
)
