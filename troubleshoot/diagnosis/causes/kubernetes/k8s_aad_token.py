"""The cluster asked Microsoft Entra for a token and got none, or none in time."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster could not fetch a Microsoft Entra token, mostly for its network",
    kind="Kubernetes",
    stage="provisioning",
    label="NETWORK",
    code="GetAADTokenFailed",
    signs=(*cluster.shared_code("GetAADTokenFailed"),),
    happened="The request for a token failed or timed out. Behind a proxy or with a private workspace the "
    "cluster reaches Entra and the workspace only by the ways that were opened for it.",
    fine="The extension runs, since it could ask.",
    steps=(
        Step(
            "Check the outbound proxy and the private link of the cluster",
            "With public access off, the cluster reaches the workspace by private link only.",
            "kubectl run probe --rm -it --restart=Never --image=mcr.microsoft.com/azure-cli -- curl -sSI "
            "https://login.microsoftonline.com",
        ),
        cluster.PODS,
        cluster.about("GetAADTokenFailed"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="GetAADTokenFailed",
    source="Azure's guide, ERROR: GetAADTokenFailed",
    next_test="A call to login.microsoftonline.com from a pod of the cluster tells whether the network is the matter.",
    rivals=(("k8s-token-refresh", "there Azure was reached, and the identity is not set up"),),
)
