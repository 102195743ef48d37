"""run() is declared in a way that the inference server does not accept."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="run() must take one plain argument, but it is declared otherwise",
    kind="Wrong signature",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"run\(\) cannot accept positional-only arguments, \*args, or \*\*kwargs\.", source="run"),
        console(r"run\(\) needs to accept an argument for input data\.", source="run"),
        console(r"run\(\) cannot be decorated with both @rawhttp and @input_schema", source="run"),
    ),
    happened="The server looked at the arguments of run() before it called init(), refused them, and "
    "the worker ended.",
    fine="Quota, the image pull, the download of model and code, and the imports are in order.",
    steps=(
        Step(
            "Give run() one plain argument for the data",
            "",
            "+def run(data):\n+    ...",
            form="diff",
            file="score.py",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="run() cannot accept positional-only arguments",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    outranks=("init-exception", "container-crashed"),
)
