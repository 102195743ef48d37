"""The name of an endpoint or deployment breaks the rules."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The name breaks Azure's rules: 3 to 32 letters, digits and dashes, a letter first",
    kind="Wrong name",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(
            r"(?i)\bname\b.{0,80}\b(?:between 3 and 32|3-32 characters|must (?:begin|start) with (?:a"
            r"|an) (?:letter|upper|lower))",
            source="doc",
        ),
    ),
    happened="The request was refused at once.",
    fine="Nothing was changed.",
    steps=(
        Step(
            "Choose a name that begins with a letter, ends with a letter or digit, and has 3 to 32 characters"
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`name`, and 3 to 32 characters or `must begin with a letter`",
    source="Azure's page of quotas and limits, Limits for online endpoints",
)
