"""The container needs more memory than its limit in the cluster."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The container needs more memory than its limit in the cluster, so it was killed",
    kind="Kubernetes",
    stage="container_start",
    label="ERR_2200",
    code="PodOutOfMemory",
    signs=(
        operation(
            r"(?m)^\s*Reason:\s+OOMKilled\s*$",
            source="doc",
            needs=(r"(?m)^\s*(?:Last State|State):\s+Terminated",),
            also=(INFERENCE,),
        ),
        *cluster.own_code("PodOutOfMemory"),
    ),
    happened="Kubernetes ends a container that grows beyond the memory limit of its pod. Each worker "
    "loads its own copy of the model.",
    fine="A node was found, the image was pulled, and the container was started.",
    steps=(
        cluster.DESCRIBE_POD,
        Step(
            "Raise the memory limit, or name a larger instance type",
            "",
            " resources:\n   limits:\n-    memory: 2Gi\n+    memory: 4Gi",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
        cluster.about("PodOutOfMemory"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="PodOutOfMemory",
    source="Azure's guide, ERROR: PodOutOfMemory",
    next_test="kubectl describe pod shows the reason OOMKilled and exit code 137 where memory was the matter.",
    rivals=(
        ("quota-memory", "on a managed endpoint the limit is the memory of the machine"),
        ("k8s-crash-loop", "there the log of the container holds an exception"),
    ),
    outranks=(
        "quota-memory",
        "k8s-crash-loop",
        "k8s-deployment-crash",
        "container-crashed",
    ),
    while_serving=True,
)
