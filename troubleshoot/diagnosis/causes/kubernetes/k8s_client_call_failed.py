"""The extension of a Kubernetes cluster cannot be reached."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The Kubernetes cluster's extension cannot be reached from Azure",
    kind="Kubernetes",
    stage="provisioning",
    label="NETWORK",
    code="InferencingClientCallFailed",
    signs=(
        operation(
            r"(?i)(?:cluster|extension|relay)\b.{0,120}\b(?:not connectable|cannot be connected"
            r"|not reachable|is not connected|cannot be reached|unreachable)"
        ),
        operation(
            r"(?i)Failed to connect to (?:the )?(?:kubernetes )?cluster"
            r"|no listeners? (?:are )?connected",
            strength=HINT,
        ),
        *cluster.shared_code("InferencingClientCallFailed"),
    ),
    happened="Azure sends the deployment through the extension in the cluster, and that did not answer.",
    fine="Quota, the image, the model and the code were not looked at yet.",
    steps=(
        Step("Look at the extension", "Its pods stand in the namespace azureml.", "kubectl get pods -n azureml"),
        cluster.ATTACH_AGAIN,
        cluster.about("InferencingClientCallFailed"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="cluster…not connectable",
    source="public reports",
)
