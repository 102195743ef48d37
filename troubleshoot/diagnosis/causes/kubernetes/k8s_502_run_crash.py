"""The front of a Kubernetes endpoint answers 502: the worker ended, or run() raised, while it answered."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.answered import with_status
from troubleshoot.diagnosis.cause import HINT, Cause, looks, scoring

cause = Cause(
    title="The container ended the call without an answer, so the front says 502",
    kind="Model error",
    stage="ready",
    label="SCORING_502",
    code="502",
    signs=(
        scoring(
            r"(?i)\b502\b.{0,40}bad gateway|bad gateway\b|HTTP(?:/\d(?:\.\d)?)? 502\b",
            strength=HINT,
            source="doc",
            unless=(r"\.inference\.ml\.azure\.",),  # the address of a managed endpoint
        ),
        scoring(
            r"""(?m)^Content: b["'].+""",
            strength=HINT,
            needs=(r"(?i)response code: 502\b", r"(?i)x-ms-run-function-failed\W+true"),
        ),
        looks(with_status(502), strength=HINT, source="doc"),
    ),
    happened="On Kubernetes endpoints and older web services a failing run() reaches the caller as "
    "502; on managed ones as 424.",
    fine="Key and address are in order.",
    steps=(fixes.READ_LOG,),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="502 Bad Gateway",
    source="Azure's guide, Common error codes for Kubernetes online endpoints",
    rivals=(
        ("score-500-platform", "where it runs: only Kubernetes endpoints answer 502 themselves"),
    ),
    next_test="The log of the inference server shows the exception of run(), or a worker that was ended.",
    is_general=True,
)
