"""pip finds no release of a package in this version, or for this Python."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="pip finds no release of {package} that it could install",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"No matching distribution found for (?P<package>[\w.\[\]=<>!~-]+)", source="run"),
        build(
            r"Could not find a version that satisfies the requirement (?P<package>[\w.\[\]=<>!~-]+)",
            source="run",
        ),
    ),
    words=(("package", "a package"),),
    happened="The name or version does not exist, or has no release for the Python of the environment.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("Correct name, version or Python of the environment", "", "pip download --no-deps {package}"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="No matching distribution found for <package>",
    source="Azure's guide, No matching distribution (environment troubleshooting)",
    outranks=("environment-build-failed-unspecified",),
)
