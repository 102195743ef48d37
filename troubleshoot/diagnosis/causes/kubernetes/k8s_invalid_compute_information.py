"""What the workspace knows about the compute no longer fits the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation

cause = Cause(
    title="What the workspace knows about the compute no longer fits the cluster",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="InvalidComputeInformation",
    signs=(
        operation(
            r"(?i)\bThe compute information is invalid\b",
            source="doc",
            needs=(rf"InvalidComputeInformation|{cluster.WORDS}",),
        ),
        *cluster.own_code("InvalidComputeInformation"),
    ),
    happened="Azure checks the compute before it deploys, and the check failed: the target is gone, or "
    "the extension's settings in the cluster were changed.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        cluster.COMPUTE,
        cluster.ATTACH_AGAIN,
        cluster.about("InvalidComputeInformation", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="The compute information is invalid.",
    source="Azure's guide to Kubernetes compute, ERROR: InvalidComputeInformation",
    next_test="az ml compute show tells whether cluster and namespace are still the ones in use.",
    rivals=(("k8s-invalid-compute-no-kubernetes-configuration", "there the way to connect to the cluster is missing"),),
)
