"""The subscription has fewer dedicated vCPUs left in the region than the deployment asks for.

Clusters and compute instances count as well. The limit is often printed as [N/A].
"""

from collections.abc import Mapping

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import AGAINST, HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Step


def more(case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """What is needed, by the usage rows where Azure's sentence does not say."""
    return {} if "need" in names else gates.numbers(case, gates.REGION)


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
        operation(r"(?i)exceeding approved Total Regional (?:v?CPUs?|Cores?) quota", source="doc"),
        operation(r"(?i)subscription has a total vCPU quota of \d+", source="seen"),
        looks(gates.full(gates.REGION), strength=HINT, source="derived"),
        looks(gates.has_room(gates.REGION), strength=AGAINST, source="derived"),
    ),
    words=(("need", "more"),),
    more=more,
    gives=("need",),
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
    source="Azure's guide, CPU quota; exact text from public reports",
    rivals=(
        ("quota-cluster", "what is counted: vCPUs, or compute resources of the region"),
    ),
    outranks=("quota-vm-family", "out-of-quota"),
)
