"""The container crashed while it started on the cluster; its log says why."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import Cause

cause = Cause(
    title="The container crashed while it started on the cluster, and its log says why",
    kind="Kubernetes",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="DeploymentCrashLoopBackOff",
    signs=(*cluster.own_code("DeploymentCrashLoopBackOff"),),
    happened="The pod was placed and started, and its container ended again and again: the script fails "
    "at start, or needs more memory than its limit.",
    fine="A node was found, and the image was pulled.",
    steps=(
        fixes.READ_LOG,
        cluster.DESCRIBE_POD,
        cluster.about("DeploymentCrashLoopBackOff"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="DeploymentCrashLoopBackOff",
    source="Azure's guide, ERROR: DeploymentCrashLoopBackOff",
    next_test="The log of the inference server holds the exception; with none, kubectl describe pod shows "
    "whether it was killed for memory.",
    rivals=(
        ("k8s-out-of-memory", "kubectl describe pod then shows the reason OOMKilled"),
        ("k8s-script-init", "then the log says that init() failed"),
    ),
    outranks=("container-crashed",),
    is_symptom=True,
)
