"""The storage account lets nobody in from this network, so model and code cannot be fetched."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation, storage
from troubleshoot.diagnosis.facts import Step

_WHILE_FETCHING = (
    r"(?i)\b(?:model|code|artifact)s?\b.{0,200}\b(?:download|mount|fetch)|(?:download|mount"
    r"|fetch)\w*.{0,200}\b(?:model|code|artifact)"
)

cause = Cause(
    title="{storage_account} lets nobody in from the endpoint's network",
    kind="Network closed",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(
        storage(
            r"PublicAccessNotPermitted|Public access is not permitted on this storage account"
            r"|NetworkAclsValidationFailure",
            source="doc",
        ),
        storage(
            r"This request is not authorized to perform this operation\.", strength=HINT, source="derived"
        ),
        operation(
            r"(?i)Public access is not permitted on this storage account",
            strength=HINT,
            needs=(_WHILE_FETCHING,),
        ),
    ),
    words=(("storage_account", "The storage account"),),
    happened="The account answered that it takes no calls from outside its own networks.",
    fine="The quota was enough, and the image was pulled.",
    steps=(
        Step(
            "See what the account lets in",
            "",
            "az storage account show -n {storage_account} --query "
            "'{{public:publicNetworkAccess,rules:networkRuleSet.defaultAction,private:privateEndpoint"
            "Connections[].name}}'",
        ),
        Step(
            "Add a private endpoint for the endpoint's network, or allow public access",
            "With a managed network, add an outbound rule of type private endpoint.",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="`PublicAccessNotPermitted`, in the storage initializer's log",
    source="Azure's guide, Network isolation issues; exact text from public reports",
    rivals=(
        (
            "storage-network-blocked",
            "who is refused: the endpoint that fetches its model, or the caller of a command or a "
            "build",
        ),
    ),
    next_test="If the identity has Storage Blob Data Reader and is refused all the same, it is the network.",
    outranks=("storage-network-blocked",),
)
