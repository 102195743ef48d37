"""Docker could not build the image of a local deployment."""

from troubleshoot.diagnosis.cause import BUILD, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The image could not be built on this machine; Docker's output says why",
    kind="Local machine",
    stage="",
    label="IMAGE_BUILD",
    code="Local",
    signs=(
        operation(
            r"Building the local endpoint image failed with error: ?(?P<detail>[^\n]{0,200})",
            source="run",
            also=(BUILD,),
        ),
    ),
    words=(("detail", "it failed"),),
    happened="Docker ran the steps of the image and ended with: {detail}. It is the same build that Azure would run, "
    "so the same cause would stop it there.",
    fine="Docker runs, and nothing in Azure was asked or changed.",
    steps=(
        Step(
            "Read Docker's output from the last step on",
            "The first error in it is the cause.",
            "az ml online-deployment create --local -e {endpoint} -n {deployment} -f deployment.yml"
            " -g {group} -w {workspace}",
        ),
        Step(
            "Build the folder by hand, until it works",
            "",
            "docker build --progress=plain ~/.azureml/inferencing/{endpoint}/{deployment}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="no",
    look_for="Building the local endpoint image failed with error:",
    source="azure-ai-ml 1.35.2, run",
    next_test="The lines above the error hold pip's, conda's or apt's own message.",
    rivals=(
        ("local-docker-down", "there Docker itself does not answer"),
        ("build-pip-no-match", "the same with pip's own words in the output"),
    ),
    outranks=("environment-build-failed-unspecified",),
    is_general=True,
)
