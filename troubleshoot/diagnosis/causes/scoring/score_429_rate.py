"""A limit on requests or tokens per time was reached."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="More calls came in a second than the endpoint's limit allows",
    kind="Rate limit",
    stage="ready",
    label="SCORING_429",
    old_code="HTTP 429",
    code="429",
    signs=(
        scoring(
            r"(?i)rate ?-?limit(?:ed|ing| exceeded| reached| is exceeded)|exceeded (?:the )?(?:call"
            r"|token|rate) (?:rate )?limit",
            strength=HINT,
        ),
        scoring(r"(?i)too many requests|HTTP(?:/\d(?:\.\d)?)? 429\b|\b429\b.{0,40}error", strength=HINT),
        looks(with_status(429), strength=HINT),
    ),
    happened="The front of the endpoint refused the call; the container was not asked.",
    fine="Key, address and model are in order.",
    steps=(
        Step(
            "Call less often and try again with growing pauses",
            "Or spread the calls, or ask for a higher limit.",
        ),
    ),
    who="workspace owner",
    retry="wait",
    urgent="now",
    look_for="429 and a word such as `rate-limited`",
    source="Azure's guide, HTTP status codes",
    rivals=(
        ("score-429-concurrency", "the reason beside 429: a rate limit, or too many pending requests"),
    ),
    next_test="'Too many pending requests' would mean too few instances; without those words it is the rate.",
)
