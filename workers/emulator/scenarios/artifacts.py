"""Model and code that cannot be fetched from the workspace's storage."""
from workers.emulator.plan import Act, Cast, Expected
from workers.emulator.story import Story


def model_missing(cast: Cast) -> Act:
    errors = (f"ResourceNotFoundError: The specified blob does not exist. ErrorCode:BlobNotFound Url: {cast.blob_url}",)
    expected = Expected(("model-not-found",), stage="model_and_code", decisive="BlobNotFound",
                        names=(cast.model, cast.model_version, cast.workspace.storage, cast.blob_container, cast.blob))
    return Act("model_missing", stop="download", outcome="Failed", code="BadArgument", old="ERR_1300",
               text="Unable to download user model.", storage_errors=errors, expected=expected, missing=("model",))


def code_missing(cast: Cast) -> Act:
    url = f"https://{cast.workspace.storage}.blob.core.windows.net/{cast.blob_container}/{cast.blob_folder}/code"
    errors = (f"Downloading code {cast.code} failed: ResourceNotFoundError: The specified blob does not exist. "
              f"ErrorCode:BlobNotFound Url: {url}",)
    expected = Expected(("code-not-found",), stage="model_and_code", decisive="BlobNotFound",
                        names=(cast.workspace.storage, cast.blob_container, cast.blob_folder))
    return Act("code_missing", stop="download", outcome="Failed", code="BadArgument", old="ERR_1300",
               text="Unable to download user code.", storage_errors=errors, expected=expected, missing=("code",))


def storage_denied(cast: Cast) -> Act:
    signature = cast.draw.sub("sas").hex(42) + "%3D"
    url = f"{cast.blob_url}?sv=2023-11-03&se=2027-01-01T00%3A00%3A00Z&sr=b&sp=r&sig={signature}"
    errors = ("HttpResponseError: This request is not authorized to perform this operation using this permission. "
              f"ErrorCode:AuthorizationPermissionMismatch Url: {url}",)
    expected = Expected(("startup-auth-storage",), stage="model_and_code", decisive="AuthorizationPermissionMismatch",
                        names=(cast.workspace.storage, cast.principal))
    return Act("storage_denied", stop="download", outcome="Failed", code="BadArgument", old="ERR_1300",
               text="Startup task failed due to authorization error.", storage_errors=errors, secrets=(signature,),
               expected=expected, quiet=20)


STORIES = (
    Story("model_missing", model_missing),
    Story("code_missing", code_missing),
    Story("storage_denied", storage_denied, identity="UserAssigned"),
)
