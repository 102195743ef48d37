"""An earlier creation of the deployment failed, and Azure takes no update for it."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, operation

cause = Cause(
    title="{name} failed when it was first made, so Azure takes no update for it",
    kind="Wrong state",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(
            r"(?i)deployment \[?(?P<name>[\w-]+)\]? failed during initial provisioning and is in an "
            r"unrecoverable state"
        ),
        operation(r"(?i)failed during initial provisioning|is in an unrecoverable state"),
        operation(r"(?i)\bdeployment '?(?P<name>[\w.-]+)'? is in '?Failed'? state.{0,20}delete it before"),
    ),
    words=(("name", "The deployment"),),
    happened="The first creation never succeeded, so nothing of it ever served. Azure says itself "
    "that it has to be deleted and made again. "
    "Why the first creation failed is not in this message.",
    fine="The request itself is in order.",
    steps=(fixes.READ_LOG, fixes.deploy_again),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="failed during initial provisioning and is in an unrecoverable state",
    source="public reports",
    rivals=(
        ("endpoint-not-ready", "which of the two was never made: the deployment, or its endpoint"),
    ),
)
