"""The start-up task failed because roles on a resource are wrong."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{identity} has the wrong roles on a resource that the deployment needs",
    kind="Missing role",
    stage="model_and_code",
    label="ERR_1300",
    old_code="ERR_1300",
    code="BadArgument",
    signs=(operation(r"(?i)Startup task failed due to incorrect role assignments", source="doc"),),
    words=(("identity", "The endpoint's identity"),),
    happened="Azure asked for the files in the name of the endpoint's identity and found its roles wrong.",
    fine="The quota was enough, and a machine was there.",
    steps=(
        Step(
            "See which roles the identity has",
            "It needs AcrPull on the registry and Storage Blob Data Reader on the storage account.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Startup task failed due to incorrect role assignments",
    source="Azure's guide, Authorization error",
    outranks=("startup-task-authorization",),
)
