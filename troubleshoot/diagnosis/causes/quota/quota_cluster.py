"""The region holds as many compute resources as the subscription may have."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The region's limit on compute resources is reached, so no machine could be added",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    old_code="ERR_1100",
    code="OutOfQuota",
    signs=(operation(r"(?i)\bcluster quota\b|total compute limit", source="derived"),),
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
    look_for="cluster quota",
    source="Azure's guide, Cluster quota",
    outranks=("out-of-quota",),
)
