"""The Dockerfile cannot be read."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The Dockerfile has a line that cannot be read",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(build(r"(?i)unknown instruction: |dockerfile parse error", source="doc"),),
    happened="The build ended before its first step.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("Correct the line that the log names, and save the file as UTF-8"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="unknown instruction:",
    source="Azure's environment troubleshooting, Unknown Docker instruction",
    outranks=("environment-build-failed-unspecified",),
)
