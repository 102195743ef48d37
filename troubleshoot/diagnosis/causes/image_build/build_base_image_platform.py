"""The base image is built for another kind of processor than the machine that builds on it."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import Cause, build
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The base image is for another kind of processor than the machine that builds on it",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        build(r"(?:exec|exec user process caused:?) ?\S{0,80} \"?exec format error", needs=(OF_A_BUILD,)),
        build(
            r"(?i)no match for platform in manifest|no matching manifest for linux/\w+",
            source="doc",
            needs=(OF_A_BUILD,),
        ),
    ),
    happened="Azure builds images on x86-64 machines (linux/amd64), and no program of the base image runs there.",
    fine="The registry of the base image answered. Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.SHOW_ENVIRONMENT,
        Step(
            "Name a base image that exists for linux/amd64",
            "An image of your own, built on a Mac with an Apple processor, needs the platform named.",
            "docker build --platform linux/amd64 -t <image> .",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`exec format error`, in the build log",
    source="Docker's own words",
    next_test="Look at the platforms of the base image with `docker manifest inspect`.",
    rivals=(("build-base-image-missing", "the image is there for another processor, or not there at all"),),
    outranks=("environment-build-failed-unspecified", "image-wrong-architecture", "build-base-image-missing"),
)
