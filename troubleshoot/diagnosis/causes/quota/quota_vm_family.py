"""The region has fewer free vCPUs of the VM family than the deployment asks for.

Azure refuses the request, or ends the operation, and names size, use, limit and need.
"""

from collections.abc import Mapping

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import AGAINST, HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Step


def more(case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """How many vCPUs are free, from the two numbers of Azure's sentence; without them, by the usage rows."""
    if "used" in names and names.get("limit", "").isdigit():
        return {"free": str(max(0, int(names["limit"]) - int(names["used"])))}
    return gates.numbers(case, gates.FAMILY)


cause = Cause(
    title="{size} needs {need} vCPUs, but only {free} of its family's {limit} are free",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"Not enough quota available for (?P<size>[A-Za-z0-9_]+) in SubscriptionId \S+"
            r"(?:\s*Current usage/limit: (?P<used>\d+)/(?P<limit>-?\d+)\.? Additional needed: (?P<need>\d+))?"
        ),
        operation(r"Not enough quota available for (?P<size>[A-Za-z0-9_]+)"),
        operation(
            r"(?i)\bnot enough (?:vcpu |core )?quota\b",
            strength=HINT,
            unless=(r"(?i)subscription CPU quota",),
        ),
        operation(
            r"(?i)results? in exceeding approved (?P<family>[\w ]{3,40}?) (?:Cores? )?quota",
            source="doc",
            unless=(r"(?i)exceeding approved Total Regional",),
        ),
        operation(
            r"(?i)family vCPU quota\b|(?i)insufficient (?:vcpu|core)s? quota", strength=HINT, source="derived"
        ),
        looks(gates.full(gates.FAMILY), strength=HINT, source="derived"),
        looks(gates.has_room(gates.FAMILY), strength=AGAINST, source="derived"),
    ),
    words=(
        ("need", "more"),
        ("family", "the family"),
        ("free", "few"),
        ("limit", "granted vCPUs"),
        ("used", "an unknown number"),
    ),
    more=more,
    gives=("need", "used", "limit", "free"),
    happened="Azure compares what the deployment needs with the quota of the VM family in the region "
    "before it makes anything. "
    "The need holds a reserve of 20 percent for upgrades, so one instance of 4 cores counts as 8.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        fixes.LIST_USAGE,
        fixes.LIST_DEPLOYMENTS,
        Step(
            "Free cores, take another size, or ask for quota",
            "Delete or scale in deployments of the family that serve no traffic, choose a size of a "
            "family with room, or "
            "request an increase on https://ml.azure.com/quota.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="Not enough quota available for <size> in SubscriptionId",
    source="Azure's guide, CPU quota; exact text from public reports",
    rivals=(
        (
            "quota-subscription-cpu",
            "the sentence: \"Not enough quota available for\" a size, or \"Not enough subscription CPU "
            "quota\"",
        ),
        (
            "quota-upgrade-reserve",
            "the numbers: it is the reserve where the instances alone would fit in limit minus usage",
        ),
        ("quota-zero-for-family", "the limit in the message: with 0 there is nothing to free, only to ask for"),
        (
            "capacity-region",
            "quota names what is used and granted; capacity says that the region has no machines, "
            "whatever is granted",
        ),
    ),
    next_test="The usage rows of the region tell which family, and which of its limits, has no room.",
    outranks=("out-of-quota",),
)
