"""No deployment of the endpoint gets any traffic."""

from troubleshoot.diagnosis.cause import Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="No deployment of the endpoint gets any traffic, so there is nobody to answer",
    kind="No traffic",
    stage="ready",
    label="SCORING_404",
    old_code="HTTP 404",
    code="404",
    signs=(scoring(r"(?i)no valid deployments? to route to"),),
    happened="The call reached the endpoint, and all weights are 0, or the deployment that the call "
    "names does not exist.",
    fine="Key and address are in order.",
    steps=(
        Step(
            "See the weights",
            "",
            "az ml online-endpoint show -n {endpoint} --query traffic -g {group} -w {workspace}",
        ),
        Step(
            "Give traffic to a deployment that is ready",
            "Or name one in the header azureml-model-deployment.",
            "az ml online-endpoint update -n {endpoint} --traffic <deployment>=100 -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="`404`, `no valid deployments to route to`",
    source="Azure's guide, HTTP status codes",
    rivals=(
        ("score-404-wrong-url", "the answer: \"no valid deployments to route to\", or a URL that was not found"),
    ),
)
