"""The registry of the image serves no more pulls for now."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import EVENTS, HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The registry of the image serves no more pulls for now",
    kind="Pull limit",
    stage="image_pull",
    label="ERR_1200",
    old_code="ERR_1200",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)reached your (?:unauthenticated )?pull rate limit",
            also=(INFERENCE, EVENTS),
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"\btoomanyrequests: ",
            strength=HINT,
            also=(INFERENCE, EVENTS),
            needs=(r"(?i)\bpull(?:ing|ed)?\b|\bmanifests?\b|\bregistry\b",),
            unless=(OF_A_BUILD,),
        ),
    ),
    happened="Public registries count the pulls of an address, and many share the addresses of Azure. The limit was "
    "reached, so the image was not given out.",
    fine="The image exists. Quota, model and code are not the matter.",
    steps=(
        Step("Try again in some hours, if it is urgent only now"),
        Step(
            "Copy the image into a registry of your own",
            "Name that copy in the environment.",
            "az acr import --name <registry> --source docker.io/<repository>:<tag>",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="wait",
    urgent="if serving",
    look_for="toomanyrequests: You have reached your pull rate limit",
    source="Docker Hub's own words",
    next_test="Pull the same image from another network: if that works, it is the limit.",
    rivals=(
        ("image-private-registry", "whether the registry refuses a sign-in or counts pulls"),
        ("score-429-rate", "who is limited: the pull of the image, or calls of the endpoint"),
    ),
    outranks=("image-private-registry", "container-crashed"),
)
