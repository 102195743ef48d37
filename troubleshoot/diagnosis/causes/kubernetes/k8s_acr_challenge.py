"""The cluster cannot reach the workspace's registry to sign in."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster cannot reach the workspace's registry to sign in",
    kind="Kubernetes",
    stage="image_pull",
    label="NETWORK",
    code="ACRAuthenticationChallengeFailed",
    signs=(*cluster.own_code("ACRAuthenticationChallengeFailed"),),
    happened="The first step of the sign-in, a call to the registry that it answers with a challenge, did "
    "not come through.",
    fine="Roles were not checked yet, and the image was not asked for.",
    steps=(
        Step(
            "See whether the registry takes calls from the cluster",
            "With public access off, the cluster needs a private endpoint of the registry.",
            "az acr show -n {registry} --query '{{public:publicNetworkAccess,rules:networkRuleSet}}'",
        ),
        Step(
            "Try it from the cluster",
            "",
            "kubectl run probe --rm -it --restart=Never --image=mcr.microsoft.com/azure-cli -- curl -sSI "
            "https://{registry}.azurecr.io/v2/",
        ),
        cluster.about("ACRAuthenticationChallengeFailed"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="ACRAuthenticationChallengeFailed",
    source="Azure's guide, ERROR: ACRAuthenticationChallengeFailed",
    next_test="A call to the registry from a pod answers 401 where the network is open, and nothing where it is not.",
    rivals=(("k8s-acr-token-exchange", "there the registry was reached and refused the token"),),
)
