"""There are as many deployments as the endpoint, or the subscription in this region, may have."""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step

MOST_OF_ENDPOINT = 20


def endpoint_full(case: Case) -> Iterator[Evidence]:
    """The other deployments, where the endpoint has 20 besides this one and Azure speaks of a quota."""
    others = case.ready_siblings
    if len(others) >= MOST_OF_ENDPOINT and gates.may_be_quota(case):
        yield Evidence("deployments of the endpoint", others[0], note=f"It has {len(others)} others that are ready.")


cause = Cause(
    title="{endpoint} or the region already has as many deployments as it may have",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"(?i)\bdeployments? (?:count )?(?:quota|limit)\b.{0,80}\b(?:reached|exceeded)\b"
            r"(?:.{0,80}usage/limit: (?P<used>\d+)/(?P<limit>\d+))?",
            source="derived",
            unless=(r"(?i)DeploymentQuotaExceeded|quota of '?800\b",),
        ),
        operation(
            r"(?i)\b(?:exceed\w*|reached)\b.{0,60}\b(?:maximum|limit|quota|number)\b.{0,40}\bdeployments\b"
            r".{0,60}\b(?:endpoint|subscription|region)\b",
            source="derived",
            unless=(r"(?i)DeploymentQuotaExceeded|quota of '?800\b",),
        ),
        looks(endpoint_full, strength=HINT, source="derived"),
    ),
    words=(("endpoint", "The endpoint"), ("used", "all"), ("limit", "the allowed")),
    happened="An endpoint holds at most 20 deployments, and a subscription 500 in a region, batch and Kubernetes "
    "deployments among them. Azure counted {used} of {limit}.",
    fine="Cores, image, model and code are not the matter.",
    steps=(
        fixes.LIST_DEPLOYMENTS,
        Step(
            "Delete deployments that get no traffic",
            "Keep the previous one as long as you may want to go back to it.",
            "az ml online-deployment delete -e {endpoint} -n <old-deployment> -g {group} -w {workspace}",
        ),
        Step(
            "Or ask for a higher limit",
            "Issue type 'Service and subscription limits', quota type 'Machine Learning Service: Endpoint Limits'.",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Deployment quota reached",
    source="worked out from Azure's guide, Endpoint quota",
    next_test="Count the deployments of the endpoint: below 20 it is the region's 500, or another limit.",
    rivals=(("quota-endpoints", "the sentence counts endpoints, not deployments"),),
    outranks=("out-of-quota",),
)
