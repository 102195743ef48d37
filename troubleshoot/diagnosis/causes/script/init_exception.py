"""init() raised an exception, or something else did that ended the start of the server."""

from troubleshoot.diagnosis import fixes, raised
from troubleshoot.diagnosis.cause import HINT, Cause, console, looks
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="init() raised an exception, so the worker ended before it could serve",
    kind="Error in init()",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        looks(raised.own_fault_in_init, source="run"),
        looks(raised.starting, strength=HINT, source="run"),
        looks(raised.anywhere, strength=HINT),
        console(r"User's init function failed", strength=HINT, source="run"),
    ),
    happened="The script was imported, the server called init(), and init() raised what the quoted "
    "line says. Without a working "
    "init() the worker ends, and nothing answers the probes.",
    fine="Quota, the image pull and the download of model and code are in order.",
    steps=(
        Step("Correct what the first traceback names", "Later tracebacks in the same log only wrap it."),
        Step(
            "Run the script with the same server on your machine",
            "",
            "azmlinfsrv --entry_script {script} --model_dir ./model",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="User's init function failed",
    source="Azure's guide, ERROR: ResourceNotReady; reproduced with the real server",
    rivals=(
        ("script-syntax-error", "where it stops: while the script is read, or inside init()"),
        ("dependency-version-conflict", "the exception: a name that a package does not have, or any other"),
    ),
    next_test="The whole log tells whether the exception came from init() or from something that the "
    "script survived.",
    outranks=("container-crashed",),
)
