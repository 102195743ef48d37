"""The cluster refused Azure's token, which ran out during the deployment."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster refused Azure's token, which ran out during the deployment",
    kind="Kubernetes",
    stage="provisioning",
    label="AUTHZ",
    code="ClusterUnauthorized",
    signs=(
        operation(r"(?i)\bRequest to Kubernetes cluster unauthorized\b", source="doc"),
        *cluster.shared_code("ClusterUnauthorized"),
    ),
    happened="On clusters with trusted access Azure signs in by a token, and this one ran out while the "
    "deployment was made.",
    fine="The cluster was reached. Image, model and code were not looked at yet.",
    steps=(
        Step("Send it again after some minutes"),
        cluster.PODS,
        cluster.about("ClusterUnauthorized", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="wait",
    urgent="if serving",
    look_for="Request to Kubernetes cluster unauthorized.",
    source="Azure's guide to Kubernetes compute, ERROR: ClusterUnauthorized",
    next_test="A second try some minutes later: if it fails again, a role is missing and not a token.",
    rivals=(("k8s-compute-not-accessible", "there the workspace's identity has no role on the cluster"),),
)
