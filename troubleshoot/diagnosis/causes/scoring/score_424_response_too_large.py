"""The container answered with more than the endpoint passes on."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The answer of the model is larger than the endpoint passes on",
    kind="Too large",
    stage="ready",
    label="SCORING_424",
    old_code="HTTP 424",
    code="424",
    signs=(scoring(r"(?i)\bresponse (?:payload|body|content) (?:is |was )?too large\b", source="doc"),),
    happened="run() returned, and the endpoint did not pass its answer on. The guide of 2021 named 1.5 MB; today's "
    "names no number.",
    fine="Key, address and traffic are in order, and the model ran.",
    steps=(
        Step(
            "Let run() return less",
            "Fewer rows at a time, fewer digits, or the address of a blob that holds the result.",
        ),
        fixes.READ_LOG,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="Response payload too large",
    source="Azure's guide of 2021, HTTP status codes",
    next_test="The same call with one row: if that is answered, the size is the matter.",
    rivals=(
        ("score-413-payload", "there the body of the call is too large, and the model was not asked"),
        ("score-424-model-error", "there the container answered with an error of its own"),
    ),
    outranks=("score-413-payload", "score-424-model-error"),
)
