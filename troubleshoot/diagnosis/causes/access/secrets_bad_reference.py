"""A reference to a secret is malformed, or the secret does not exist."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The deployment refers to a secret that does not exist under this name",
    kind="Secret not found",
    stage="container_start",
    label="BAD_REQUEST",
    code="SecretsInjectionError",
    signs=(
        operation(r"(?i)please make sure that you are passing valid secret names"),
        operation(r"\bSecretNotFound\b|A secret with \(name/id\) \S+ was not found", source="doc"),
    ),
    happened="Azure read the references to secrets before it started the container, and one of them "
    "leads nowhere.",
    fine="Quota, the image and the model are in order.",
    steps=(
        Step(
            "Correct the reference",
            "${{{{azureml://connections/<name>/credentials/<key>}}}} or "
            "${{{{keyvault:https://<vault>.vault.azure.net/secrets/<name>/<version>}}}}",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Please make sure that you are passing valid secret names",
    source="Azure's guide, ERROR: SecretsInjectionError",
    outranks=("secrets-permission",),
)
