"""No node of the Kubernetes cluster has what the container asks for, so it never starts."""

from troubleshoot.diagnosis.cause import EVENTS, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="No node of the cluster has the cores, memory or device that the container asks for",
    kind="Kubernetes",
    stage="provisioning",
    label="ERR_2100",
    code="PodUnschedulable",
    signs=(
        operation(
            r"\d+/\d+ nodes are available: .{0,200}\b(?:Insufficient|didn't match"
            r"|had (?:untolerated )?taint|node\(s\))",
            also=(EVENTS, INFERENCE),
        ),
        operation(
            r"(?i)resource insufficient, \d+ replicas unschedulable"
            r"|couldn't schedule because the kubernetes cluster didn't have available resources"
            r"|node didn't have enough resource: ",
            also=(EVENTS, INFERENCE),
        ),
    ),
    happened="The scheduler of the cluster looked at each node and found none that fits.",
    fine="The image, the model and the code were not looked at yet.",
    steps=(
        Step("Compare what is asked with what the nodes have", "", "kubectl describe nodes"),
        Step("Ask for less, or add a node that fits"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="0/<n> nodes are available: <n> Insufficient cpu",
    source="Azure's guide, ERROR: PodUnschedulable",
    rivals=(
        ("quota-container-resources", "where it runs: a cluster of your own names its nodes"),
    ),
    outranks=("out-of-quota", "container-crashed"),
)
