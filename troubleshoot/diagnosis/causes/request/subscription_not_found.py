"""The subscription does not exist, or is not active."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The subscription does not exist under this id, or is not active",
    kind="Not found",
    stage="",
    label="BAD_REQUEST",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)\bsubscription\b.{0,60}\b(?:doesn't exist|does not exist|could not be found"
            r"|was not found|not found|is disabled|not active)\b",
            source="doc",
        ),
    ),
    happened="Azure refused the request before it looked at anything else.",
    fine="Quota, the image, the model and the code were not looked at yet.",
    steps=(
        Step(
            "See its name and state",
            "",
            "az account show --subscription {subscription} --query '{{name:name,state:state}}'",
        ),
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="subscription … doesn't exist",
    source="Azure's guide, Subscription doesn't exist",
)
