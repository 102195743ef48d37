"""Data collection is on, but the endpoint's identity may not write blobs."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{identity} may not write blobs, but the data collector has to",
    kind="Missing role",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)(?:incorrect|missing|insufficient) role assignments? on (?:the )?storage "
            r"account.{0,120}(?:data collect|mdc)",
            source="doc",
        ),
        operation(r"(?i)incorrect role assignments on (?:the )?storage account", source="doc", strength=HINT),
    ),
    words=(("identity", "The endpoint's identity"),),
    happened="The deployment collects data, and for that its identity must be allowed to write to the "
    "storage account.",
    fine="The quota was enough, and a machine was there.",
    steps=(
        Step(
            "Give it Storage Blob Data Contributor on the storage account, or switch data_collector off",
            "",
            "az role assignment create --assignee-object-id {assignee} --assignee-principal-type "
            "ServicePrincipal"
            " --role 'Storage Blob Data Contributor' --scope \"$(az storage account show -n "
            '{storage_account} --query id -o tsv)"',
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="incorrect role assignments on storage account",
    source="Azure's guide, Authorization error",
    rivals=(
        (
            "role-not-propagated",
            "when the role was given: more than ten minutes before the deployment it was there, else "
            "it may still be on its way",
        ),
        (
            "startup-auth-storage",
            "what the identity may not do: write blobs for the data collector, or read the model",
        ),
    ),
    outranks=("startup-task-authorization",),
)
