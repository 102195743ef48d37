"""The registry keeps new images in quarantine, so the service waits for them in vain."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{registry} keeps the new image in quarantine, so it cannot be pulled",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ResourceNotFound",
    signs=(operation(r"(?i)\bquarantin\w+", strength=HINT, also=(BUILD,)),),
    happened="The image was built and stored, and the policy of the registry shows it to nobody until "
    "it is released.",
    fine="The build itself, the quota, the model and the code are not the matter.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step("See the policy", "", "az acr show -n {registry} --query policies.quarantinePolicy"),
        Step("Release the image, or switch the policy off"),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="`quarantine`, beside a timeout while waiting for the image",
    source="Azure's guide, Image build timing out; exact text from public reports",
    outranks=("build-timeout", "environment-build-failed-unspecified"),
)
