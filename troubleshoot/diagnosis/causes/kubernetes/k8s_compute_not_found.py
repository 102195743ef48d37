"""The workspace has no Kubernetes compute of the name that the endpoint uses."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The workspace has no Kubernetes compute of that name any more",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="ComputeNotFound",
    signs=(
        operation(r"(?i)\bCannot find Kubernetes compute\b", source="doc"),
        *cluster.shared_code("ComputeNotFound"),
    ),
    happened="The endpoint or deployment names an attached cluster that the workspace does not know: it "
    "was detached, or its name is another.",
    fine="Image, model and code were not looked at yet.",
    steps=(
        Step(
            "See which computes there are",
            "",
            "az ml compute list --type kubernetes -g {group} -w {workspace} -o table",
        ),
        cluster.ATTACH_AGAIN,
        cluster.about("ComputeNotFound", "how-to-troubleshoot-kubernetes-compute"),
    ),
    who="cluster administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Cannot find Kubernetes compute.",
    source="Azure's guide to Kubernetes compute, ERROR: ComputeNotFound",
    next_test="az ml compute show with the name in the endpoint's file tells whether it exists.",
    rivals=(("k8s-cluster-not-found", "there the compute is known, but the cluster behind it is gone"),),
)
