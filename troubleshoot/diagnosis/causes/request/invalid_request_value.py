"""A value of the request is not one of those that are allowed."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A value in the request is not one that Azure allows",
    kind="Wrong value",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(
            r"(?i)is not (?:a valid|one of the allowed|an allowed)\b|\bAllowed values(?: are)?:"
            r"|\bmust be one of\b|name can ?not start with|Invalid value (?:provided )?for"
            r"|invalid choice: |Value for one of the (?:query parameters|HTTP headers)\b.{0,60}is invalid"
            r"|could not be converted to \w|Error converting value |Value cannot be null\.|\bmust be '\w+'",
            strength=HINT,
        ),
    ),
    happened="The request was refused at once because of one of its values.",
    fine="Nothing was changed.",
    steps=(Step("Correct the value that the message names"),),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`is not a valid`, or `is not one of the allowed`",
    source="public reports",
)
