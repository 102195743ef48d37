"""Azure refused the request; the code says that something in it is wrong, not what."""

from troubleshoot.diagnosis.cause import HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Azure refused the request because something in it is wrong",
    kind="Refused",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(r"One or more validation errors occurred|The request is invalid\.", strength=HINT),
        code(r"BadRequest|ValidationError|InvalidRequest\w*|InferencingClientCallFailed|UserError"),
    ),
    happened="The request was refused before anything was made.",
    fine="Nothing was changed.",
    steps=(
        Step(
            "Read the innermost message",
            "The outer codes are the same for many faults; the text inside the JSON names this one.",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="One or more validation errors occurred",
    source="public reports",
    rivals=(
        (
            "invalid-request-value",
            "the details: one that names a value is the cause; without it only the refusal is known",
        ),
    ),
    next_test="Send it again with --debug: the body of the answer names the field that was refused.",
    is_general=True,
)
