"""Azure's scoring script for MLflow models imports azureml-ai-monitoring, which the model does not bring."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The MLflow scoring script needs azureml-ai-monitoring, but the model does not list it",
    kind="Missing package",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"ModuleNotFoundError: No module named 'azureml\.ai\b"),
        console(
            r"ModuleNotFoundError: No module named 'azureml'",
            needs=(r"from azureml\.ai\.monitoring import",),
        ),
        console(r"from azureml\.ai\.monitoring import", strength=HINT, needs=(r"ModuleNotFoundError",)),
    ),
    happened="For MLflow models Azure writes the scoring script itself. Since May 2026 it imports "
    "azureml.ai.monitoring, and models "
    "saved before do not bring that package. Nothing had to change on your side.",
    fine="Quota, the image pull and the download of the model are in order.",
    steps=(
        Step(
            "Add the package to the model's own conda.yaml and register it again",
            "",
            "     - pip:\n+      - azureml-ai-monitoring",
            form="diff",
            file="conda.yaml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="ModuleNotFoundError: No module named 'azureml.ai'",
    source="Azure's guide, ERROR: ResourceNotReady; exact text from public reports",
    rivals=(
        ("server-package-missing", "the name: azureml.ai, or azureml-inference-server-http"),
        (
            "script-local-module-missing",
            "the name: azureml.ai belongs to Azure's azureml-ai-monitoring, never to your own folder",
        ),
    ),
    outranks=("script-import-error", "init-exception", "container-crashed"),
)
