"""The registry of the base image refuses the build."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{host} refuses the build, so the base image cannot be pulled",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"Authentication failed for container registry (?P<host>[\w.-]+)"),
        build(
            r"unauthorized: authentication required|unauthorized: incorrect username or password"
            r"|failed to authorize: .{0,200}\b(?:401|403)\b",
            source="doc",
            unless=(r"(?i)pushing image|the push refers to repository|exporting to image",),
        ),
        build(
            r"pull access denied for|unauthorized: authentication required|\btoomanyrequests\b",
            strength=HINT,
            source="doc",
        ),
    ),
    words=(("host", "The registry of the base image"),),
    happened="The registry asked for a sign-in that the build does not have.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Create a workspace connection for that registry, or use a public image",
            "",
            "az ml connection create --file connection.yml -g {group} -w {workspace}",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Authentication failed for container registry <host>",
    source="Azure's environment troubleshooting, Failed to pull Docker image; exact text from public reports",
    outranks=("environment-build-failed-unspecified",),
)
