"""The container answered with something other than 200."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The container answered with an error, but the answer does not say which",
    kind="Model error",
    stage="ready",
    label="SCORING_424",
    old_code="HTTP 424",
    code="424",
    signs=(
        scoring(
            r"(?i)ms-azureml-model-error-(?:statuscode|reason):? ?(?P<status>\w+)?",
            strength=HINT,
            source="doc",
        ),
        scoring(
            r"(?i)\b424\b.{0,60}(?:failed dependency|model error|error)|\(424\)"
            r"|HTTP(?:/\d(?:\.\d)?)? 424\b|failed dependency\b|status code:? 424",
            strength=HINT,
        ),
        looks(with_status(424), strength=HINT),
    ),
    words=(("status", "an error"),),
    happened="The call reached the container, and it answered with something other than 200, which "
    "the caller sees as 424.",
    fine="Key, address and traffic are in order.",
    steps=(
        Step(
            "Read the two headers of the answer",
            "ms-azureml-model-error-statuscode and ms-azureml-model-error-reason carry what the "
            "container said.",
        ),
        fixes.READ_LOG,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="424, with `ms-azureml-model-error-statuscode: <status>`",
    source="Azure's guide, HTTP status codes",
    rivals=(
        (
            "score-424-run-exception",
            "the header x-ms-run-function-failed, or a traceback in the log: then it was run()",
        ),
        ("score-500-platform", "faults of the container reach the caller as 424; 500 is Azure's own"),
    ),
    is_general=True,
)
