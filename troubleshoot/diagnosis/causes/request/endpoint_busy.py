"""Another operation on the endpoint has not ended yet."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Another operation on the endpoint has not ended yet, so this one was refused",
    kind="Busy",
    stage="",
    label="BAD_REQUEST",
    code="Conflict",
    signs=(
        operation(
            r"(?i)cannot (?:create|update|delete|change) (?:a |the )?(?:deployment|endpoint"
            r"|traffic)\b.{0,80}\bbecause it is in (?P<state>\w+) (?:provisioning )?state"
        ),
        operation(
            r"(?i)another operation on (?:the )?same entity is already running|already (?:a"
            r"|an) (?:running|ongoing) operation|\balready running method \w+"
        ),
        operation(
            r"(?i)(?:endpoint|deployment)\b.{0,80}\bis in (?P<state>creating|updating|deleting"
            r"|scaling) (?:provisioning )?state",
            unless=(r"(?i)has not been created successfully or",),
        ),
    ),
    words=(("state", "another"),),
    happened="The endpoint is in {state} state, and Azure lets one operation at a time change it. "
    "Nothing was changed.",
    fine="The request itself is in order.",
    steps=(
        Step(
            "Wait until the endpoint is Succeeded, then send it again",
            "",
            "az ml online-endpoint show -n {endpoint} --query provisioning_state -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="wait",
    urgent="if serving",
    look_for="because it is in <state> provisioning state",
    source="Azure's guide, Common error codes for Kubernetes online endpoints (409); exact text from public reports",
)
