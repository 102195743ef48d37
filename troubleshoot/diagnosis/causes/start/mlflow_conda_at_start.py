"""The container builds the environment of an MLflow model at its start, and that fails."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

_PIP_ERROR = (
    r"ERROR: (?:No matching distribution found for|Could not find a version that satisfies|Cannot install"
    r"|ResolutionImpossible|Package '[^']+' requires a different Python)"
)

cause = Cause(
    title="The packages of the MLflow model could not be installed when the container started",
    kind="Environment",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"CondaEnvExc?eption\b|CondaValueError: pip returned an error"),
        console(r"(?m)^\s*Pip subprocess error:\s*\n\s*(?:ERROR|error):", strength=HINT),
        console(
            r"(?m)^\s*(?:ResolvePackageNotFound|UnsatisfiableError|PackagesNotFoundError"
            r"|LibMambaUnsatisfiableError):",
            source="doc",
        ),
        console(_PIP_ERROR, needs=(r"CondaEnvExc?eption\b|CondaValueError: pip returned an error",)),
        console(_PIP_ERROR, strength=HINT),
    ),
    happened="Without an image of its own, the deployment installs what the model's conda.yaml lists "
    "when the container starts, and that "
    "did not work.",
    fine="Quota, the image pull and the download of the model are in order.",
    steps=(
        Step("Try the model's conda.yaml on your machine", "", "conda env create -f conda.yaml -n check"),
        Step(
            "Correct it and register the model again",
            "Or build an environment beforehand, and name that in the deployment.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="CondaEnvException",
    source="Azure's guide, Conda installation issues; exact text from public reports",
    outranks=("script-import-error", "init-exception", "container-crashed"),
)
