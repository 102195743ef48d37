"""The image was not there when the deployment stopped waiting: a slow build, or one that is held back."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The image was not ready in time, because its build was slow, failed, or is held back",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ResourceNotFound",
    signs=(
        operation(r"(?i)timeout while waiting for Environment Image to become available", strength=HINT),
        operation(
            r"(?i)Check Environment Build Log in Workspace or Workspace storage for potential failures",
            strength=HINT,
        ),
        operation(r"(?i)image build\b.{0,80}\b(?:timed out|timeout)", strength=HINT, source="doc"),
    ),
    happened="The deployment waited for the image of {environment} and stopped waiting. The code "
    "ResourceNotFound says nothing more than that.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        Step(
            "See the state of the environment",
            "",
            "az ml environment show --name {environment} --version {environment_version} -g {group} "
            "-w {workspace}",
        ),
        Step(
            "Build the image beforehand, and make the build shorter",
            "Pin versions, leave out packages, start from an image that has them.",
        ),
        Step(
            "If the build had succeeded, look at the registry's quarantine",
            "",
            "az acr show -n {registry} --query policies.quarantinePolicy",
        ),
        fixes.READ_BUILD_LOG,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="timeout while waiting for Environment Image to become available",
    source="Azure's guide, Image build timing out; exact text from public reports",
    rivals=(
        (
            "arm-resource-missing",
            "the code ResourceNotFound is the same; the message waits for an image, or names a "
            "resource",
        ),
        (
            "image-private-registry",
            "the code ResourceNotFound is the same; the message waits for an image, or is refused by "
            "a registry",
        ),
        (
            "build-acr-quarantine",
            "the registry's quarantine policy: the message is the same, and only a look at the "
            "policy tells",
        ),
    ),
    next_test="The build log tells whether the build ended well; if it did, the registry holds the "
    "image back (quarantine policy).",
    outranks=(
        "arm-resource-missing",
        "environment-build-failed-unspecified",
        "image-not-found",
        "image-private-registry",
    ),
)
