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
    ),
    words=(("package", "a system package"),),
    happened="The name is not in the package lists of the image, or the lists are old.",
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
    look_for="E: Unable to locate package '<package>'",
    source="Azure's guide, Failed to run apt-get command (environment troubleshooting)",
    outranks=("environment-build-failed-unspecified",),
)
