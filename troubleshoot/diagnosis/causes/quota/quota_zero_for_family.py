"""The subscription was granted no vCPUs of this VM family in the region."""

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{size} cannot be deployed, because its family has no quota at all in this region",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"Not enough quota available for (?P<size>[A-Za-z0-9_]+) in SubscriptionId \S+"
            r"\s*Current usage/limit: 0/0\b"
        ),
        operation(r"(?i)family vCPU quota of 0\b"),
        looks(gates.none_granted, strength=HINT, source="derived"),
    ),
    words=(("size", "This size"),),
    happened="The limit of the family is zero. Low-priority cores do not help: online endpoints use "
    "dedicated cores only.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        fixes.LIST_USAGE,
        Step(
            "Request quota for the family, or take a size of a family that has some",
            "Quota is asked for on https://ml.azure.com/quota.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Not enough quota available for <size> … Current usage/limit: 0/0",
    source="Azure's guide, CPU quota; exact text from public reports",
    outranks=("quota-vm-family", "out-of-quota"),
)
