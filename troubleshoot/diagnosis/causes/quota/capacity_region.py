"""Azure has no free machines of this size in the region now; free quota is no promise of capacity."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Azure has no machines of {size} free in this region at the moment",
    kind="No capacity",
    stage="provisioning",
    label="ERR_1100",
    old_code="ERR_1101",
    code="OutOfQuota",
    signs=(
        operation(r"(?i)lack of (?:Azure Machine Learning )?capacity in the region", source="doc"),
        operation(
            r"(?i)(?:do(?:es)? not|doesn't|don't) have (?:enough|sufficient) capacity"
            r"|\bcapacity is (?:not |un)available"
            r"|\binsufficient capacity\b",
            source="doc",
        ),
        code(r"OutOfCapacity|error-outofcapacity|ERR_1101"),
    ),
    words=(("size", "this size"),),
    happened="The quota allowed the machines, but the region had none to give.",
    fine="Quota, image, model, code and roles are not the matter.",
    steps=(
        Step(
            "Try later, or take another size or region",
            "",
            "az ml compute list-sizes --location {region} -g {group} -w {workspace} -o table",
        ),
        fixes.deploy_again,
    ),
    who="Microsoft",
    retry="wait",
    urgent="if serving",
    look_for="`lack of capacity in the region`, or `OutOfCapacity`",
    source="Azure's guide, Region-wide VM capacity",
    rivals=(
        (
            "internal-error-masked",
            "capacity is named in the message; what took more than an hour and names nothing can be "
            "either",
        ),
        ("quota-zero-for-family", "granted vCPUs: with 0 of them it is quota, and a wait does not help"),
        ("sku-not-supported", "the region has none free at the moment, or never offers the size for endpoints"),
    ),
    outranks=("out-of-quota",),
)
