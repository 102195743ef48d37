"""The cluster does not have the endpoint that the deployment names."""

from troubleshoot.diagnosis import cluster
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The cluster does not have the endpoint that the deployment names",
    kind="Kubernetes",
    stage="",
    label="BAD_REQUEST",
    code="EndpointNotFound",
    signs=(*cluster.shared_code("EndpointNotFound"),),
    happened="A deployment is made in an endpoint, and the cluster has no endpoint of that name.",
    fine="The cluster was reached.",
    steps=(
        Step("See which endpoints there are", "", "az ml online-endpoint list -g {group} -w {workspace} -o table"),
        Step(
            "Create the endpoint first",
            "",
            "az ml online-endpoint create -n {endpoint} -f endpoint.yml -g {group} -w {workspace}",
        ),
        cluster.about("EndpointNotFound"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="EndpointNotFound",
    source="Azure's guide, ERROR: EndpointNotFound",
    next_test="az ml online-endpoint show tells whether the endpoint exists, and on which compute.",
    rivals=(("arm-resource-missing", "there Azure itself does not know the resource"),),
    outranks=("arm-resource-missing",),
)
