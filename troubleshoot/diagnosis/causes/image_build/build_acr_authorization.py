"""The image build cannot sign in to the workspace's registry."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The image build cannot sign in to {registry}",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        operation(
            r"(?i)container registry authorization failure"
            r"|Unauthorized error encountered while attempting to connect to the container registry",
            also=(BUILD,),
        ),
    ),
    happened="The workspace's stored keys of the registry are old, or its network does not let the build in.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Bring the workspace's keys up to date", "", "az ml workspace sync-keys -n {workspace} -g {group}"
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="container registry authorization failure",
    source="Azure's guide, Azure Container Registry authorization failure",
    rivals=(
        ("build-push-failed", "the keys are refused before the build begins, or the finished image is not taken"),
        (
            "build-acr-private-no-compute",
            "the registry refuses the keys, or lies in a network that the build does not reach",
        ),
    ),
    outranks=("environment-build-failed-unspecified",),
)
