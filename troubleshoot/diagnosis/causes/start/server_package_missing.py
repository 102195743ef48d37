"""The environment lacks the inference server, so there is nothing that could run the scoring script."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The container needs azureml-inference-server-http, but the environment does not have it",
    kind="Missing package",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"A required package azureml-inference-server-http is missing"),
        console(r"Package\(s\) not found: azureml-inference-server-http"),
        console(
            r"No module named '?azureml_inference_server_http|azmlinfsrv: (?:command )?not found",
            source="run",
        ),
    ),
    happened="The image starts the inference server, and the server is not installed in it.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Add the server to the environment",
            "",
            "     - pip:\n+      - azureml-inference-server-http",
            form="diff",
            file="conda.yml",
        ),
        Step(
            "If the image brings a server of its own, declare its routes",
            "Set inference_config on the environment.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="A required package azureml-inference-server-http is missing",
    source="Azure's guide, ERROR: ResourceNotReady; exact text from public reports",
    rivals=(
        (
            "server-contrib-missing",
            "the name: azureml-inference-server-http, or azureml.contrib, which an installed server "
            "asks for",
        ),
        ("script-local-module-missing", "the name: azureml-inference-server-http, or a file of your own project"),
    ),
    outranks=("script-import-error", "init-exception", "container-crashed"),
)
