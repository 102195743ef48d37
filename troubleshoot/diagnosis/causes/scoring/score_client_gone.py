"""The caller closed the connection before the answer was there."""

from troubleshoot.diagnosis.cause import HINT, Cause, console, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The caller closed the connection before the answer was there",
    kind="Caller gone",
    stage="ready",
    label="SCORING_*",
    code="499",
    signs=(
        scoring(
            r"(?im)\bclient (?:has )?disconnected\b|\bclient closed (?:the |its )?(?:connection|request)\b"
            r"|^(?:< )?HTTP/\d(?:\.\d)? 499\b",
            strength=HINT,
            source="derived",
        ),
        console(r"(?m)^\s*starlette\.requests\.ClientDisconnect\b", strength=HINT, source="run"),
    ),
    happened="The client gave up, by a timeout of its own or because it ended, and the server had nobody to answer.",
    fine="Key and address are in order, and the call reached the server.",
    steps=(
        Step(
            "Let the client wait at least as long as the deployment works",
            "The endpoint waits request_timeout_ms; a client with a shorter timeout leaves earlier.",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace}"
            " --query request_settings",
        ),
        Step("Make the call shorter", "Fewer rows, or a batch endpoint for what takes minutes."),
    ),
    who="data scientist",
    retry="no",
    urgent="plan",
    look_for="client disconnected",
    source="run with Starlette; the words of a front are derived",
    next_test="The client's own log tells which timeout it has, and when it left.",
    rivals=(
        ("score-408-timeout", "there the endpoint gave up waiting for the model, and the caller was told"),
        ("score-424-worker-timeout", "there the worker was ended, and the caller still waited"),
    ),
    outranks=("score-424-run-exception", "init-exception"),
    while_serving=True,
)
