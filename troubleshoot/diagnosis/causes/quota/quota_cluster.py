"""The region holds as many compute resources as the subscription may have."""

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The region's limit on compute resources is reached, so no machine could be added",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(r"(?i)\bcluster (?:CPU )?quota\b|total compute limit", source="derived"),
        looks(gates.clusters_full, strength=HINT, source="derived"),
    ),
    happened="Clusters, compute instances and deployments share one limit for the region, 500 unless "
    "it was raised.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        Step("See what there is", "", "az ml compute list -g {group} -w {workspace} -o table"),
        Step(
            "Delete what nobody uses, or ask support to raise the limit",
            "It can be raised to 2500 for a region.",
        ),
        fixes.deploy_again,
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="`OutOfQuota`, and the words `cluster quota`",
    source="Azure's guide, Cluster quota",
    rivals=(
        ("quota-endpoints", "what is counted: compute resources of the region, or endpoints of the subscription"),
    ),
    outranks=("out-of-quota",),
)
