"""The base image, or its tag, does not exist."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, OPERATION, Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The base image of the environment does not exist under this name and tag",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"manifest unknown|manifest for \S+ not found|: not found: manifest", source="doc"),
        build(
            r"failed to resolve source metadata for \S+ \S+: not found|invalid reference format",
            source="doc",
        ),
        build(
            r"(?i)base image\b.{0,80}\b(?:does not exist|doesn't exist|(?:is|was) not found|not found)",
            strength=HINT,
            source="doc",
            also=(OPERATION,),
        ),
    ),
    happened="The build asked the registry for the base image, and it has none of that name.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        Step(
            "Correct image and tag, and pin them",
            "",
            "az ml environment show --name {environment} --version {environment_version} -g {group} "
            "-w {workspace}",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`manifest unknown`, in the build log",
    source="Azure's environment troubleshooting, Image not found",
    outranks=("environment-build-failed-unspecified", "arm-resource-missing"),
)
