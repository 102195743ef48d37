"""A probe setting is outside the allowed range."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A probe setting is outside the range that Azure allows",
    kind="Wrong value",
    stage="",
    label="BAD_REQUEST",
    code="DeploymentFailed",
    signs=(
        operation(
            r"(?i)Invalid value provided for (?P<setting>[\w ]{3,40}) for Probe: "
            r"<?(?P<value>[\w.-]+)>?"
        ),
        operation(r"(?:Liveness|Readiness|Startup)Probe\.\w+\W.{0,40}(?i:invalid value)"),
    ),
    words=(("setting", "a probe setting"), ("value", "outside its range")),
    happened="Azure refused the request at once: {setting} was {value}. No probe ever ran.",
    fine="Quota, the image, the model and the code were not looked at yet.",
    steps=(
        Step(
            "Correct the setting",
            "Periods and timeouts are in seconds and below 300.",
            " liveness_probe:\n+  period: 10\n+  timeout: 2",
            form="diff",
            file="deployment.yml",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Invalid value provided for <setting> for Probe: <value>",
    source="public reports",
    outranks=("probe-liveness-failed", "probe-readiness-failed", "invalid-request-value"),
)
