"""The machine that builds the image has no disk left."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The machine that builds the image ran out of disk",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"(?i)\bno space left on device\b|\bENOSPC\b|You don't have enough free space in /",
            needs=(rf"{OF_A_BUILD}|\b(?:pip|conda|apt)\b",),
            unless=(r"(?i)Successfully tagged|Run ID: \w+ was successful|inotify",),
        ),
    ),
    happened="A step of the build wrote more than the disk of the builder holds.",
    fine="The base image was found. Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Make the image smaller",
            "Leave out packages that scoring does not need, take the CPU builds of large ones, and put models into "
            "the model asset.",
        ),
        Step(
            "Or build on a machine with a larger disk",
            "A compute cluster of the workspace can build the images.",
            "az ml workspace update -n {workspace} -g {group} --image-build-compute <cluster>",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`No space left on device`, in the build log",
    source="the system's words for ENOSPC",
    next_test="Build the same environment on a machine with a larger disk: if that works, it was the disk.",
    rivals=(
        ("quota-disk", "where it is said: in the build log, or in the log of the storage initializer"),
        ("build-conda-memory", "what was used up: disk, or memory"),
    ),
    outranks=("environment-build-failed-unspecified", "quota-disk", "build-push-failed"),
)
