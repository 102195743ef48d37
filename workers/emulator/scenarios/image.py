"""Images that cannot be pulled, or were never built."""
from workers.emulator.plan import Act, Cast, Expected
from workers.emulator.story import Story


def missing(cast: Cast) -> Act:
    registry = f"{cast.workspace.registry}.azurecr.io"
    error = (f"failed to resolve reference \"{cast.image}\": {registry}/{cast.repository}:{cast.tag}: "
             f"manifest unknown: manifest tagged by \"{cast.tag}\" is not found")
    expected = Expected(("image-not-found",), stage="image_pull", decisive="manifest unknown",
                        names=(cast.workspace.registry, cast.repository))
    return Act("image_missing", stop="pull", outcome="Failed", code="BadArgument", old="ERR_1200",
               text="Unable to download user container image.", fetch_errors=("HTTP status code: 404", error),
               expected=expected, quiet=25)


def _denied(story: str, cast: Cast, causes: tuple[str, ...]) -> Act:
    errors = ("HTTP status code: 401",
              "exchange refresh token failed: {\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required, "
              "visit https://aka.ms/acr/authorization\"}",
              f"failed to fetch credentials of {cast.workspace.registry}.azurecr.io with clientid {cast.client}")
    expected = Expected(causes, stage="image_pull", decisive="exchange refresh token failed",
                        names=(cast.workspace.registry, cast.principal))
    return Act(story, stop="pull", outcome="Failed", code="BadArgument", old="ERR_1200",
               text="Startup task failed due to authorization error.", fetch_errors=errors, expected=expected, quiet=40)


def denied_system(cast: Cast) -> Act:
    return _denied("image_denied_system", cast, ("startup-auth-acr", "role-not-propagated"))


def denied_user(cast: Cast) -> Act:
    return _denied("image_denied_user", cast, ("startup-auth-acr",))


def build_pip(cast: Cast) -> Act:
    from_pool = ("torch==2.99.0", "scikit-learn==1.1.999", "numpy==3.4.0", "transformers==9.9.1")
    pin = cast.draw.sub("pin").pick(from_pool)
    folder = f"azureml/ImageLogs/{cast.draw.sub('image').guid()}/build.log"
    signature = cast.draw.sub("sig").hex(40) + "%3D"
    text = (f"Image build failed. For more details, check the build log under the storage account "
            f"'{cast.workspace.storage}' in the container 'azureml' at the path '{folder}'.")
    pip = (f"ERROR: Could not find a version that satisfies the requirement {pin} (from versions: none); "
           f"ERROR: No matching distribution found for {pin}")
    link = (f"operationLog: https://{cast.workspace.storage}.blob.core.windows.net/azureml/ImageLogs/build.log"
            f"?sv=2023-11-03&sr=b&sp=r&se=2027-01-01T00%3A00%3A00Z&sig={signature}")
    expected = Expected(("build-pip-no-match",), decisive=f"No matching distribution found for {pin}",
                        names=(cast.environment, cast.environment_version, cast.workspace.storage))
    return Act("build_pip", stop="build", outcome="Failed", code="ImageBuildFailure", text=f"{text} {pip}.",
               details=(link,), secrets=(signature,), expected=expected, mute=True)


def build_timeout(cast: Cast) -> Act:
    text = ("Deployment failed due to timeout while waiting for Environment Image to become available. Check "
            "Environment Build Log in Workspace or Workspace storage for potential failures.")
    expected = Expected(("build-timeout",), decisive="timeout while waiting for Environment Image",
                        names=(cast.environment, cast.environment_version))
    return Act("build_timeout", stop="build", outcome="Failed", code="ResourceNotFound", text=text,
               expected=expected, mute=True)


STORIES = (
    Story("image_missing", missing, own_image=True),
    Story("image_denied_system", denied_system),
    Story("image_denied_user", denied_user, identity="UserAssigned", companion=True, color="green"),
    Story("build_pip", build_pip),
    Story("build_timeout", build_timeout),
)
