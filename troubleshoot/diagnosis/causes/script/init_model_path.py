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

# A path that names a model: its folder in the container, a word for it, or an ending that models have.
_MODEL = (
    r"No such file or directory: '[^'\n]*(?:(?i:model|weights|checkpoint|tokenizer)"
    r"|\.(?:joblib|pkl|pickle|onnx|pth?|h5|keras|safetensors|gguf|bst|cbm|bin|sav|dill)\b)"
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
            needs=(r"in init\b|invoke_init|User's init function failed", _MODEL),
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
        console(
            r"(?P<path>/var/azureml-app/azureml-models/[^\s'\")]+) (?:failed: No such file"
            r"|does not appear to have a file named)"
            r"|Could not find an \"MLmodel\" configuration file"
            r"|Repo id must (?:be in|use) .{0,200}'/(?:var|mnt|model)",
            strength=HINT,
        ),
        console(
            r"FileNotFoundError: .{0,120}\.(?:joblib|pkl|pickle|onnx|pth?|h5|keras|safetensors|gguf|bst)\b",
            strength=HINT,
        ),
        console(r"NO_SUCHFILE : Load model from (?P<path>\S+) failed"),
        console(
            r"LightGBMError: Could not open (?P<path>\S+)"
            r"|LocalFileSystem::Open \"(?P<file>[^\"\n]+)\": No such file or directory",
            strength=HINT,
        ),
        console(r"Could not find base path (?P<path>\S+) for servable \S+ with error NOT_FOUND"),
        console(r"azureml\.exceptions\.[\w.]*ModelNotFoundException|ModelNotFoundException: ", strength=HINT),
        console(
            r"(?i)(?:No such file or directory|does not exist|not found|unable to open)\W{0,6}.{0,40}"
            r"(?P<path>/var/azureml-app/azureml-models/[^\s'\")]+)",
            strength=HINT,
            unless=(r"(?:azureml-models/\S+)\.py\b",),
        ),
        console(
            rf"(?:FileNotFoundError|OSError|IOError): .*No such file or directory: "
            rf"'(?P<path>{_NOT_SCRIPT})'",
            strength=HINT,
        ),
    ),
    words=(("path", "a path that does not exist"), ("file", "a file")),
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
    look_for="FileNotFoundError: [Errno 2] No such file or directory: '<path>'",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    rivals=(
        ("script-missing", "the path that was not found: one that ends in .py is the script"),
        ("init-exception", "the exception: a file that is not there, or any other"),
    ),
    outranks=("init-exception", "container-crashed"),
)
