"""The registry of the base image serves no more pulls for now."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The registry of the base image serves no more pulls for now",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(
            r"\btoomanyrequests: |(?i:reached your (?:unauthenticated )?pull rate limit)",
            needs=(OF_A_BUILD,),
            unless=(r"Successfully tagged|Run ID: \w+ was successful",),
        ),
    ),
    happened="Public registries count the pulls of an address, and many builds share those of Azure. The limit was "
    "reached before the base image was given out.",
    fine="The base image exists. Quota, the model and the code were not looked at yet.",
    steps=(
        Step("Build again in some hours, if it is urgent only now"),
        Step(
            "Copy the base image into the workspace's registry",
            "Or start from an image of mcr.microsoft.com, which has no such limit.",
            "az acr import --name {registry} --source docker.io/<repository>:<tag>",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="wait",
    urgent="if serving",
    look_for="toomanyrequests: You have reached your pull rate limit",
    source="Docker Hub's own words",
    next_test="Build the same environment an hour later without a change.",
    rivals=(("build-base-image-auth", "whether the registry counts pulls or refuses a sign-in"),),
    outranks=("environment-build-failed-unspecified", "build-base-image-auth", "build-base-image-missing"),
)
