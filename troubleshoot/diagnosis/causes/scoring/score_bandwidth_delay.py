"""The bandwidth limit of the endpoint holds calls back."""

from troubleshoot.diagnosis.cause import Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The endpoint's bandwidth limit held the call back for {milliseconds} ms",
    kind="Slow",
    stage="ready",
    label="SCORING_*",
    code="200",
    signs=(
        scoring(
            r"(?i)\bms-azureml-bandwidth-(?:request|response)-delay-ms\W{1,4}(?P<milliseconds>0*[1-9]\d*)",
            source="doc",
        ),
    ),
    words=(("milliseconds", "some"),),
    happened="Calls and answers of the endpoint together were larger than its limit of 5 MB in a second, unless "
    "raised. Azure refuses none of them for that, but slows them down and says so in a trailer.",
    fine="The call was answered; key, address and model are in order.",
    steps=(
        Step("Send and return less", "Compressed bodies, smaller images, or the address of a blob."),
        Step(
            "See how much goes through",
            "The metric counts both directions.",
            "az monitor metrics list --resource $(az ml online-endpoint show -n {endpoint} -g {group} -w {workspace}"
            " --query id -o tsv) --metric NetworkBytes --interval PT1M -o table",
        ),
        Step("Ask for a higher limit", "https://ml.azure.com/quota. Deployments must be made again afterwards."),
    ),
    who="workspace owner",
    retry="no",
    urgent="now",
    look_for="ms-azureml-bandwidth-request-delay-ms",
    source="Azure's guide, Bandwidth limit issues",
    next_test="The metric of network bytes at that minute: above 5 MB in a second it is the limit.",
    rivals=(("score-408-timeout", "there the model itself took too long"),),
)
