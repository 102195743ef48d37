"""A model of a shared registry cannot be deployed in this way."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="This registry model cannot be deployed in this way",
    kind="Not supported",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(r"(?i)'?Image'? must not be empty", strength=HINT),
        operation(r"(?i)\b(?:registry|registries)\b.{0,120}\b(?:is|are) not supported\b", strength=HINT),
    ),
    happened="Azure refused the request: for this kind of endpoint the model of the registry brings "
    "no image of its own.",
    fine="Quota was not looked at yet.",
    steps=(
        Step(
            "Name an environment in the deployment",
            "Or copy the model into the workspace and deploy that.",
            "az ml model show --name {model} --version {model_version} -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="'Image' must not be empty",
    source="public reports",
)
