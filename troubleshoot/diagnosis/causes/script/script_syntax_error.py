"""Python cannot read the scoring script, or a module that it imports."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Python cannot read the scoring script, because a line of it is not valid",
    kind="Syntax error",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(
            r"(?m)^\s*(?:SyntaxError|IndentationError|TabError): (?P<detail>.+)",
            source="run",
            needs=(r'File "[^"]+", line \d+',),
        ),
    ),
    words=(("detail", "a line is not valid Python"),),
    happened="Python said: {detail}. The worker ended before init() was called, so nothing answered "
    "the probes.",
    fine="Quota, the image pull, the download of model and code, and the packages read so far are in order.",
    steps=(
        Step(
            "Correct the line that the traceback names",
            "The command checks the file without running it.",
            "python -m py_compile {script}",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="SyntaxError: <detail>",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    outranks=("init-exception", "container-crashed"),
)
