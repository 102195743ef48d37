"""The extension's ingress service in the cluster has no running pods."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The extension's service in the cluster has no running pods",
    kind="Kubernetes",
    stage="provisioning",
    label="BAD_REQUEST",
    code="ClusterServiceNotFound",
    signs=(
        operation(r"(?i)\bAzureML extension service not found in cluster\b", source="doc"),
        *cluster.own_code("ClusterServiceNotFound"),
    ),
    happened="Azure speaks to the extension through the service azureml-ingress-nginx-controller, and no "
    "pod stands behind it.",
    fine="The cluster was reached. Image, model and code were not looked at yet.",
    steps=(
        Step("Look at the service and its pods", "", "kubectl get service,pods -n azureml | grep ingress"),
        Step(
            "See why its pods do not run",
            "Mostly there is no room for them.",
            "kubectl describe pods -n azureml -l app.kubernetes.io/name=azureml-ingress-nginx",
        ),
        cluster.about("ClusterServiceNotFound", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="AzureML extension service not found in cluster.",
    source="Azure's guide to Kubernetes compute, ERROR: ClusterServiceNotFound",
    next_test="kubectl get pods -n azureml shows whether the ingress controller's pod is Pending.",
    rivals=(("k8s-azureml-fe-not-ready", "there the front that takes scoring calls is not healthy"),),
)
