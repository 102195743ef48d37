"""The code needs a GPU, or a newer driver, than the size has."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The code needs a GPU, but {size} has none that it can use",
    kind="No GPU",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"Found no NVIDIA driver on your system|Torch not compiled with CUDA enabled", source="run"),
        console(
            r"(?i)CUDA driver version is insufficient|no CUDA-capable device is detected"
            r"|libcuda\.so\S*: cannot open shared object",
            source="doc",
        ),
        console(
            r"(?i)CUDA (?:is not available|unavailable)|no GPU (?:found|available|detected)"
            r"|nvidia-container-cli: .*(?:not found|error)|Failed to initialize NVML",
            strength=HINT,
        ),
    ),
    words=(("size", "the size"),),
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
    source="Azure's guide, ERROR: ResourceNotReady",
    outranks=("init-exception", "container-crashed"),
)
