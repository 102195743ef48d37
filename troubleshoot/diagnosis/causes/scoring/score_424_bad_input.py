"""The request does not have the form that run() or the server expects."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The request does not have the form that the model expects",
    kind="Wrong input",
    stage="ready",
    label="SCORING_*",
    old_code="HTTP 424",
    code="424",
    signs=(
        scoring(
            r"POST body is empty\. Expecting a JSON dictionary|POST body could not be decoded as JSON"
            r"|Expects Content-Type to be application/json"
            r"|A value is not provided for the \S+ parameter|Input cannot be decoded as UTF-8",
            source="run",
        ),
        scoring(r"\"type\": ?\"(?:BadRequestError|invalid_request_error)\"", strength=HINT),
        scoring(
            r"(?i)invalid input format|bad request\b|\bHTTP(?:/\d(?:\.\d)?)? 400\b"
            r"|\b400\b.{0,20}bad request|unprocessable entity",
            strength=HINT,
            unless=(r"(?i)create_?or_?update|Microsoft\.\w+/\w+|management\.azure\.com",),
        ),
        looks(with_status(400, 415, 422), strength=HINT),
    ),
    happened="The container read the request and refused its form.",
    fine="Key, address, traffic and the start of the container are in order.",
    steps=(
        Step(
            "Send the form that run() expects",
            "JSON with the parameter names of run(), and 'Content-Type: application/json'.",
            "az ml online-endpoint invoke -n {endpoint} --request-file request.json -g {group} -w "
            "{workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="POST body is empty. Expecting a JSON dictionary",
    source="Azure's guide, HTTP status codes; reproduced with the real server",
    rivals=(
        ("score-424-run-exception", "the container's own status: 400 or 415 for the request, 500 for run()"),
        ("score-424-custom-status", "the container's own status: 400 or 415, or another such as 404 or 422"),
    ),
    outranks=("score-424-model-error", "score-500-platform"),
)
