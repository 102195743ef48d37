"""The key or token is missing, wrong, expired, or in the wrong form."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The call carries no key or token that the endpoint accepts",
    kind="Sign-in",
    stage="ready",
    label="SCORING_*",
    old_code="HTTP 401",
    code="401",
    signs=(
        scoring(r"key_auth_(?:access_denied|bad_header_\w+)|token_auth_\w+", needs=(r"\b401\b",)),
        scoring(r"key_auth_(?:access_denied|bad_header_\w+)|token_auth_\w+", strength=HINT),
        scoring(
            r"(?i)invalid (?:bearer )?token\b|\b401\b.{0,40}(?:unauthorized|access denied)"
            r"|(?:unauthorized|unauthenticated)\b.{0,60}\b401|ClientAuthenticationError"
            r"|authentication failed"
            r"|ExpiredAuthenticationToken|InvalidAuthenticationToken|token expiry UTC time",
            strength=HINT,
        ),
        looks(with_status(401), strength=HINT),
    ),
    happened="The front of the endpoint refused the caller; the container was not asked.",
    fine="Model and container are not the matter.",
    steps=(
        Step(
            "Fetch key or token anew",
            "Send it as 'Authorization: Bearer <key-or-token>'. Tokens expire, keys do not.",
            "az ml online-endpoint get-credentials -n {endpoint} -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="`401 Unauthorized`, or `key_auth_access_denied`",
    source="Azure's guide, HTTP status codes",
    rivals=(
        ("score-403-role", "401: who calls is not known; 403: it is known, but may not"),
    ),
)
