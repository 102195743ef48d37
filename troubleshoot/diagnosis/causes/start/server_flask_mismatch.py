"""Flask 2 beside an inference server that was made for Flask 1."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The inference server was made for an older Flask than the environment has",
    kind="Version mismatch",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(console(r"register\(\) takes 3 positional arguments but 4 were given", source="doc"),),
    happened="The server could not register its routes with this Flask and ended at the start.",
    fine="Quota, the image pull, the download of model and code, and the scoring script are in order.",
    steps=(
        Step(
            "Use a newer server and leave Flask to it",
            "",
            "-      - flask\n+      - azureml-inference-server-http>=1.4",
            form="diff",
            file="conda.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="register() takes 3 positional arguments but 4 were given",
    source="Azure's page of the inference server, TypeError during server startup",
    rivals=(
        ("server-flask-deps", "the error: register() with one argument too many, or a name that cannot be imported"),
    ),
    outranks=("init-exception", "container-crashed"),
)
