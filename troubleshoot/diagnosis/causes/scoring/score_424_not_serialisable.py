"""run() returned something that is not JSON."""

from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="run() returned a {type}, which cannot be written as JSON",
    kind="Error in run()",
    stage="ready",
    label="SCORING_424",
    old_code="HTTP 424",
    code="424",
    signs=(
        console(
            r"TypeError: Object of type (?P<type>\w+) is not JSON serializable",
            source="run",
            needs=(r"handle_score|wrap_response|aml_response|AMLResponse",),
        ),
    ),
    words=(("type", "value"),),
    happened="run() itself ended well, and the server could not write its result. The caller sees 424.",
    fine="The deployment started and was ready; the input was in order.",
    steps=(
        Step(
            "Return lists, dicts, numbers or strings",
            "Arrays have tolist().",
            "-    return result\n+    return result.tolist()",
            form="diff",
            file="score.py",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="TypeError: Object of type <type> is not JSON serializable",
    source="Azure's guide, HTTP status codes; reproduced with the real server",
    rivals=(
        (
            "score-424-run-exception",
            "run() ended well, but what it returned cannot be written: x-ms-run-function-failed is "
            "False",
        ),
    ),
    outranks=("score-424-run-exception", "score-424-model-error", "init-exception"),
    while_serving=True,
)
