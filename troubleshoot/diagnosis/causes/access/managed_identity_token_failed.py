"""The code in the container gets no token for its managed identity."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, OPERATION, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Code in the container gets no token for its managed identity",
    kind="No token",
    stage="container_start",
    label="AUTHZ",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"(?m)^\s*[\w.]*(?:CredentialUnavailableError|ClientAuthenticationError):"
            r" (?:ManagedIdentityCredential|DefaultAzureCredential failed)",
        ),
        console(
            r"(?i)DefaultAzureCredential failed to retrieve a token|Identity not found"
            r"|ManagedIdentityCredential authentication (?:unavailable|failed)"
            r"|No managed identity endpoint found",
            strength=HINT,
            also=(OPERATION,),
        ),
    ),
    happened="The code asked for a token in the name of the endpoint's identity and got none.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Name the identity's client id where it is user-assigned",
            "ManagedIdentityCredential(client_id=…), or the variable AZURE_CLIENT_ID.",
            "az ml online-endpoint show -n {endpoint} --query identity -g {group} -w {workspace}",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="CredentialUnavailableError: ManagedIdentityCredential",
    source="public reports",
    outranks=("init-exception", "container-crashed", "score-424-run-exception"),
    while_serving=True,
)
