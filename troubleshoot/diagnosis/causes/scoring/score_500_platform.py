"""A call is answered with 500, which is the platform's own fault and not the model's."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The endpoint answers with 500, but nothing says that the model ran",
    kind="Internal error",
    stage="ready",
    label="SCORING_500",
    old_code="HTTP 500",
    code="500",
    signs=(
        scoring(
            r"(?i)\b500\b.{0,40}internal server error|internal ?server ?error"
            r"|HTTP(?:/\d(?:\.\d)?)? 500\b|\b500s\b|status(?:_| )?code:? ?500\b",
            strength=HINT,
        ),
        looks(with_status(500), strength=HINT),
    ),
    happened="A fault of the model is answered with 424, so a 500 comes from the platform in front of it.",
    fine="Nothing says that model or key are wrong.",
    steps=(Step("Try again with growing pauses, and keep x-request-id for support"), fixes.SUPPORT),
    who="Microsoft",
    retry="yes",
    urgent="now",
    look_for="500 Internal Server Error",
    source="Azure's guide, HTTP status codes",
    is_general=True,
)
