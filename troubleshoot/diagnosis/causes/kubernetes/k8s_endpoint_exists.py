"""The cluster already has an endpoint of this name."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster already has an endpoint of this name",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="EndpointAlreadyExists",
    signs=(*cluster.shared_code("EndpointAlreadyExists"),),
    happened="The name of an endpoint must be unique in its workspace and in its cluster. Another "
    "workspace may use the same cluster.",
    fine="The cluster was reached, and nothing was changed.",
    steps=(
        Step("See whether it is yours", "", "az ml online-endpoint list -g {group} -w {workspace} -o table"),
        Step("Choose another name, or update the one that is there"),
        cluster.about("EndpointAlreadyExists"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="EndpointAlreadyExists",
    source="Azure's guide, ERROR: EndpointAlreadyExists",
    next_test="kubectl get onlineendpoints -A shows in which namespace the name is used.",
    rivals=(("endpoint-name-taken", "on a managed endpoint the name must be unique in the region"),),
    outranks=("endpoint-name-taken",),
)
