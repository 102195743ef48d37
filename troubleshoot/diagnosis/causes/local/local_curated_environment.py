"""A local deployment names an environment that has neither an image nor a build folder."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The environment has no image or build folder that a local deployment can use",
    kind="Local machine",
    stage="",
    label="BAD_REQUEST",
    code="Local",
    signs=(
        operation(
            r"environment\.image or the environment\.build\.path set to work for local endpoints"
            r"|Curated environments are not supported for local deployments",
            source="run",
        ),
    ),
    happened="The client builds the image on this machine, from the image and conda file or the build folder of the "
    "environment. This one has neither, as Azure's curated environments do.",
    fine="Docker runs, and nothing in Azure was changed.",
    steps=(
        Step(
            "Give the environment in the file of the deployment",
            "",
            "-environment: azureml:<environment>:<version>\n"
            "+environment:\n+  image: mcr.microsoft.com/azureml/minimal-py312-inference:latest\n"
            "+  conda_file: ./conda.yml",
            form="diff",
            file="deployment.yml",
        ),
        Step(
            "Or try it in Azure, where curated environments work",
            "",
            "az ml online-deployment create -e {endpoint} -n {deployment} -f deployment.yml -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="no",
    look_for="Curated environments are not supported for local deployments",
    source="azure-ai-ml 1.35.2, run",
    next_test="az ml environment show tells whether the environment has an image or a build path.",
    rivals=(("local-artifact-missing", "there the file of the deployment itself lacks a local path"),),
)
