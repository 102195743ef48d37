"""apt-get could not install a system package."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="apt-get could not install {package} during the image build",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"E: (?:Unable to locate package"
            r"|Package) '?(?P<package>[\w.+-]+)'?(?: has no installation candidate)?",
            source="doc",
        ),
        build(
            r"E: The repository '[^']+' (?:does not have|no longer has) a Release file"
            r"|E: Failed to fetch \S+\s+404\s+Not Found|E: Version '[^']+' for '(?P<package>[\w.+-]+)' was not found"
            r"|E: Unmet dependencies|E: Unable to correct problems, you have held broken packages",
            source="doc",
        ),
    ),
    words=(("package", "a system package"),),
    happened="The package sources of the image do not offer it: the name is wrong, the lists are old, or this "
    "release of the system is no longer served.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("Correct the name, and run apt-get update in the same layer"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="yes",
    urgent="if serving",
    look_for="E: Unable to locate package <package>",
    source="Azure's environment troubleshooting, Failed to run apt-get command",
    outranks=("environment-build-failed-unspecified",),
)
