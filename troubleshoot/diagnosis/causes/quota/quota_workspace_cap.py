"""The workspace has a cap of its own on a VM family, below what the subscription may use.

The subscription still has room; the cap stops this workspace alone.
"""

from collections.abc import Mapping

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import AGAINST, HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Step


def more(case: Case, names: Mapping[str, str]) -> dict[str, str]:
    """The numbers of the cap, as the usage rows give them."""
    return gates.numbers(case, gates.WORKSPACE)


cause = Cause(
    title="{workspace} has a cap of {limit} vCPUs on the family, and {free} of them are free",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(
        looks(gates.full(gates.WORKSPACE), strength=HINT, source="derived"),
        looks(gates.has_room(gates.WORKSPACE), strength=AGAINST, source="derived"),
        operation(
            r"(?i)\bworkspace(?:'s|[- ]level)? (?:\w+ ){0,3}(?:quota|cap|limit)\b.{0,80}"
            r"\b(?:exceed\w*|reached|not enough|insufficient)\b",
            strength=HINT,
            source="derived",
            unless=(r"(?i)endpoint quota|requests? per",),
        ),
    ),
    words=(("workspace", "The workspace"), ("limit", "so many"), ("free", "too few"), ("need", "more")),
    more=more,
    gives=("need", "used", "limit", "free"),
    happened="A subscription can give each workspace a share of a VM family. The deployment needs {need} vCPUs "
    "with the reserve for upgrades, and the share of {workspace} has {free} left.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        fixes.LIST_USAGE,
        Step(
            "See the caps of the workspaces",
            "Rows whose id names a workspace are caps.",
            "az rest --method get --url 'https://management.azure.com/subscriptions/{subscription}/providers/"
            "Microsoft.MachineLearningServices/locations/{region}/quotas?api-version=2024-10-01'",
        ),
        Step(
            "Raise or remove the cap, or free cores in this workspace",
            "Caps are set on https://ml.azure.com/quota, under the view by workspace.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="`OutOfQuota`, where the workspace has a limit of its own",
    source="worked out from Azure's guide, CPU quota",
    next_test="Read the usage and the caps again now: if the family has room and the cap has none, it is the cap.",
    rivals=(
        ("quota-vm-family", "the family's row of the whole subscription has no room either"),
        ("quota-subscription-cpu", "the regional total has no room"),
    ),
    outranks=("out-of-quota",),
)
