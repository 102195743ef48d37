"""Autoscale wants to add instances, and the quota has no room for them."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, SCORING, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Autoscale cannot add instances, because the quota has no room for them",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"(?i)\bautoscale\b[^\n]{0,300}\b(?:failed|failure|fails|unable|not able|could not|couldn't|cannot)\b",
            strength=HINT,
            source="derived",
            needs=(
                r"(?i)\bOutOfQuota\b|\b(?:not enough|insufficient|exceed\w*|no)\b[^\n]{0,60}\bquota\b",
                r"(?i)\bscal(?:e|ed|ing)[ -]?(?:up|out)\b|\binstances?\b",
            ),
            also=(SCORING,),
        ),
    ),
    happened="Autoscale asked for more instances, and Azure refused, since the VM family has too few free vCPUs for "
    "them and for the reserve of 20 percent. The instances that are there go on serving.",
    fine="The deployment serves; image, model and code are not the matter.",
    steps=(
        fixes.LIST_USAGE,
        Step(
            "Free cores, ask for quota, or lower the maximum",
            "The family needs room for 1.2 x the maximum x the vCPUs of the size.",
            "az monitor autoscale update -g {group} -n <autoscale-setting> --max-count <count>",
        ),
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="now",
    look_for="Autoscale … failed … OutOfQuota",
    source="Azure's guide, Autoscaling issues; the words are derived",
    next_test="The usage rows of the region tell whether the family has room for one instance more.",
    rivals=(
        ("score-429-autoscale-lag", "there the new instances come, but late"),
        ("quota-vm-family", "the same limit, met by a deployment and told with use, limit and need"),
    ),
    outranks=("out-of-quota",),
)
