"""A compiled package was built for another NumPy than the environment has."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A compiled package was built for another NumPy than the environment has",
    kind="Version mismatch",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"ValueError: [\w.]+ size changed, may indicate binary incompatibility\. Expected \d+ from C header,"
            r" got \d+ from PyObject"
        ),
        console(
            r"A module that was compiled using NumPy 1\.x cannot be run in\s+NumPy 2",
            strength=HINT,
            source="run",
        ),
        console(r"ImportError: numpy\.core\.multiarray failed to import", source="run"),
        console(r"RuntimeError: module compiled against (?:ABI|API) version", source="run"),
    ),
    happened="The import ended in compiled code whose view of NumPy does not fit the installed one.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step(
            "Pin numpy to what the package was built for",
            "",
            "     - pip:\n+      - numpy<2",
            form="diff",
            file="conda.yml",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="may indicate binary incompatibility. Expected … from C header, got … from PyObject",
    source="Azure's guide, ERROR: ResourceNotReady; exact text from public reports",
    rivals=(
        ("dependency-version-conflict", "the words: sizes or an ABI that differ, or a name that is not there"),
    ),
    outranks=("init-exception", "container-crashed"),
)
