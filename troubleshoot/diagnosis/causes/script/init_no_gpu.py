"""The code needs a GPU, or a newer driver, than the size has."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

# Libraries that fall back to the CPU say the same in a warning; only what is raised ends the start.
_RAISED = r"\b\w*(?:Error|Exception): .{0,200}"

cause = Cause(
    title="The code needs a GPU, but {size} has none that it can use",
    kind="No GPU",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            _RAISED + r"(?:Found no NVIDIA driver on your system|Torch not compiled with CUDA enabled"
            r"|No CUDA GPUs are available"
            r"|Attempting to deserialize object on a CUDA device but torch\.cuda\.is_available\(\) is False)",
            source="run",
        ),
        console(
            _RAISED + r"(?:CUDA driver version is insufficient|[Nn]o CUDA-capable device is detected"
            r"|libcuda\.so\S*: cannot open shared object)",
            source="doc",
        ),
        console(
            _RAISED + r"(?i:failed to infer device type|CUDA (?:is not available|unavailable)"
            r"|no GPUs? (?:found|available|detected))"
            r"|nvidia-container-cli: .*(?:not found|error)",
            strength=HINT,
        ),
    ),
    words=(("size", "this size"),),
    happened="The start of the script or server asked for a GPU and found none.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step("Take a size with a GPU, or load the model on the CPU", "For instance with map_location='cpu'."),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Found no NVIDIA driver on your system",
    source="Azure's guide, ERROR: ResourceNotReady; not confirmed with Azure",
    rivals=(
        ("gpu-memory-too-small", "no GPU is found, or one is found and is full"),
    ),
    outranks=("init-exception", "container-crashed"),
)
