"""The cluster behind the compute does not exist any more."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster behind the compute does not exist any more",
    kind="Kubernetes",
    stage="provisioning",
    label="BAD_REQUEST",
    code="ClusterNotFound",
    signs=(
        operation(r"(?i)\bCannot (?:found|find) Kubernetes cluster\b", source="doc"),
        *cluster.shared_code("ClusterNotFound"),
    ),
    happened="The workspace knows the compute, but the cluster's resource that it names was not found.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        cluster.COMPUTE,
        Step("See whether the cluster is there", "", "az aks list -o table\naz connectedk8s list -o table"),
        cluster.ATTACH_AGAIN,
        cluster.about("ClusterNotFound", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Cannot found Kubernetes cluster.",
    source="Azure's guide to Kubernetes compute, ERROR: ClusterNotFound",
    next_test="az aks list in the cluster's subscription shows whether it was deleted or moved.",
    rivals=(
        ("k8s-compute-not-found", "there the workspace has no such compute"),
        ("k8s-cluster-not-reachable", "there the cluster exists and does not answer"),
    ),
)
