"""The file of the endpoint or deployment has unknown, missing or wrong fields."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The deployment file has a field that is unknown, missing or wrong",
    kind="Wrong file",
    stage="",
    label="BAD_REQUEST",
    code="ValidationError",
    signs=(
        operation(
            r"Validation for \w*(?:Deployment|Endpoint)Schema failed|\b(?:Deployment"
            r"|Endpoint)Schema\b.{0,80}\b(?:failed|invalid)"
        ),
        operation(
            r"(?i)\bUnknown field\b|Missing data for required field|yaml\.(?:scanner"
            r"|parser)\.\w+Error|Error while parsing yaml|marshmallow\.exceptions\.ValidationError"
            r"|ValidationError.{0,80}\b(?:schema|field)"
            r"|In order to specify an existing \w+, please provide"
            r"|Could not find member '\w+' on object of type|\bThe \w+ field is required",
            strength=HINT,
        ),
        operation(
            r"Unable to evaluate language function"
            r"|Deployment template language expression evaluation failed|InvalidTemplate\b",
            strength=HINT,
        ),
        operation(r"(?i)the yaml file .{0,80}(?:invalid|errors)|invalid yaml", strength=HINT),
    ),
    happened="The file was read and refused; nothing reached the service.",
    fine="Nothing was changed.",
    steps=(
        Step(
            "Correct the fields that the message names",
            "Registered assets are written azureml:<name>:<version>. The schema stands in the first "
            "line of Microsoft's examples, and editors check against it.",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Validation for ManagedOnlineDeploymentSchema failed",
    source="Azure's YAML reference; exact text from public reports",
)
