"""The Kubernetes endpoint did not get an answer from the model in time."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import HINT, Cause, looks
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The model took longer to answer than the endpoint's timeout",
    kind="Kubernetes",
    stage="ready",
    label="SCORING_504",
    code="504",
    signs=(looks(cluster.answered(504), strength=HINT, source="doc"),),
    happened="The front of the cluster gave up waiting; unless set otherwise it waits 5 seconds. The "
    "container may have finished later.",
    fine="Address and key are in order, and a replica took the call.",
    steps=(
        Step(
            "Raise the timeout, at most 300000 ms",
            "",
            " request_settings:\n+  request_timeout_ms: 60000",
            form="diff",
            file="deployment.yml",
        ),
        Step(
            "Make run() faster, or look whether it hangs",
            "",
            "kubectl -n <namespace> logs <pod> -c inference-server --tail=200",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="HTTP/1.1 504",
    source="Azure's guide, Common error codes for Kubernetes online endpoints",
    next_test="The log of the inference server tells how long run() took for the same request.",
    rivals=(("score-408-timeout", "a managed endpoint answers 408 instead"),),
    outranks=("score-408-timeout",),
)
