"""The image is in a registry that the service cannot sign in to."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{host} refuses the service's sign-in, so the image cannot be pulled",
    kind="Registry sign-in",
    stage="image_pull",
    label="ERR_1200",
    old_code="ERR_1200",
    code="ResourceNotFound",
    signs=(
        operation(
            r"(?i)Authentication failed for container registry (?P<host>[\w.-]+)",
            strength=HINT,
            also=(INFERENCE,),
        ),
        operation(
            r"(?i)(?:unauthorized|denied)\W.{0,40}(?:incorrect username or password"
            r"|authentication required|requested access)",
            strength=HINT,
            also=(INFERENCE,),
        ),
        operation(
            r"(?i)failed to (?:pull|fetch|download) .{0,200}\b(?:unauthorized|pull access denied)",
            strength=HINT,
            also=(INFERENCE,),
            source="doc",
        ),
        operation(
            r"(?i)failed to (?:pull|fetch|download) .{0,300}\bincorrect username or password",
            also=(INFERENCE,),
            source="doc",
        ),
    ),
    words=(("host", "The registry"),),
    happened="The registry asked for a user and password or a role, and what the service sent was not "
    "accepted.",
    fine="Quota, model and code are not the matter.",
    steps=(
        Step(
            "See which image is asked for",
            "",
            "az ml environment show --name {environment} --version {environment_version} -g {group} "
            "-w {workspace}",
        ),
        Step(
            "Make the registry known to the workspace",
            "Create a workspace connection for it, or give the endpoint's identity AcrPull if it is "
            "an Azure registry.",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="Authentication failed for container registry <host>",
    source="Azure's guide, Container registry authorization error",
    rivals=(
        ("startup-auth-acr", "the host in the message: another registry, or the workspace's own"),
        (
            "arm-resource-missing",
            "the code ResourceNotFound is the same; the message names a registry, or a resource",
        ),
        ("build-base-image-auth", "where it is said: while the deployment pulls its image, or in the build log"),
    ),
    outranks=("arm-resource-missing",),
)
