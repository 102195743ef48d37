"""The scoring script is not at the path that the deployment gives."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

_LOADING = r"in load_script|exec_module|get_data|importlib|Failed to import user script"

cause = Cause(
    title="The server looks for {path}, but the code folder has no such file",
    kind="Script not found",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"FileNotFoundError: \[Errno 2\] No such file or directory: '(?P<path>[^'\n]*\.py)'",
            source="run",
            needs=(_LOADING,),
        ),
        console(r"No such file or directory: '?(?P<path>[^'\n]*\.py)\b", strength=HINT),
        console(r"No score script found\. Expected score script", source="run"),
        console(
            r"ModuleNotFoundError: No module named 'main'|ImportError: No module named main", source="run"
        ),
    ),
    words=(("path", "the scoring script"),),
    happened="The inference server started and could not open the scoring script, so the worker ended "
    "before init() was called.",
    fine="Quota, the image pull and the packages of the server are in order.",
    steps=(
        Step(
            "Correct code and scoring_script together",
            "scoring_script is a path inside the folder that code names, and the folder is uploaded "
            "as it is.",
            "-  scoring_script: {script}\n+  scoring_script: <path inside the code folder>",
            form="diff",
            file="deployment.yml",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="FileNotFoundError: [Errno 2] No such file or directory: '…/<script>.py'",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    outranks=("init-exception", "init-model-path", "script-import-error", "container-crashed"),
)
