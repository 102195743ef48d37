"""The name of the endpoint is already used in the region."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The endpoint's name is already used, and it must be unique in the region",
    kind="Name taken",
    stage="",
    label="BAD_REQUEST",
    code="UserError",
    signs=(
        operation(
            r"(?i)there is already an endpoint with this name"
            r"|an endpoint with this name already exists|endpoint name needs to be unique"
        ),
        operation(r"(?i)\bendpoint\b.{0,40}\balready exists", strength=HINT),
    ),
    happened="The request was refused at once; the endpoint of that name may belong to another "
    "workspace or subscription.",
    fine="Nothing was changed.",
    steps=(
        Step("See whether it is yours", "", "az ml online-endpoint list -g {group} -w {workspace} -o table"),
        Step("Choose another name, or update the one that is there"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="There is already an endpoint with this name",
    source="Azure's guide, Define the endpoint; exact text from public reports",
)
