"""An old inference server beside newer parts of Flask, from which the names it imports were removed."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The inference server is older than the Flask parts beside it, so its imports fail",
    kind="Version mismatch",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"cannot import name '(?P<name>\w+)' from '(?:jinja2|itsdangerous|werkzeug|markupsafe"
            r"|flask|click)\b",
            source="doc",
        ),
    ),
    words=(("name", "a name"),),
    happened="The server asked one of Flask's parts for {name}, which newer versions no longer have, "
    "and ended at the start.",
    fine="Quota, the image pull, the download of model and code, and the scoring script are in order.",
    steps=(
        Step(
            "Update the server and do not list Flask's parts yourself",
            "Those are flask, jinja2, werkzeug, itsdangerous, markupsafe and click.",
            "+      - azureml-inference-server-http>=1.4",
            form="diff",
            file="conda.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="ImportError: cannot import name '<name>' from 'jinja2'",
    source="Azure's page of the inference server, ImportError or ModuleNotFoundError during server startup",
    outranks=("script-import-error", "init-exception", "container-crashed"),
)
