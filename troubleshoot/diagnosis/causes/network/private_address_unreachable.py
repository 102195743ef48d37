"""The scoring address is a private one, and the caller stands outside that network."""

from troubleshoot.diagnosis.cause import Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The caller cannot reach {address}, which is an address inside a private network",
    kind="Network closed",
    stage="ready",
    label="NETWORK",
    code="timeout",
    signs=(
        scoring(
            r"(?i)(?:Connection to|connect to|host=)\W*(?P<address>(?:10|192\.168|172\.(?:1[6-9]|2\d"
            r"|3[01]))(?:\.\d{1,3}){2,3})\b.{0,160}(?:timed out|timeout|unreachable|refused)"
        ),
    ),
    words=(("address", "the endpoint"),),
    happened="The call never arrived: no connection came about.",
    fine="Model and container are not the matter, since nothing reached them.",
    steps=(
        Step(
            "Call from inside the network",
            "Through the workspace's private endpoint, a peered network or a jump host.",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Connection to <address> timed out",
    source="public reports",
)
