"""The service that routes calls in the cluster is missing or unhealthy."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The service that routes calls in the cluster is missing or unhealthy",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="ScoringFeUnhealthy",
    signs=(*cluster.own_code("ScoringFeUnhealthy"),),
    happened="azureml-fe, the system service that routes calls to the deployments, was not found in the "
    "cluster or did not report itself healthy.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        cluster.PODS,
        Step(
            "Install or update the extension again",
            "",
            "az k8s-extension show --name <extension> --cluster-name <cluster> --cluster-type "
            "managedClusters -g {group}",
        ),
        cluster.about("ScoringFeUnhealthy"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="ScoringFeUnhealthy",
    source="Azure's guide, ERROR: ScoringFeUnhealthy",
    next_test="kubectl get pods -n azureml shows whether azureml-fe is there and ready.",
    rivals=(("k8s-cluster-not-reachable", "there no answer comes from the cluster at all"),),
    outranks=("k8s-azureml-fe-not-ready",),
)
