"""Azure reaches no API server of the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Azure cannot reach the cluster, which may be stopped",
    kind="Kubernetes",
    stage="provisioning",
    label="NETWORK",
    code="ClusterNotReachable",
    signs=(
        operation(r"(?i)\bThe Kubernetes cluster is not reachable(?:\.|\W*$)", source="doc"),
        *cluster.shared_code("ClusterNotReachable"),
    ),
    happened="No connection to the cluster came about: it is stopped, or its API server does not answer.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step("See whether the cluster runs", "", "az aks show -n <cluster> -g {group} --query powerState"),
        Step("Start it", "", "az aks start -n <cluster> -g {group}"),
        Step("See whether its API server answers", "", "kubectl get nodes"),
        cluster.about("ClusterNotReachable", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="The Kubernetes cluster is not reachable.",
    source="Azure's guide to Kubernetes compute, ERROR: ClusterNotReachable",
    next_test="az aks show tells whether the cluster is stopped.",
    rivals=(
        ("k8s-client-call-failed", "there the cluster may run, but its extension does not answer"),
        ("k8s-cluster-not-found", "there the cluster does not exist any more"),
    ),
    outranks=("k8s-client-call-failed",),
)
