"""Pods of the deployment start again and again in the cluster."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Pods of the deployment keep crashing and starting again",
    kind="Kubernetes",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="KubernetesCrashLoopBackOff",
    signs=(
        *cluster.own_code("KubernetesCrashLoopBackOff"),
        operation(
            r"(?m)^\S+ +\d+/\d+ +(?P<state>CrashLoopBackOff) +\d+", strength=HINT, source="run", also=(INFERENCE,)
        ),
    ),
    happened="Kubernetes starts a container that ended, with growing pauses, and calls that "
    "CrashLoopBackOff. Why it ends stands in the container's own log.",
    fine="A node was found, and the image was pulled.",
    steps=(
        Step(
            "Read what the container said before it ended",
            "",
            "kubectl -n <namespace> logs <pod> -c inference-server --previous",
        ),
        cluster.DESCRIBE_POD,
        cluster.about("KubernetesCrashLoopBackOff"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="CrashLoopBackOff",
    source="Azure's guide, ERROR: KubernetesCrashLoopBackOff",
    next_test="The log of the earlier container (kubectl logs --previous) holds the exception, or nothing "
    "where it was killed for memory.",
    rivals=(
        ("k8s-out-of-memory", "kubectl describe pod then shows the reason OOMKilled"),
        ("k8s-image-pull", "then the state is ImagePullBackOff, and no container ever ran"),
    ),
    outranks=("container-crashed",),
    is_symptom=True,
)
