"""The image was built but could not be stored in the registry."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The image was built, but {registry} did not take it",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"(?i)failed to push\b", source="doc"),
        build(
            r"(?i)denied: requested access to the resource is denied|unauthorized: authentication required",
            source="doc",
            needs=(r"(?i)pushing image|the push refers to repository",),
            unless=(r"pull access denied for",),
        ),
    ),
    happened="The build itself ended well; storing the image did not.",
    fine="Packages and Dockerfile are in order.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Look at roles, network rules and space of the registry",
            "",
            "az acr show-usage -n {registry} -o table",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="yes",
    urgent="if serving",
    look_for="`failed to push`, or `requested access to the resource is denied`",
    source="Azure's environment troubleshooting, Failed to store Docker image",
    outranks=("environment-build-failed-unspecified",),
)
