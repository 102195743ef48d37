"""Inference server 1.3 asks for azureml.contrib, which the environment does not have."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The inference server needs azureml-contrib-services, but the environment does not have it",
    kind="Missing package",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(console(r"ModuleNotFoundError: No module named 'azureml\.contrib'"),),
    happened="Server 1.3 imports azureml.contrib at its start, and the import failed.",
    fine="Quota, the image pull, the download of model and code, and the scoring script are in order.",
    steps=(
        Step(
            "Use server 1.4 or newer",
            "It needs Python 3.9 or newer.",
            "+      - azureml-inference-server-http>=1.4",
            form="diff",
            file="conda.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="ModuleNotFoundError: No module named 'azureml.contrib'",
    source="Azure's guide, ERROR: ResourceNotReady; exact text from public reports",
    outranks=("script-import-error", "init-exception", "container-crashed"),
)
