"""The model asset has more files than a deployment may fetch."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, STORAGE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{model} has more files than a deployment may fetch",
    kind="Too many files",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)\b(?:too many files|more than 1,?500 files|1,?500 files)\b",
            strength=HINT,
            source="derived",
            also=(STORAGE,),
        ),
    ),
    words=(("model", "The model"),),
    happened="A model asset may have at most 1500 files.",
    fine="Quota, the image and the roles are in order.",
    steps=(Step("Pack the folder as one archive and unpack it in init()"), fixes.deploy_again),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="too many files",
    source="Azure's page of quotas and limits, Service limits: Models; not confirmed with Azure",
)
