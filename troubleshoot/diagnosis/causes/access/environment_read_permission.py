"""An identity may not read the definition of the environment, so no image can be made from it."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="An identity may not read the environment, so its image cannot be built",
    kind="Missing role",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(operation(r"(?i)does not have permissions? for \S*environments/\S*read", also=(BUILD,)),),
    happened="The build was asked for in the name of an identity that may not read the environment.",
    fine="Quota, the model and the code are not the matter.",
    steps=(
        Step(
            "Give the identity named in the message a role on the workspace",
            "AzureML Data Scientist is enough.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="does not have permission for …/environments/…/read",
    source="public reports",
    outranks=("environment-build-failed-unspecified",),
)
