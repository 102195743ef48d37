"""The extension has no working identity in the cluster, so it gets no credential."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The extension in the cluster has no working identity, so Azure gives it no credential",
    kind="Kubernetes",
    stage="provisioning",
    label="AUTHZ",
    code="TokenRefreshFailed",
    signs=(*cluster.shared_code("TokenRefreshFailed"),),
    happened="The extension asks Azure for a credential in the name of the cluster's identity, and that "
    "identity is not set up properly.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        cluster.PODS,
        Step(
            "Install the extension again",
            "That sets up its identity anew.",
            "az k8s-extension show --name <extension> --cluster-name <cluster> --cluster-type "
            "managedClusters -g {group}",
        ),
        cluster.about("TokenRefreshFailed"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="TokenRefreshFailed",
    source="Azure's guide, ERROR: TokenRefreshFailed",
    next_test="The log of the extension's pods says which request for a credential was refused.",
    rivals=(
        ("k8s-refresh-extension-identity-not-set", "there the extension has no identity at all"),
        ("k8s-aad-token", "there the request for a token did not get through"),
    ),
)
