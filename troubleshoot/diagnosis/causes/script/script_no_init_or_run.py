"""The scoring script has no init() or no run() at module level."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The server needs {function}() in the scoring script, but the script does not define it",
    kind="Missing function",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"User script at (?P<path>\S+) does not have a (?P<function>init|run)\(\) function defined",
            source="run",
        ),
        console(
            r"AttributeError: module '(?:main|entry_module"
            r"|score)' has no attribute '(?P<function>init|run)'"
        ),
    ),
    words=(("function", "init() and run"), ("path", "the script")),
    happened="The script was imported without an error, but the function is not there, so the worker ended.",
    fine="Quota, the image pull, the download of model and code, and the imports are in order.",
    steps=(
        Step(
            "Define init() and run(data) at module level",
            "Not inside a class, and not under a condition.",
            "+def {function}(...):\n+    ...",
            form="diff",
            file="score.py",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="User script at <path> does not have a <function>() function defined",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    rivals=(
        ("script-missing", "the script was found but lacks init() or run(), or was not found"),
        ("script-run-signature", "the function is not there, or takes other arguments than the server gives"),
    ),
    outranks=("init-exception", "container-crashed"),
)
