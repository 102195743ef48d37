"""The cluster could not set up its secret for the container registry."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster could not set up the secret with which it pulls images",
    kind="Kubernetes",
    stage="image_pull",
    label="ERR_1200",
    code="ACRSecretError",
    signs=(*cluster.own_code("ACRSecretError"),),
    happened="The extension makes a pull secret for the workspace's registry in the cluster, and that "
    "failed: the role is too young, the extension or the network of the cluster is not in order, "
    "or the extension is old (1.1.25 or older).",
    fine="The cluster was reached, and the request itself is in order.",
    steps=(
        Step("Wait a minute and send it again", "A role that was just given takes a moment to count."),
        cluster.PODS,
        Step(
            "Check proxy, network policy and private endpoints",
            "A private cluster needs private endpoints for registry, storage account and workspace.",
        ),
        cluster.about("ACRSecretError"),
    ),
    who="cluster administrator",
    retry="yes",
    urgent="if serving",
    look_for="ACRSecretError",
    source="Azure's guide, ERROR: ACRSecretError",
    next_test="A second try a minute later tells a young role from a lasting fault of the extension or network.",
    rivals=(
        ("k8s-acr-token-exchange", "there the registry refused the cluster's token"),
        ("k8s-acr-challenge", "there the registry was not reached"),
    ),
)
