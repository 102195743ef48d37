"""The model was saved with other versions of its libraries than the environment has."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The model was saved with other library versions than the environment has",
    kind="Version mismatch",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"node array from the pickle has an incompatible dtype|missing_go_to_left"),
        console(r"ValueError: <class '(?P<name>numpy\.random\.[\w.]+)'> is not a known BitGenerator module"),
        console(r"ValueError: unsupported pickle protocol: \d", source="run"),
        console(r"AttributeError: Can't get attribute '(?P<name>[^']+)' on <module", source="run"),
        console(r"ModuleNotFoundError: No module named '(?:sklearn\.\w+\.\w+|numpy\._core\b)", strength=HINT),
    ),
    words=(("name", "a class"),),
    happened="The file of the model was found, but the libraries that read it are not those that wrote it.",
    fine="Quota, the image pull, the path of the model and the imports are in order.",
    steps=(
        Step(
            "Pin the versions that the model was trained with",
            "Or load and save it again with those of the environment.",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="node array from the pickle has an incompatible dtype",
    source="Azure's guide, ERROR: ResourceNotReady; exact text from public reports",
    rivals=(
        ("init-binary-mismatch", "when it is raised: while the model is read, or while a package is imported"),
        ("dependency-version-conflict", "when it is raised: while the model is read, or at an import or call"),
    ),
    outranks=("init-exception", "container-crashed"),
)
