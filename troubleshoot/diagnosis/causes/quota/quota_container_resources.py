"""The container asks for more cores or memory than the size has, so it cannot be started."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import EVENTS, HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The container asks for more than {size} has, so it was never started",
    kind="Size too small",
    stage="container_start",
    label="ERR_2100",
    old_code="ERR_2100",
    code="OutOfQuota",
    signs=(
        operation(
            r"(?i)(?:container|pod)\b.{0,80}\b(?:request(?:s|ed|ing)?|ask(?:s|ed|ing)? for"
            r"|requir(?:es|ed|ing))\b"
            r".{0,120}\b(?:more (?:resources|memory|cpus?|vcpus?|cores)|exceed\w*"
            r"|than)\b.{0,120}\b(?:instance.?type|vm size|sku|size|node|machine|Standard_\w+)",
            source="doc",
            also=(EVENTS,),
        ),
        operation(r"(?i)unable to start (?:the )?user container", strength=HINT, source="doc"),
        operation(r"(?i)requested (?:resources|memory|cpu)\b.{0,80}\bexceed", strength=HINT, source="doc"),
        code(r"ERR_2100"),
    ),
    words=(("size", "the size"),),
    happened="Azure creates a container with the resources that the deployment asks for. {size} has "
    "{vcpus} vCPUs and {memory} GiB "
    "of memory, and that is not enough for what was asked.",
    fine="Quota, the image and the download of the model are in order.",
    steps=(
        Step(
            "Compare what is asked with what the size has",
            "{size} has {vcpus} vCPUs and {memory} GiB of memory.",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace}"
            " --query '{{size:instance_type,count:instance_count,variables:environment_variables}}'",
        ),
        fixes.READ_LOG,
        Step("Take a larger instance_type"),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`OutOfQuota`, and a container that requests more than the size has",
    source="Azure's guide, Other quota",
    next_test="The log of the inference server tells whether the container ever printed a line; if it "
    "did, it started.",
    outranks=("out-of-quota", "container-crashed"),
)
