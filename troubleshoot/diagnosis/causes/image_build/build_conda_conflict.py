"""conda found no set of versions that fits together."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The packages of the conda file contradict each other",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"\b(?:LibMamba)?UnsatisfiableError\b", source="doc"),
        build(r"The following packages? (?:is|are) incompatible", source="doc"),
    ),
    happened="conda looked for versions that fit together and found none.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("Loosen the pins, or move packages to the pip section"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="UnsatisfiableError",
    source="Azure's environment troubleshooting, Conda timeout",
    rivals=(
        (
            "build-conda-package-not-found",
            "conda found the packages but no set that fits together, or did not find one of them",
        ),
    ),
    outranks=("environment-build-failed-unspecified",),
)
