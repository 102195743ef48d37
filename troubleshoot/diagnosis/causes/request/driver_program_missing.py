"""The deployment gives no scoring script, or one that is not there, and the model needs one."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The model needs a scoring script, but the deployment gives none that can be found",
    kind="Missing script",
    stage="",
    label="BAD_REQUEST",
    code="MissingDriverProgram",
    signs=(
        operation(r"(?i)could not find driver program in the request"),
        operation(
            r"(?i)(?:entry_?script|scoring_?script)\b.{0,80}\b(?:doesn't exist|does not exist"
            r"|is required|must be (?:given|provided|specified)|not found)"
        ),
        operation(r"(?i)code_?configuration\b.{0,80}\b(?:is required|must be|missing)", strength=HINT),
    ),
    happened="The request was refused before anything was made.",
    fine="Quota, the image and the model were not looked at yet.",
    steps=(
        Step(
            "Name the script and its folder",
            "Paths are relative to the file. MLflow models need no script if they are registered as "
            "mlflow_model.",
            "+code_configuration:\n+  code: <folder>\n+  scoring_script: score.py",
            form="diff",
            file="deployment.yml",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Could not find driver program in the request",
    source="Azure's YAML reference; exact text from public reports",
)
