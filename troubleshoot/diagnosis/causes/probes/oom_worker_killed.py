"""The kernel killed a worker of the server, most often because the memory ran out."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import EVENTS, HINT, OPERATION, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A worker of the server was killed, probably because {size} ran out of memory",
    kind="Out of memory",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"was sent SIGKILL! Perhaps out of memory\?", strength=HINT, source="run"),
        console(
            r"(?m)^\s*MemoryError\b|Unable to allocate [\d.]+ [GMT]iB for an array"
            r"|DefaultCPUAllocator: (?:can't|not enough memory)",
            source="run",
        ),
        console(r"(?m)^\s*\S*\s*\d* ?Killed\s*$", strength=HINT),
        console(
            r"(?i)\bexit(?:ed)? (?:with )?(?:code|status):? ?137\b", strength=HINT, also=(OPERATION, EVENTS)
        ),
    ),
    words=(("size", "the machine"),),
    happened="The worker ended by a signal that it cannot catch. {size} has {memory} GiB of memory, "
    "and each worker loads its own copy of "
    "the model.",
    fine="Quota, the image pull, the download of model and code, and the imports are in order.",
    steps=(
        Step(
            "Take a size with more memory, or fewer workers",
            "Set WORKER_COUNT to 1, or load the model quantised.",
            "-instance_type: {size}\n+instance_type: <size with more memory>",
            form="diff",
            file="deployment.yml",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="was sent SIGKILL! Perhaps out of memory?",
    source="Azure's guide, Memory quota; reproduced with the real server",
    next_test="If one worker on a size with twice the memory starts, it was the memory.",
    outranks=(
        "worker-boot-failed",
        "probe-liveness-failed",
        "probe-readiness-failed",
        "container-crashed",
        "container-restart-loop",
        "sku-too-small",
        "init-exception",
        "init-too-slow",
    ),
    while_serving=True,
)
