"""Azure could not connect to the cluster; the reason stands in the message."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Azure could not connect to the cluster: {detail}",
    kind="Kubernetes",
    stage="provisioning",
    label="NETWORK",
    code="GenericClusterError",
    signs=(
        operation(r"(?i)\bFailed to connect to Kubernetes cluster: ?(?P<detail>[^\n\"]{3,160})", source="doc"),
        operation(r"(?i)\bFailed to connect to Kubernetes cluster\b", source="doc"),
        *cluster.own_code("GenericClusterError"),
    ),
    words=(("detail", "the reason is not told"),),
    happened="The connection to the API server of the cluster failed. A stopped cluster, or address "
    "ranges that leave out Azure's control plane, are the usual reasons.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step(
            "See whether the cluster runs, and whom it lets in",
            "",
            "az aks show -n <cluster> -g {group} --query "
            "'{{power:powerState,ranges:apiServerAccessProfile.authorizedIpRanges}}'",
        ),
        Step(
            "Start it, or let the control plane of Azure Machine Learning in",
            "",
            "az aks start -n <cluster> -g {group}",
        ),
        cluster.about("GenericClusterError", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Failed to connect to Kubernetes cluster:",
    source="Azure's guide to Kubernetes compute, ERROR: GenericClusterError",
    next_test="kubectl get nodes from an address that is let in tells whether the API server answers.",
    rivals=(
        ("k8s-client-call-failed", "there the extension in the cluster does not answer, though the cluster may"),
        ("k8s-cluster-unauthorized", "there the cluster answered and refused"),
    ),
    outranks=("k8s-client-call-failed",),
)
