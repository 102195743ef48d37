"""Azure does not trust the certificate of the cluster's API server."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster's certificate is not valid, so Azure cannot speak to it",
    kind="Kubernetes",
    stage="provisioning",
    label="NETWORK",
    code="KubernetesUnaccessible",
    signs=(
        operation(r"(?i)\bKubernetes error: AuthenticationException\W{1,3}Reason: InvalidCertificate", source="doc"),
        *cluster.own_code("KubernetesUnaccessible"),
    ),
    happened="Azure called the API server of the cluster, and the certificate did not hold: it ran out, "
    "or was changed without Azure's knowing.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step(
            "Rotate the certificates of the cluster",
            "The new one is known everywhere after about five hours; its nodes start again meanwhile.",
            "az aks rotate-certs -n <cluster> -g {group}",
        ),
        Step("Deploy again after five hours"),
        cluster.about("KubernetesUnaccessible"),
    ),
    who="cluster administrator",
    retry="wait",
    urgent="if serving",
    look_for="AuthenticationException. Reason: InvalidCertificate",
    source="Azure's guide, ERROR: KubernetesUnaccessible",
    next_test="kubectl from outside the cluster tells whether its certificate is still taken.",
    rivals=(("k8s-cluster-not-reachable", "there no connection comes about at all"),),
)
