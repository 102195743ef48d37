"""The scoring address of the new deployment could not be checked."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The scoring address of the deployment could not be checked",
    kind="Kubernetes",
    stage="probes",
    label="BAD_REQUEST",
    code="ValidateScoringFailed",
    signs=(*cluster.own_code("ValidateScoringFailed"),),
    happened="After the model was set up, Azure checked the address at which it is to be called, and the check failed.",
    fine="The image was pulled and the container was started.",
    steps=(
        Step(
            "Look at the address of the endpoint",
            "",
            "az ml online-endpoint show -n {endpoint} --query scoring_uri -g {group} -w {workspace}",
        ),
        cluster.PODS,
        Step("Deploy again"),
        cluster.about("ValidateScoringFailed"),
    ),
    who="cluster administrator",
    retry="yes",
    urgent="if serving",
    look_for="ValidateScoringFailed",
    source="Azure's guide, ERROR: ValidateScoringFailed",
    next_test="A call to the scoring address from inside the cluster tells whether the route or the "
    "container is the matter.",
    rivals=(("k8s-scoring-fe", "there the front that would take the call is not healthy"),),
)
