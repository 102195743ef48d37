"""The image is built for another kind of processor than the machine has."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.building import OF_A_BUILD
from troubleshoot.diagnosis.cause import EVENTS, HINT, INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

# Programs that every image brings as they are; a start script of one's own may only lack its first line.
_PROGRAM = r"(?:python[\d.]*|bash|sh|dash|env|tini|dumb-init|gunicorn|uvicorn|nginx|node|java|tritonserver|runsvdir)"

cause = Cause(
    title="The image is built for another kind of processor than the machine has",
    kind="Processor",
    stage="container_start",
    label="ERR_2100",
    old_code="ERR_2100",
    code="ResourceNotReady",
    signs=(
        operation(
            rf"\bexec:? \"?/(?:[\w.+-]+/)*{_PROGRAM}\"?: exec format error",
            also=(INFERENCE, EVENTS),
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"(?i)no matching manifest for (?P<platform>linux/\w+)|no match for platform in manifest",
            also=(INFERENCE, EVENTS),
            source="doc",
            unless=(OF_A_BUILD,),
        ),
        operation(
            r"(?i)\bexec format error\b", strength=HINT, also=(INFERENCE, EVENTS), unless=(OF_A_BUILD,)
        ),
        operation(
            r"(?i)requested image's platform \((?P<image_platform>[\w/]+)\) does not match the detected host",
            strength=HINT,
            also=(INFERENCE,),
        ),
    ),
    happened="The kernel refused to run the first program of the container. Managed endpoints run on x86-64 machines "
    "(linux/amd64), and an image that is built on a Mac with an Apple processor is linux/arm64 unless told otherwise.",
    fine="Quota is in order. Model and code are not the matter.",
    steps=(
        Step("See for which processor the image is built", "", "docker image inspect --format "
             "'{{{{.Os}}}}/{{{{.Architecture}}}}' {image}"),
        Step("Build it for linux/amd64 and push it again", "", "docker build --platform linux/amd64 -t <image> ."),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`exec format error`",
    source="Docker's and the kernel's words for ENOEXEC; exact text from public reports",
    next_test="If a script starts the container, look at its first line: without `#!` the kernel says the same.",
    rivals=(
        ("container-command-missing", "the program is there and cannot be run, or it is not there at all"),
    ),
    outranks=("container-crashed", "container-restart-loop", "worker-boot-failed", "image-not-found"),
)
