"""The storage account refuses the caller: no role, or keys are not allowed there."""

from troubleshoot.diagnosis.cause import BUILD, HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The storage account refuses the caller, whose role or key it does not accept",
    kind="Missing role",
    stage="",
    label="AUTHZ",
    code="AuthorizationFailed",
    signs=(
        operation(
            r"(?i)Key based authentication is not permitted|KeyBasedAuthenticationNotPermitted", also=(BUILD,)
        ),
        operation(
            r"(?i)AuthorizationPermissionMismatch"
            r"|not authorized to perform this operation using this permission",
            strength=HINT,
            also=(INFERENCE,),
        ),
    ),
    happened="The files could not be written or read in the name of the one who asked.",
    fine="Quota, the image and the code are not the matter.",
    steps=(
        Step(
            "Use an identity with a role instead of the account's key",
            "Storage Blob Data Contributor for uploads.",
            "az storage account show -n {storage_account} --query "
            "'{{keys:allowSharedKeyAccess,public:publicNetworkAccess}}'",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Key based authentication is not permitted",
    source="public reports",
    rivals=(
        (
            "storage-unreachable",
            "the storage account's answer: a key or role that it does not take, or a network that it "
            "does not let in",
        ),
        (
            "storage-network-blocked",
            "the storage account's answer: a key or role that it does not take, or a network that it "
            "does not let in",
        ),
        (
            "startup-auth-storage",
            "who is refused: the one who sent the command, or the endpoint's identity while it "
            "starts",
        ),
    ),
)
