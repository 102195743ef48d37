"""The model asset, or the files it stands for, do not exist."""

from collections.abc import Iterator

from troubleshoot.diagnosis import addresses, fixes
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def files_gone(case: Case) -> Iterator[Evidence]:
    """The storage account's answer that a file of the model does not exist."""
    return addresses.missing_files(case, "model")


def asset_gone(case: Case) -> Iterator[Evidence]:
    """The answer that the model version which the deployment names does not exist."""
    for asset in case.assets:
        if asset.kind == "model" and asset.found is False:
            yield Evidence("model version", asset.said or asset.reference)


cause = Cause(
    title="The files of {model} are not in the storage account",
    kind="Model not found",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(
        operation(r"StorageManifestError|BlobContainerNotFound for containerName (?P<container>[\w-]+)"),
        operation(
            r"(?i)unable to download user model(?:(?:[\\/]| or "
            r"| and )code)? artifacts?\b.{0,40}\bcontainer (?P<container>[\w-]{3,80})"
        ),
        operation(r"(?i)unable to download user model", strength=HINT, source="doc"),
        operation(r"(?i)could not find asset with ID:? ?(?P<asset>azureml://\S*/models/\S+)", strength=HINT),
        operation(
            r"(?i)\bmodel\b.{0,120}\b(?:was not found|is not found|not found|could not be found"
            r"|does not exist|isn't registered|is not registered)\b",
            strength=HINT,
        ),
        looks(files_gone, source="doc"),
        operation(
            r"\bBlobNotFound\b|\bContainerNotFound\b|The specified (?:blob|container) does not exist",
            strength=HINT,
            source="doc",
        ),
        looks(asset_gone, strength=HINT),
    ),
    words=(("model", "the model"),),
    more=addresses.blob,
    gives=("account", "container", "blob"),
    happened="The machine was there and asked the storage account for the model, and the account "
    "answered that it has no such file.",
    fine="The quota was enough, and the identity was allowed to ask: a missing role is answered differently.",
    steps=(
        Step(
            "See the model version",
            "It must be registered in this workspace (or a registry that it may read).",
            "az ml model show --name {model} --version {model_version} -g {group} -w {workspace}",
        ),
        Step(
            "See whether its file is there",
            "",
            "az storage blob exists --account-name {account} --container-name {container} --name "
            "{blob} --subscription {subscription}"
            " --auth-mode login",
        ),
        fixes.READ_STORAGE_LOG,
        Step("Register the model again, or correct name and version in the deployment file"),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`BlobNotFound`, or `BlobContainerNotFound for containerName <container>`",
    source="Azure's guide, Unable to download user model",
    rivals=(
        ("code-not-found", "the path that the storage initializer asked for: the model's, or the code's"),
        ("startup-auth-storage", "the storage account's answer: not found (404), or not allowed (403)"),
        ("init-model-path", "who looked: Azure, which could not fetch the files, or init() after they were fetched"),
    ),
    next_test="If the file exists, the identity may not read it, or the network does not let it through.",
    outranks=("startup-auth-storage", "arm-resource-missing"),
)
