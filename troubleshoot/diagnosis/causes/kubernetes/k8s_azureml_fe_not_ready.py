"""The front end in the cluster that takes the calls has no healthy replica."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The front end of the cluster has no healthy replica, so Azure refused the request",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)\bazureml-fe\b[^\n]{0,120}\b(?:not (?:yet )?(?:ready|healthy|available|running)"
            r"|unhealthy|unavailable|no healthy|0/\d+ (?:ready|available))",
            strength=HINT,
            source="doc",
        ),
        operation(
            r"(?i)\b(?:not ready|no healthy replicas?|unhealthy)\b[^\n]{0,60}\bazureml-fe\b",
            strength=HINT,
            source="doc",
        ),
    ),
    happened="azureml-fe routes the calls to the deployments of the cluster and came with the extension. "
    "Azure looks whether one replica of it is healthy before it makes an endpoint or deployment.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step(
            "Look at its pods and their log",
            "",
            "kubectl get pods -n azureml -l azuremlappname=azureml-fe\n"
            "kubectl logs -n azureml -l azuremlappname=azureml-fe --tail=100",
        ),
        Step(
            "Update the extension, or give its pods room",
            "",
            "az k8s-extension show --name <extension> --cluster-name <cluster> --cluster-type "
            "managedClusters -g {group}",
        ),
        fixes.deploy_again,
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="azureml-fe … not ready",
    source="Azure's guide, Azureml-fe not ready",
    next_test="kubectl get pods -n azureml shows whether a replica of azureml-fe is Running and ready.",
    rivals=(("k8s-cluster-service-not-found", "there the ingress service before it has no pods"),),
)
