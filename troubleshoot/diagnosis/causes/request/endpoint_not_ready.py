"""The endpoint was never made successfully, or is being deleted, so nothing can be deployed to it."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The endpoint was never made successfully, so nothing can be deployed to it",
    kind="Wrong state",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(r"(?i)endpoint (?:\[?[\w-]+\]? )?has not been created successfully"),
        operation(r"(?i)please recreate (?:the )?endpoint"),
    ),
    happened="Azure refused the request because of the endpoint's state. Why the endpoint is in that "
    "state is not in this message.",
    fine="The deployment itself was not looked at.",
    steps=(
        Step(
            "See the state of the endpoint",
            "",
            "az ml online-endpoint show -n {endpoint} --query "
            "'{{state:provisioning_state,traffic:traffic}}' -g {group} -w {workspace}",
        ),
        Step(
            "Create the endpoint again, then the deployment",
            "If it is being deleted, wait until that has ended.",
            "az ml online-endpoint create -n {endpoint} -f endpoint.yml -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="endpoint has not been created successfully",
    source="public reports",
)
