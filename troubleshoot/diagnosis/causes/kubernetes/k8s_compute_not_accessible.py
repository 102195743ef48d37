"""The workspace's identity has no access to the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The workspace's identity has no access to the cluster",
    kind="Kubernetes",
    stage="provisioning",
    label="AUTHZ",
    code="ComputeNotAccessible",
    signs=(
        operation(r"(?i)\bThe Kubernetes compute is not accessible\b", source="doc"),
        *cluster.shared_code("ComputeNotAccessible"),
    ),
    happened="The workspace speaks to the cluster in the name of its own managed identity, and that has no role there.",
    fine="The compute is known, and image, model and code were not looked at yet.",
    steps=(
        Step(
            "See which roles the workspace's identity has on the cluster",
            "",
            "az role assignment list --assignee <principal-id> --scope <cluster-id> -o table",
        ),
        Step(
            "Give it a role on the cluster",
            "",
            "az role assignment create --assignee <principal-id> --role 'Azure Kubernetes Service "
            "Cluster Admin Role' --scope <cluster-id>",
        ),
        cluster.about("ComputeNotAccessible", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="The Kubernetes compute is not accessible.",
    source="Azure's guide to Kubernetes compute, ERROR: ComputeNotAccessible",
    next_test="The role assignments of the workspace's identity on the cluster show whether one is missing.",
    rivals=(("k8s-cluster-not-reachable", "there the network is the matter, not a role"),),
)
