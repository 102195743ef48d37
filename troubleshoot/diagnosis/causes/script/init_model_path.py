"""init() opens the model under a path that does not exist in the container."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

_NOT_SCRIPT = r"(?:[^'\n.]|\.[^p'\n]|\.p[^y'\n]|\.py[^'\n])*"

# A path with nothing in it that speaks of a model.
_NO_MODEL = (
    r"(?:/(?:tmp|mnt|home|etc|data|config)\b|\.{0,2}/?[\w-]+\.(?:json|ya?ml|txt|csv|ini|cfg"
    r"|env|toml)$)[^'\n]*"
)

cause = Cause(
    title="init() looks for the model at a path where there is no file",
    kind="Model path",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            rf"(?:FileNotFoundError|OSError|IOError"
            rf"|NotADirectoryError): .*No such file or directory: '(?P<path>{_NOT_SCRIPT})'",
            source="run",
            needs=(r"in init\b|invoke_init|User's init function failed",),
            unless=(
                rf"(?:FileNotFoundError|OSError|IOError"
                rf"|NotADirectoryError): .*No such file or directory: '{_NO_MODEL}'",
            ),
        ),
        console(
            r"(?m)^\s*[\w.]*(?:Error|Exception)\b.{0,200}(?:does not exist|No such file or directory"
            r"|not found|No file or directory|Unable to open file|can't find).{0,60}"
            r"(?P<path>/var/azureml-app/azureml-models/[^\s'\")]+)",
            source="run",
            unless=(r"(?:azureml-models/\S+)\.py\b",),
        ),
        console(
            r"(?m)^\s*[\w.]*(?:Error|Exception)\b.{0,120}(?P<path>/var/azureml-app/(?:azureml-)?models"
            r"?/[^\s'\")]+).{0,80}(?:does not exist|not found|cannot be found)",
            source="run",
        ),
        console(r"azureml\.exceptions\.[\w.]*ModelNotFoundException|ModelNotFoundException: ", strength=HINT),
        console(
            rf"(?:FileNotFoundError|OSError|IOError): .*No such file or directory: "
            rf"'(?P<path>{_NOT_SCRIPT})'",
            strength=HINT,
        ),
    ),
    words=(("path", "the path it asked for"),),
    happened="init() asked for {path}. The model was downloaded, but it stands elsewhere below "
    "AZUREML_MODEL_DIR; a model that is a "
    "folder keeps its own name there.",
    fine="Quota, the image pull, the download of the model and the imports are in order.",
    steps=(
        Step(
            "Compare the path with what is there",
            "The log lists it below 'Model Directory Contents:'.",
            "az ml online-deployment get-logs -e {endpoint} -n {deployment} --lines 500 -g {group} "
            "-w {workspace}",
        ),
        Step(
            "Join AZUREML_MODEL_DIR with the path below the model's root",
            "",
            '+model_path = os.path.join(os.environ["AZUREML_MODEL_DIR"], "<folder>", "<file>")',
            form="diff",
            file="score.py",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="FileNotFoundError: …No such file or directory: '<path>'",
    source="Azure's guide, ERROR: ResourceNotReady",
    outranks=("init-exception", "container-crashed"),
)
