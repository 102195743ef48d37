"""The deployment asks for more instances than one deployment may have."""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes, gates
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step

MOST = 50


def above_the_limit(case: Case) -> Iterator[Evidence]:
    """The number of instances, where it is above the usual limit and Azure speaks of a quota."""
    count = case.deployment.instance_count if case.deployment else None
    if count and count > MOST and gates.may_be_quota(case):
        yield Evidence("deployment", str(count), note=f"instance_count; {MOST} unless the limit was raised")


cause = Cause(
    title="The deployment asks for {count} instances, more than one deployment may have",
    kind="Not enough quota",
    stage="quota",
    label="ERR_1100",
    code="OutOfQuota",
    signs=(
        operation(
            r"(?i)\binstance[_ ]?count\b(?:\W{1,3}(?:of )?(?P<count>\d{1,4})\b)?.{0,80}"
            r"\b(?:exceed\w*|must (?:be|not)|at most|maximum|above the limit)\b"
            r"(?:.{0,60}?\b(?P<limit>\d{2,4})\b)?",
            source="derived",
        ),
        operation(
            r"(?i)\b(?:maximum|limit|number) (?:number )?of instances\b.{0,60}\bdeployment\b.{0,60}"
            r"(?:exceed|reached|above|at most|\b\d{2,4}\b)",
            source="derived",
        ),
        looks(above_the_limit, strength=HINT, source="derived"),
    ),
    words=(("count", "too many"), ("limit", "50")),
    happened="One deployment may have {limit} instances unless the limit was raised. No machine was made.",
    fine="Image, model, code and roles were not looked at yet; nothing of them is known to be wrong.",
    steps=(
        Step(
            "See how many it asks for",
            "Autoscale counts with its maximum.",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace}"
            " --query '{{size:instance_type,count:instance_count}}'",
        ),
        Step(
            "Split the load over two deployments, or take a larger size",
            "Or ask for a higher limit: quota type 'Machine Learning Service: Endpoint Limits'.",
            " instance_type: {size}\n-instance_count: {count}\n+instance_count: 50",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="instance count … exceeds",
    source="worked out from Azure's guide, Endpoint quota",
    next_test="Deploy with one instance: if that is accepted, it is the number and not the size.",
    rivals=(("quota-vm-family", "Azure's sentence names cores, not instances"),),
    outranks=("out-of-quota", "invalid-request-value"),
)
