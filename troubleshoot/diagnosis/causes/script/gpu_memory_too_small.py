"""The memory of the GPU is too small for the model or its settings."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The GPU of {size} has too little memory for the model or its settings",
    kind="Out of memory",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"CUDA out of memory|torch\.(?:cuda\.)?OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY", source="run"
        ),
        console(
            r"(?i)not enough memory to handle \d+ (?:prefill|total) tokens"
            r"|No available memory for the cache blocks"
            r"|larger than the maximum number of tokens that can be stored in KV cache",
            source="doc",
        ),
        console(r"(?i)memory is too small for this level of prefill tokens", strength=HINT),
    ),
    words=(("size", "this size"),),
    happened="The model was found and its loading began, and then the memory of the GPU ran out.",
    fine="Quota, the image pull, the download of the model and the driver are in order.",
    steps=(
        Step(
            "Take a size with more GPU memory, or ask for less",
            "Shorter inputs, a smaller batch, or quantised weights need less.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="CUDA out of memory",
    source="public reports",
    rivals=(
        ("oom-worker-killed", "whose memory: the words CUDA or KV cache speak of the GPU"),
    ),
    outranks=("init-exception", "container-crashed", "score-424-run-exception"),
    while_serving=True,
)
