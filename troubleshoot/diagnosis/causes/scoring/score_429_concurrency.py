"""More calls at the same time than the instances may take."""

from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="More calls came at the same time than the instances may take",
    kind="Too busy",
    stage="ready",
    label="SCORING_*",
    old_code="HTTP 429",
    code="429",
    signs=(
        scoring(r"(?i)too many pending requests", source="doc"),
        scoring(
            r"(?i)max_?concurrent_?requests|concurrency limit|multiple concurrent requests", strength=HINT
        ),
        scoring(r"(?i)HTTP(?:/\d(?:\.\d)?)? 503\b|\b503\b.{0,40}service unavailable", strength=HINT),
        looks(with_status(503), strength=HINT),
    ),
    happened="Azure lets 2 x max_concurrent_requests_per_instance x instance_count calls in at a time "
    "and refuses the rest.",
    fine="Key, address and model are in order.",
    steps=(
        Step(
            "Add instances, or make scoring faster",
            "Raise max_concurrent_requests_per_instance only together with WORKER_COUNT. Clients "
            "should try "
            "again with growing pauses.",
            " request_settings:\n+  max_concurrent_requests_per_instance: 2",
            form="diff",
            file="deployment.yml",
        ),
    ),
    who="data scientist",
    retry="wait",
    urgent="now",
    look_for="`429`, `too many pending requests`",
    source="Azure's guide, HTTP status codes",
    outranks=("score-429-rate",),
)
