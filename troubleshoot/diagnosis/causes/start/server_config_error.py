"""A setting of the inference server has a value that it cannot use."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The inference server refuses its setting {name}, because the value is not valid",
    kind="Wrong setting",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"(?m)^\s*(?P<name>[A-Z][A-Z0-9_]+): .{0,200}\(environment variable: ", source="run"),
        console(r"={10,}Configuration Error={10,}", source="run"),
    ),
    words=(("name", "in an environment variable"),),
    happened="The server read its settings from the environment variables, refused one, and the "
    "worker ended before the script was imported.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Correct the variable in the deployment",
            "The line below the heading says what was expected.",
            " environment_variables:\n+  {name}: <valid value>",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="===============Configuration Error=================",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    outranks=("init-exception", "container-crashed"),
)
