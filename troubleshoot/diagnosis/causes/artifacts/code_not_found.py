"""The uploaded code folder, or a file of it, is no longer in the storage account."""

from collections.abc import Iterator

from troubleshoot.diagnosis import addresses, fixes
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def files_gone(case: Case) -> Iterator[Evidence]:
    """The storage account's answer that a file of the code does not exist."""
    return addresses.missing_files(case, "code")


def asset_gone(case: Case) -> Iterator[Evidence]:
    """The answer that the code version which the deployment names does not exist."""
    for asset in case.assets:
        if asset.kind == "code" and asset.found is False:
            yield Evidence("code version", asset.said or asset.reference)


cause = Cause(
    title="The uploaded code folder is no longer in the storage account",
    kind="Code not found",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(
        looks(files_gone, source="doc"),
        operation(r"(?i)unable to download user code", source="doc", strength=HINT),
        looks(asset_gone, strength=HINT),
    ),
    more=addresses.blob,
    gives=("account", "container", "blob"),
    happened="The machine was there and asked the storage account for the code, and the account "
    "answered that it has no such file.",
    fine="The quota was enough, and the identity was allowed to ask: a missing role is answered differently.",
    steps=(
        Step(
            "See whether the file is there",
            "",
            "az storage blob exists --account-name {account} --container-name {container} --name "
            "{blob} --subscription {subscription}"
            " --auth-mode login",
        ),
        fixes.READ_STORAGE_LOG,
        Step("Deploy from the local code folder, so that it is uploaded anew"),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`unable to download user code`, or `BlobNotFound` for the code",
    source="Azure's guide, Unable to download user model",
    rivals=(
        (
            "script-missing",
            "who looked: Azure, which could not fetch the code, or the server in code that was "
            "fetched",
        ),
    ),
    outranks=("startup-auth-storage",),
)
