"""Azure could not read the information about the compute from the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Azure could not read the compute's information from the cluster",
    kind="Kubernetes",
    stage="provisioning",
    label="BAD_REQUEST",
    code="GenericComputeError",
    signs=(
        operation(
            r"(?i)\bFailed to get compute information\b", source="doc", needs=(rf"GenericComputeError|{cluster.WORDS}",)
        ),
        *cluster.own_code("GenericComputeError"),
    ),
    happened="Before it deploys, Azure asks the cluster about the compute: whether it is up, and which "
    "instance types it has. That failed.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step("See whether the cluster runs", "", "az aks show -n <cluster> -g {group} --query powerState"),
        cluster.COMPUTE,
        cluster.ATTACH_AGAIN,
        cluster.about("GenericComputeError", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="yes",
    urgent="if serving",
    look_for="Failed to get compute information.",
    source="Azure's guide to Kubernetes compute, ERROR: GenericComputeError",
    next_test="az aks show tells whether the cluster runs at all.",
    rivals=(
        ("k8s-cluster-not-reachable", "there Azure says that no connection came about"),
        ("k8s-compute-not-found", "there the workspace does not know the compute"),
    ),
)
