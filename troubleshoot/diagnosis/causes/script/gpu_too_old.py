"""The GPU of the size is older than what the server or its settings need."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The GPU of {size} is too old for what the server asks of it",
    kind="GPU too old",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"is only supported on GPUs with compute capability of at least (?P<needed>[\d.]+)"),
        console(r"CUDA error: no kernel image is available for execution on the device"),
        console(r"FlashAttention only supports Ampere GPUs or newer"),
        console(
            r"(?i)GPUs? with compute capability.{0,80}(?:not supported|no longer supported)"
            r"|is not compatible with the current PyTorch installation",
            strength=HINT,
        ),
    ),
    words=(("needed", "a higher one"),),
    happened="The GPU was found, and its generation (compute capability) lacks what was asked for.",
    fine="Quota, the image pull, the download of the model and the driver are in order.",
    steps=(
        Step("Ask for less", "vLLM takes --dtype=half in place of bfloat16; transformers take another attention."),
        Step("Or take a size with a newer GPU", "A100 and newer know bfloat16 (8.0); a T4 is 7.5, a V100 is 7.0."),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="only supported on GPUs with compute capability of at least <needed>",
    source="the words of vLLM, PyTorch and flash-attn; exact text from public reports",
    next_test="`nvidia-smi --query-gpu=name,compute_cap --format=csv` in the container tells its generation.",
    rivals=(
        ("init-no-gpu", "there is a GPU of an older kind, or none"),
        ("gpu-memory-too-small", "what the GPU lacks: a generation, or memory"),
    ),
    outranks=("init-exception", "container-crashed"),
)
