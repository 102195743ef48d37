"""A package has no ready build for this Python, and building it from its source failed."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{package} had to be built from its source during the image build, and that failed",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"Failed building wheel for (?P<package>[\w.-]+)|Failed to build (?P<other>[\w.-]+)\s*$"
            r"|error: subprocess-exited-with-error|Command errored out with exit status \d+:? ?.{0,400}setup\.py"
            r"|(?:setup\.py \w+|wheel|metadata)(?: \(pyproject\.toml\))? did not run successfully",
            strength=HINT,
            source="run",
        ),
        build(
            r"(?m)^.{0,40}error: (?:metadata-generation-failed|legacy-install-failure"
            r"|failed-wheel-build-for-install)\b",
            source="run",
        ),
        build(
            r"(?:setup\.py \w+|wheel|metadata)(?: \(pyproject\.toml\))? did not run successfully",
            source="run",
            needs=(r"error: (?:metadata-generation|legacy-install|failed-wheel-build)|See above for output\.",),
        ),
        build(
            r"ERROR: (?:Could not build wheels for|Failed to build installable wheels for some pyproject\.toml"
            r" based projects \()(?: ?)(?P<package>[\w.-]+)",
            source="run",
        ),
        build(r"error: command '?\S*(?:gcc|g\+\+|cc|x86_64-linux-gnu-gcc)\S*'? failed", source="run"),
    ),
    words=(("package", "A package"), ("other", "a package")),
    happened="pip found no wheel for this Python, so it ran the package's own build, and that ended in an error.",
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
    look_for="`error: command '…gcc' failed`, or `Failed building wheel for <package>`",
    source="Azure's environment troubleshooting, Compile error",
    outranks=("environment-build-failed-unspecified",),
)
