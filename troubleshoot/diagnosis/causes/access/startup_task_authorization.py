"""The start-up task was refused, and nothing tells whether by the registry or by the storage account."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{identity} lacks a role on the registry or the storage account",
    kind="Missing role",
    stage="provisioning",
    label="AUTHZ",
    old_code="ERR_1200",
    code="BadArgument",
    signs=(operation(r"Startup task failed due to authorization error", strength=HINT, also=(INFERENCE,)),),
    words=(("identity", "The endpoint's identity"),),
    happened="Azure asked for the image or for the model in the name of the endpoint's identity and "
    "was refused. The same sentence "
    "stands for both; the stage that did not end tells which.",
    fine="The quota was enough, and a machine was there.",
    steps=(
        Step(
            "See which roles the identity has",
            "It needs AcrPull on the registry and Storage Blob Data Reader on the storage account.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        fixes.READ_LOG,
        fixes.READ_STORAGE_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Startup task failed due to authorization error",
    source="public reports",
    rivals=(
        (
            "role-not-propagated",
            "when the roles were given: more than ten minutes before the deployment they were there, "
            "else they may be on their way",
        ),
        ("startup-incorrect-roles", "Azure's own words: \"authorization error\", or \"incorrect role assignments\""),
    ),
    next_test="In the log, UserContainerImagePull not Succeeded means the registry; ModelDownload not "
    "Succeeded means the storage account.",
    is_general=True,
)
