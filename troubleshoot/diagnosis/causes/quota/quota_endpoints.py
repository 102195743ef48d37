"""The subscription has as many endpoints in the region as it may have."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The subscription already has {used} of {limit} endpoints, so no other can be made",
    kind="Not enough quota",
    stage="",
    label="ERR_1100",
    old_code="ERR_1103",
    code="OutOfQuota",
    signs=(
        operation(
            r"(?i)Endpoint Quota reached for subscription \S+?\.?\s*Current usage/limit: "
            r"(?P<used>\d+)/(?P<limit>\d+)"
        ),
        operation(r"(?i)endpoint quota reached"),
    ),
    words=(("used", "all"), ("limit", "its")),
    happened="The request was refused at once; no endpoint was made.",
    fine="Cores, image, model and code are not the matter.",
    steps=(
        Step(
            "See the endpoints of this workspace",
            "",
            "az ml online-endpoint list -g {group} -w {workspace} -o table",
        ),
        Step(
            "Delete endpoints that nobody calls, or ask for a higher limit",
            "Issue type 'Service and subscription limits', quota type 'Machine Learning Service: "
            "Endpoint Limits'.",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Endpoint Quota reached for subscription …. Current usage/limit: <used>/<limit>",
    source="Azure's guide, Endpoint quota; exact text from public reports",
    outranks=("out-of-quota",),
)
