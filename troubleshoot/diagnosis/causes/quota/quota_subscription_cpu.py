"""The subscription has fewer dedicated vCPUs left in the region than the deployment asks for.

Clusters and compute instances count as well. The limit is often printed as [N/A].
"""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The deployment needs {need} vCPUs, but the subscription has too few left in the region",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"Not enough subscription CPU quota\.? The amount of CPU quota requested is (?P<need>\d+)"
            r"(?: and your maximum amount of quota is \[?(?P<most>[^\]\s.]+))?"
        ),
        operation(r"(?i)not enough subscription CPU quota"),
    ),
    words=(("need", "more"),),
    happened="Azure counted the cores that the deployment needs, the reserve of 20 percent for "
    "upgrades included, and found "
    "that they do not fit. No machine was made, so there are no logs.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        fixes.LIST_USAGE,
        fixes.LIST_DEPLOYMENTS,
        Step(
            "Free cores or ask for more",
            "Clusters, compute instances and idle deployments of the region hold cores too. More are "
            "requested on "
            "https://ml.azure.com/quota.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Not enough subscription CPU quota. The amount of CPU quota requested is <need>",
    source="Azure's guide, CPU quota",
    outranks=("quota-vm-family", "out-of-quota"),
)
