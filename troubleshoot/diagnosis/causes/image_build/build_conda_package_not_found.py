"""conda finds no such package in the channels of the file."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="conda finds a package of the file in none of its channels",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"ResolvePackageNotFound|PackagesNotFoundError|nothing provides requested"
            r"|does not exist \(perhaps a typo or a missing channel\)",
            source="doc",
        ),
    ),
    happened="The name or version below the quoted line is not offered there.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Correct the name or version, or add its channel",
            "Or move the package to the pip section.",
            "conda search <package> -c conda-forge",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`ResolvePackageNotFound` or `PackagesNotFoundError`",
    source="Azure's environment troubleshooting, Package not found",
    outranks=("environment-build-failed-unspecified",),
)
