"""The load on a Kubernetes endpoint rose faster than replicas could be added."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import HINT, Cause, looks
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The load rose faster than the cluster could add replicas",
    kind="Kubernetes",
    stage="ready",
    label="SCORING_503",
    code="503",
    signs=(looks(cluster.answered(503), strength=HINT, source="doc"),),
    happened="The front of the cluster has no free replica for the call. New ones take time, so a sudden "
    "rise is answered 503 for a while.",
    fine="Address, key and model are in order.",
    steps=(
        Step(
            "Keep more replicas ready, and add them earlier",
            "A lower target adds them before the old ones are full.",
            " scale_settings:\n   type: target_utilization\n-  min_instances: 1\n"
            "-  target_utilization_percentage: 70\n+  min_instances: 3\n"
            "+  target_utilization_percentage: 30",
            form="diff",
            file="deployment.yml",
        ),
        Step("Let clients try again with growing pauses"),
        Step(
            "Link to Azure's section",
            "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints#how-to-prevent-503-status-code-errors",
        ),
    ),
    who="data scientist",
    retry="wait",
    urgent="now",
    look_for="HTTP/1.1 503",
    source="Azure's guide, How to prevent 503 status code errors",
    next_test="kubectl get pods shows whether all replicas run and are busy, or none is ready.",
    rivals=(
        ("k8s-crash-loop", "then no replica is ready at all"),
        ("score-429-concurrency", "a managed endpoint answers 429 instead"),
    ),
    outranks=("score-429-concurrency",),
)
