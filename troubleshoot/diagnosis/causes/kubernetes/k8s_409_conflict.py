"""Another operation on the Kubernetes endpoint is still running."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import HINT, Cause, looks
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Another operation on the endpoint is still running, so this call was refused",
    kind="Kubernetes",
    stage="ready",
    label="SCORING_409",
    code="409",
    signs=(looks(cluster.answered(409), strength=HINT, source="doc"),),
    happened="A Kubernetes endpoint takes one operation at a time. While it is created, updated or "
    "deleted, a further one gets 409.",
    fine="Address and key are in order.",
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
    look_for="HTTP/1.1 409",
    source="Azure's guide, Common error codes for Kubernetes online endpoints",
    next_test="The provisioning state of the endpoint tells whether an operation runs.",
    rivals=(("endpoint-busy", "there Azure names the state that the endpoint is in"),),
)
