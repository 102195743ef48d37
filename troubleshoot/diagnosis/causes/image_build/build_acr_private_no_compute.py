"""The registry is private, and no compute inside the network is named for builds."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{registry} is private, but no cluster inside its network is named for builds",
    kind="Image build",
    stage="",
    label="NETWORK",
    code="ImageBuildFailure",
    signs=(
        operation(
            r"(?i)failed to communicate with the workspace's container registry", source="doc", also=(BUILD,)
        ),
    ),
    happened="The build runs outside the network and cannot reach the registry.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Name a cluster inside the network for builds",
            "",
            "az ml workspace update -n {workspace} -g {group} --image-build-compute <cluster>",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="failed to communicate with the workspace's container registry",
    source="Azure's guide, Image build compute not set in a private workspace with virtual network",
    outranks=("environment-build-failed-unspecified",),
)
