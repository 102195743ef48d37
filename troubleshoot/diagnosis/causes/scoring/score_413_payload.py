"""The body of the request is too large."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The body of the request is larger than the endpoint takes",
    kind="Too large",
    stage="ready",
    label="SCORING_413",
    old_code="HTTP 413",
    code="413",
    signs=(
        scoring(
            r"(?i)payload too large|request entity too large|content too large"
            r"|HTTP(?:/\d(?:\.\d)?)? 413\b",
            strength=HINT,
            source="doc",
        ),
        looks(with_status(413), strength=HINT),
    ),
    happened="The front of the endpoint refused the call before the container saw it.",
    fine="Key, address and container are in order.",
    steps=(Step("Send a reference to the data instead of the data, or split the request"),),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="`413`, `payload too large`",
    source="Azure's guide, HTTP status codes",
)
