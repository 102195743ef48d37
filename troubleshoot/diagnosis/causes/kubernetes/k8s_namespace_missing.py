"""The namespace in which the compute works is gone from the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The namespace of the compute is gone from the cluster",
    kind="Kubernetes",
    stage="provisioning",
    label="BAD_REQUEST",
    code="NamespaceNotFound",
    signs=(
        *cluster.shared_code("NamespaceNotFound"),
        operation(
            r"(?i)Error from server \(NotFound\): namespaces \W(?P<namespace>[a-z0-9-]+)\W not found",
            strength=HINT,
            source="run",
        ),
    ),
    words=(("namespace", "the namespace"),),
    happened="The workspace knows the compute by a namespace of the cluster, and {namespace} is not there any more.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step("See which namespaces there are", "", "kubectl get namespaces"),
        cluster.COMPUTE,
        Step(
            "Make the namespace again, or attach the compute anew with one that exists",
            "",
            "kubectl create namespace <namespace>",
        ),
        cluster.about("NamespaceNotFound"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="NamespaceNotFound",
    source="Azure's guide, ERROR: NamespaceNotFound",
    next_test="kubectl get namespaces shows whether the namespace of the compute exists.",
    rivals=(("k8s-compute-not-found", "there the workspace does not know the compute"),),
)
