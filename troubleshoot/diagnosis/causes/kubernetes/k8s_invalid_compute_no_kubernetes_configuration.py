"""Azure has no configuration with which it could connect to the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation

cause = Cause(
    title="Azure has no valid configuration with which to connect to the cluster",
    kind="Kubernetes",
    stage="provisioning",
    label="BAD_REQUEST",
    code="InvalidComputeNoKubernetesConfiguration",
    signs=(
        operation(r"(?i)\bThe compute kubeconfig is invalid\b", source="doc"),
        *cluster.own_code("InvalidComputeNoKubernetesConfiguration"),
    ),
    happened="For a cluster by Azure Arc the relay's configuration is missing, for AKS the cluster's own.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        cluster.COMPUTE,
        cluster.ATTACH_AGAIN,
        cluster.about("InvalidComputeNoKubernetesConfiguration", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="The compute kubeconfig is invalid.",
    source="Azure's guide to Kubernetes compute, ERROR: InvalidComputeNoKubernetesConfiguration",
    next_test="Attaching the compute again writes the configuration anew; if the error stays, the cluster "
    "itself is gone.",
    rivals=(("k8s-invalid-compute-information", "there the configuration is there, but no longer fits"),),
)
