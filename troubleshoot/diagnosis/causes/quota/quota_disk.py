"""The disk of the size is too small for the image and the model."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, STORAGE, Cause, operation, storage
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="{size} has too small a disk, so the image and the model do not fit",
    kind="Disk too small",
    stage="model_and_code",
    label="ERR_1100",
    old_code="ERR_1350",
    code="OutOfQuota",
    signs=(
        storage(r"No space left on device", strength=HINT),
        operation(
            r"(?i)\b(?:not enough|insufficient|out of) disk\b|no space left on device|\bdisk quota\b",
            source="doc",
            also=(STORAGE,),
        ),
    ),
    words=(("size", "The size"),),
    happened="Image, model and code are put on the temporary disk of the machine before the container "
    "starts.",
    fine="The roles are in order: the download began.",
    steps=(
        fixes.READ_STORAGE_LOG,
        Step(
            "Take a size with a larger disk, or make the model smaller",
            "Leave out files that scoring does not need, checkpoints above all.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="`No space left on device`, or `not enough disk`",
    source="Azure's guide, Disk quota",
    rivals=(
        (
            "quota-memory",
            "the log: \"No space left on device\" of the storage initializer, or a container that grew "
            "too large",
        ),
    ),
    outranks=("out-of-quota", "startup-auth-storage"),
)
