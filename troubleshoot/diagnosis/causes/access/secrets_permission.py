"""The endpoint's identity may not read the secrets or connections that the deployment names."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{identity} may not read the secrets that the deployment names",
    kind="Missing role",
    stage="container_start",
    label="AUTHZ",
    code="SecretsInjectionError",
    signs=(
        operation(
            r"(?i)(?:secret|connection)s?\b.{0,160}\b(?:access denied|forbidden|not authorized"
            r"|unauthorized|does not have (?:the )?(?:permission|access|role))",
            strength=HINT,
        ),
        operation(
            r"(?i)does not have authorization to perform action '?[\w./*]*(?:listsecrets"
            r"|workspaces/connections)"
        ),
        operation(r"(?i)listsecrets", strength=HINT, needs=(r"(?i)identity|denied|forbidden|authoriz",)),
        code(r"SecretsInjectionError|error-secretsinjectionerror"),
    ),
    words=(("identity", "The endpoint's identity"),),
    happened="Before the container starts, Azure reads the secrets in the name of the endpoint's "
    "identity, and that was refused.",
    fine="Quota, the image and the model are in order.",
    steps=(
        Step(
            "Give the identity the role that fits the source",
            "Workspace connection: 'Azure Machine Learning Workspace Connection Secrets "
            "Reader'. Key vault: 'Key Vault Secrets User', with the vault in RBAC mode.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="does not have authorization to perform action '…/listsecrets/…'",
    source="Azure's guide, ERROR: SecretsInjectionError",
    rivals=(
        (
            "startup-task-authorization",
            "Azure's message: it names secrets or connections, or nothing but authorization",
        ),
        ("secrets-bad-reference", "the secret is there and may not be read, or there is none of that name"),
        (
            "key-vault-permission",
            "which vault: that of a secret in the deployment's variables, or the workspace's own",
        ),
        ("score-connection-secret-denied", "when: while the deployment is made, or while it answers calls"),
    ),
    next_test="If the identity has the role, the reference itself is wrong.",
)
