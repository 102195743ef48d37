"""MLflow models without code cannot be deployed with the old form of network isolation."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="MLflow models without a script cannot be deployed with the old network isolation",
    kind="Not supported",
    stage="",
    label="BAD_REQUEST",
    code="BadArgument",
    signs=(operation(r"(?i)MLflow model format with private network is unsupported", source="doc"),),
    happened="The packages of the model would have to be fetched from outside, which the old "
    "isolation does not allow.",
    fine="Quota was not looked at yet.",
    steps=(Step("Use the workspace's managed network, or deploy with your own script and image"),),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="MLflow model format with private network is unsupported",
    source="Azure's guide, MLflow model format with private network is unsupported",
)
