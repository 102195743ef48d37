"""The code of the container may not list the secrets of a workspace connection."""

from troubleshoot.diagnosis.cause import INFERENCE, OPERATION, Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{identity} may not read the connections of the workspace",
    kind="Missing role",
    stage="ready",
    label="AUTHZ",
    code="UserError",
    signs=(
        scoring(
            r"Access denied to list workspace secret due to invalid authentication",
            also=(INFERENCE, OPERATION),
        ),
        scoring(r"(?i)connections/\S*listsecrets.{0,200}failed", also=(INFERENCE, OPERATION)),
    ),
    words=(("identity", "The endpoint's identity"),),
    happened="The code asked the workspace for the secrets of a connection in the name of the "
    "endpoint's identity, and was refused.",
    fine="The call reached the container.",
    steps=(
        Step(
            "Give the identity the role",
            "AzureML Data Scientist or Workspace Connection Secrets Reader on the workspace; then "
            "wait some minutes.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="now",
    look_for="Access denied to list workspace secret due to invalid authentication",
    source="Azure's guide, Secret injection; exact text from public reports",
    outranks=("score-500-platform", "init-exception", "secrets-permission"),
    while_serving=True,
)
