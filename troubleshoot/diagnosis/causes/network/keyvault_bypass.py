"""The firewall of the workspace's key vault keeps the service out, so the keys of an endpoint cannot be stored."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

# Then the vault is read for a container's variables or by a build, not by the endpoint for its keys.
_OTHERS = r"(?i)SecretsInjection|secret reference|image ?build|OnlineImageAndModelPrep|Traceback \(most recent"
# Callers of other kinds meet the same firewall; these words show that it was the making of an endpoint.
_ENDPOINT = r"(?i)(?:creat|updat)\w* (?:\w+ ){0,3}endpoint|(?:Create|Update)(?:Online)?Endpoint|endpoint keys?\b"

cause = Cause(
    title="The key vault does not let the service in, so the endpoint's keys cannot be stored",
    kind="Network closed",
    stage="",
    label="NETWORK",
    code="BadRequest",
    signs=(
        operation(
            r"\bForbiddenByFirewall\b|(?i)Client address is not authorized and caller is not a trusted service",
            source="doc",
            needs=(_ENDPOINT,),
            unless=(_OTHERS,),
        ),
        operation(
            r"\bForbiddenByConnection\b"
            r"|(?i)Public network access is disabled and request is not from a trusted service",
            source="doc",
            needs=(_ENDPOINT,),
            unless=(_OTHERS,),
        ),
        operation(
            r"\bForbiddenBy(?:Firewall|Connection)\b|(?i)caller is not a trusted service",
            strength=HINT,
            source="doc",
            unless=(_OTHERS,),
        ),
        operation(
            r"(?i)\bkey ?vaults?\b.{0,80}\b(?:firewall|network (?:rules?|acls?|access)|private (?:link|endpoint))\b"
            r".{0,80}\b(?:denied|denies|blocks?|blocked|forbidden|refused|not allow\w*)",
            strength=HINT,
            source="derived",
            unless=(_OTHERS,),
        ),
    ),
    happened="An endpoint that callers reach with keys keeps them in the workspace's key vault. The vault's network "
    "rules refused the service, so the endpoint could not be made.",
    fine="The roles are not the matter: the vault refused the address before it asked for them. Quota, image and model "
    "were not looked at yet.",
    steps=(
        Step("See what the vault lets in", "", "az keyvault network-rule list -n <key-vault>"),
        Step(
            "Let trusted Microsoft services through the firewall",
            "",
            "az keyvault update -n <key-vault> --bypass AzureServices",
        ),
        Step(
            "Create the endpoint again",
            "An endpoint with auth_mode aad_token needs no keys, and so no vault.",
            "az ml online-endpoint create -n {endpoint} -f endpoint.yml -g {group} -w {workspace}",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Client address is not authorized and caller is not a trusted service",
    source="Azure's guide, Online endpoint creation with key-based authentication fails; Key Vault's error codes",
    next_test="Create an endpoint with auth_mode aad_token: if that succeeds, it is the vault.",
    rivals=(("key-vault-permission", "the vault was reached, and a role on it is missing"),),
    outranks=("key-vault-permission", "secrets-permission", "request-refused"),
)
