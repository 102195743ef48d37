"""The firewall of the registry refuses the caller."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{registry} refuses the caller, because its firewall does not let this address in",
    kind="Network closed",
    stage="image_pull",
    label="NETWORK",
    old_code="ERR_1200",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)client with IP \W{0,2}(?:u0027)?(?P<address>[\w.]+?)(?:\\u0027|')? is not allowed access"
            r"|is not allowed access\. Refer https://aka\.ms/acr/firewall|aka\.ms/acr/firewall",
            also=(BUILD, INFERENCE),
        ),
    ),
    words=(("registry", "The registry"), ("address", "the caller")),
    happened="The registry was reached from {address}, which its firewall does not let in.",
    fine="The roles are not the matter: the address was refused before they were asked.",
    steps=(
        Step(
            "See what the registry lets in",
            "",
            "az acr show -n {registry} --query "
            "'{{public:publicNetworkAccess,rules:networkRuleSet.ipRules,private:privateEndpointConnec"
            "tions[].name}}'",
        ),
        Step(
            "Let the workspace's network in",
            "By a private endpoint, or for builds by a compute cluster inside the network.",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="client with IP '<address>' is not allowed access",
    source="public reports",
    rivals=(
        (
            "build-acr-authorization",
            "the registry's answer: an address that its firewall does not let in, or keys that it "
            "does not take",
        ),
    ),
    outranks=("startup-auth-acr", "image-private-registry", "build-push-failed"),
)
