"""The scoring code raised an exception while it answered a request."""

from troubleshoot.diagnosis import fixes, raised
from troubleshoot.diagnosis.cause import HINT, Cause, console, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The scoring code raised an exception while it answered a request",
    kind="Error in run()",
    stage="ready",
    label="SCORING_424",
    old_code="HTTP 424",
    code="424",
    signs=(
        looks(raised.own_fault_in_run, source="run"),
        looks(raised.running, strength=HINT, source="run"),
        looks(raised.answered, strength=HINT),
        scoring(r"An unexpected error occurred in scoring script", source="run"),
        console(r"Encountered Exception: Traceback", strength=HINT, source="run"),
        console(r"azmlinfsrv - (?:GET|POST) /score\S* 500 ", strength=HINT, source="run"),
        scoring(r"Execution failure in '[^'\n]{1,120}': ", strength=HINT),
        scoring(r"x-ms-run-function-failed: True|error_type_and_message", strength=HINT, source="run"),
    ),
    happened="The call reached run(), or the code of a server of one's own, and it raised what the quoted line says. "
    "The server answered 500 and the caller sees 424.",
    fine="The deployment started and was ready; key, address and traffic are in order.",
    steps=(
        Step(
            "Correct what the first traceback names",
            "Look whether the input has the form that the code expects.",
        ),
        fixes.READ_LOG,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="An unexpected error occurred in scoring script. Check the logs for more info.",
    source="Azure's guide, HTTP status codes; reproduced with the real server",
    rivals=(
        ("score-500-platform", "faults of run() reach the caller as 424; 500 is Azure's own"),
    ),
    outranks=("score-424-model-error", "score-500-platform", "request-refused"),
    while_serving=True,
)
