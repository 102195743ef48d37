"""The address of the call has a wrong path."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The address of the call has a path that the endpoint does not know",
    kind="Wrong address",
    stage="ready",
    label="SCORING_*",
    old_code="HTTP 404",
    code="404",
    signs=(
        scoring(
            r"(?i)The requested URL was not found on the server"
            r"|The method is not allowed for the requested URL",
            strength=HINT,
            source="run",
        ),
        scoring(
            r"(?i)\b404\b.{0,60}(?:not found|error|page)|\bnot found\b.{0,40}\b404\b"
            r"|HTTP(?:/\d(?:\.\d)?)? 404\b|\(404\)|\b405\b.{0,40}method not allowed|method not allowed",
            strength=HINT,
            unless=(r"(?i)no valid deployments? to route to",),
        ),
        looks(with_status(404, 405), strength=HINT),
    ),
    happened="The call reached a server that does not know this path or method.",
    fine="Key and network are in order.",
    steps=(
        Step(
            "Use the address that the endpoint gives",
            "For the standard server it ends in /score.",
            "az ml online-endpoint show -n {endpoint} --query scoring_uri -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="The requested URL was not found on the server",
    source="Azure's guide, HTTP status codes",
    next_test="If the weights of all deployments are 0, it is the traffic and not the address.",
)
