"""The Dockerfile copies a file that is not in the build context."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The Dockerfile copies a file that is not in the build context",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"(?:COPY|ADD) failed: (?:.{0,200}(?:no such file or directory|not found in build context"
            r"|no source files were specified|does not exist))",
            source="doc",
        ),
        build(r"failed to (?:compute cache key|calculate checksum).{0,200}\": not found", source="doc"),
    ),
    happened="The context may have at most 100 files and 1 MB; what is not in it cannot be copied.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("Put the file into the context, and look at .dockerignore"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`COPY failed`, or `failed to compute cache key`",
    source="Azure's environment troubleshooting, File not found",
    outranks=("environment-build-failed-unspecified",),
)
