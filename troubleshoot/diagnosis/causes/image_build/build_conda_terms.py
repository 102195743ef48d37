"""conda fetches from a channel whose terms of service nobody has accepted in the build."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import OPERATION, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="conda asks for the terms of service of a channel to be accepted, and the build cannot",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"CondaToSNonInteractiveError|Terms of Service have not been accepted for the following channels",
            also=(OPERATION,),
        ),
    ),
    happened="Newer versions of conda ask for the terms of Anaconda's own channels (repo.anaconda.com/pkgs/main and "
    "r) to be accepted. A build answers no question, so conda ended.",
    fine="The package list could be read, and the base image was fetched.",
    steps=(
        Step(
            "Take the packages from conda-forge",
            "It has no such terms.",
            " channels:\n-  - defaults\n+  - conda-forge\n+  - nodefaults",
            form="diff",
            file="conda.yml",
        ),
        Step(
            "Or accept the terms in the Dockerfile, if your organisation may",
            "",
            "+ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes",
            form="diff",
            file="Dockerfile",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Terms of Service have not been accepted for the following channels",
    source="conda's own words (conda-anaconda-tos)",
    next_test="Run `conda tos` in the base image: it lists the channels and whether they are accepted.",
    outranks=("environment-build-failed-unspecified", "mlflow-conda-at-start"),
)
