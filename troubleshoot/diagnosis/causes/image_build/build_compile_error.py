"""A package has no ready build for this Python, and compiling it failed."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{package} had to be compiled during the image build, and that failed",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"Failed building wheel for (?P<package>[\w.-]+)|Failed to build (?P<other>[\w.-]+)\s*$",
            strength=HINT,
            source="run",
        ),
        build(r"error: command '?\S*(?:gcc|g\+\+|cc|x86_64-linux-gnu-gcc)\S*'? failed", source="run"),
    ),
    words=(("package", "A package"), ("other", "a package")),
    happened="pip found no wheel for this Python and tried to compile the package.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Take a version that has a wheel for this Python", "Or install compiler and headers in the image."
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="error: command '…gcc…' failed",
    source="Azure's guide, Compile error (environment troubleshooting)",
    outranks=("environment-build-failed-unspecified",),
)
