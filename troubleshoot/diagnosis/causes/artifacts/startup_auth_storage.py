"""The identity of the endpoint may not read model or code from the storage account.

System-assigned identities get Storage Blob Data Reader by themselves; user-assigned ones do not.
"""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import (
    EVENTS,
    HINT,
    OPERATION,
    STATUS,
    Cause,
    events,
    looks,
    operation,
    storage,
)
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def refused_while_downloading(case: Case) -> Iterator[Evidence]:
    """Azure's authorization error, where the model download is the stage that did not end."""
    read = passages.read(case)
    failing = any(_downloading(passage) for passage in read)
    for passage in read:
        at = (
            passage.text.find("Startup task failed due to authorization error")
            if passage.place == OPERATION
            else -1
        )
        if failing and at >= 0:
            yield passage.quote(at, at + 10)


def _downloading(passage: passages.Passage) -> bool:
    said = passage.text.replace(" ", "")
    if passage.place == STATUS:
        return (
            "UserContainerImagePull:Succeeded" in said
            and "ModelDownload:" in said
            and "ModelDownload:Succeeded" not in said
        )
    return passage.place == EVENTS and "Name:DownloadFailed" in said and "Name:ImagePullFailed" not in said


cause = Cause(
    title="{identity} may not read the model from {storage_account}",
    kind="Missing role",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(
        storage(
            r"AuthorizationPermissionMismatch"
            r"|This request is not authorized to perform this operation using this permission",
            source="doc",
            unless=(r"(?i)successfully (?:downloaded|mounted)|download (?:is )?complete",),
        ),
        storage(
            r"(?i)\bAuthorizationFailure\b|This request is not authorized to perform this operation\.",
            strength=HINT,
        ),
        operation(
            r"(?i)(?:identity|principal)\b.{0,120}\b(?:does not have|lacks|missing|needs?"
            r"|must have)\b.{0,80}Storage Blob Data Reader",
            source="doc",
        ),
        events(r"Name: DownloadFailed", strength=HINT),
        looks(refused_while_downloading, strength=HINT),
    ),
    words=(("identity", "The endpoint's identity"),),
    happened="The machine was there and asked the storage account for the model and the code, and the "
    "account refused the "
    "endpoint's identity. Azure tried again and again and then gave up.",
    fine="The quota was enough, and nothing says that the image is wrong.",
    steps=(
        Step(
            "See which roles the identity has",
            "",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        Step(
            "Give it Storage Blob Data Reader on the storage account",
            "Then wait at least five minutes before the next try.",
            "az role assignment create --assignee-object-id {assignee} --assignee-principal-type "
            "ServicePrincipal"
            " --role 'Storage Blob Data Reader' --scope \"$(az storage account show -n "
            '{storage_account} --query id -o tsv)"',
        ),
        fixes.READ_STORAGE_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="`AuthorizationPermissionMismatch`, or the event `DownloadFailed`",
    source="Azure's guide, Authorization error; exact text from public reports",
    rivals=(
        (
            "storage-unreachable",
            "the storage account's answer: AuthorizationPermissionMismatch is a role, "
            "PublicAccessNotPermitted the network",
        ),
    ),
    next_test="The storage initializer's log names the answer of the account: a refusal is the role or "
    "the firewall, BlobNotFound is the file.",
    outranks=("startup-task-authorization", "container-crashed"),
)
