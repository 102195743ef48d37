"""The routes that a custom container declares clash or are wrong."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The routes in inference_config clash or are not valid",
    kind="Wrong value",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(
            r"(?i)(?:liveness|readiness|scoring) ?route\b.{0,160}\b(?:must|should|cannot|invalid|same"
            r"|different|conflict|required|not (?:valid|allowed))",
            source="doc",
            strength=HINT,
        ),
        operation(
            r"(?i)\b(?:inference_?config|InferenceContainerProperties)\b.{0,160}\b(?:invalid|must"
            r"|cannot|required|conflict)",
            source="doc",
            strength=HINT,
        ),
    ),
    happened="Azure refused the request at once because of the environment's inference_config.",
    fine="Quota, the image, the model and the code were not looked at yet.",
    steps=(
        Step(
            "Correct the three routes",
            "Each has a port and a path; all are served by the same container.",
            " inference_config:\n   scoring_route:\n+    port: <port>\n+    path: <path>",
            form="diff",
            file="environment.yml",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`liveness route`, `readiness route` or `inference_config`, and that it must",
    source="public reports",
)
