"""Code in the container wrote until the disk was full."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The disk of the container is full",
    kind="Disk full",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"(?:\[Errno 28\]|(?:OSError|IOError|RuntimeError|SafetensorError|Exception)\b[^\n]{0,200}) ?"
            r"(?i:no space left on device)",
            unless=(r"(?i)inotify|/dev/shm|shared memory",),
        ),
        console(r"(?i)\bno space left on device\b", strength=HINT, unless=(r"(?i)inotify",)),
        console(r"Not enough free disk space to download the file", strength=HINT),
    ),
    happened="A program in the container wrote a file, and the system answered that no space is left. Mostly models "
    "or caches are downloaded at the start.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Put what is downloaded into the model asset",
            "Then nothing is fetched at the start, and the file is not stored twice.",
        ),
        Step("Remove temporary files when they are not needed any more"),
        Step("Or take a size with a larger disk"),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`No space left on device`, in the log of the inference server",
    source="the system's words for ENOSPC",
    next_test="The traceback above the line names what was written.",
    rivals=(
        ("quota-disk", "who wrote: a program of the container, or the storage initializer that downloads the model"),
        ("build-disk-full", "where it is said: in the container, or in the build log"),
    ),
    outranks=("init-exception", "container-crashed", "worker-boot-failed"),
)
