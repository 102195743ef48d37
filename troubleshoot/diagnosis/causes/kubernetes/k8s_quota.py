"""The cluster has no room for the pod: its nodes are full, cordoned or gone."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster has no node with room for the pod, so it was never placed",
    kind="Kubernetes",
    stage="provisioning",
    label="ERR_2100",
    old_code="ERR_2101",
    code="OutOfQuota",
    signs=(
        operation(r"(?i)\bKubernetes unschedulable\W{1,3}Details: ?(?P<detail>[^\n]{3,160})", source="doc"),
        operation(r"(?i)\bOutOfQuota\W{1,4}Kubernetes unschedulable\b", source="doc"),
        operation(r"(?i)\bKubernetes unschedulable\b", strength=HINT, source="doc"),
    ),
    words=(("detail", "no node can take the pod"),),
    happened="Azure asked the cluster to place the pod, and its scheduler said: {detail}. Quota here is "
    "room in the cluster; the quota of the subscription is not the matter.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step(
            "See how full the nodes are",
            "Nodes that are cordoned show SchedulingDisabled.",
            "kubectl get nodes\nkubectl describe nodes",
        ),
        Step(
            "Add a node, end pods that nobody needs, or ask for less",
            "What is asked for stands under resources of the deployment, or in the instance type that it names.",
        ),
        fixes.deploy_again,
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Kubernetes unschedulable. Details:",
    source="Azure's guide, Kubernetes quota",
    next_test="The events of the pod name what each node lacks.",
    rivals=(
        (
            "k8s-unschedulable",
            "there the scheduler names what each node lacks, or which label does not match; here a node "
            "may fit and be full or cordoned",
        ),
        ("quota-vm-family", "on a managed endpoint the same code means the vCPU quota of the subscription"),
    ),
    outranks=(
        "out-of-quota",
        "k8s-unschedulable",
        "container-crashed",
    ),
)
