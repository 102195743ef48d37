"""An internal error after an hour or more without any log: the machine or the image never arrived."""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, looks
from troubleshoot.diagnosis.errors import codes
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_LONG = 3600


def look(case: Case) -> Iterator[Evidence]:
    """Azure's internal error, where the attempt lasted over an hour and no console line was ever read."""
    operation = case.operation
    if not (operation and operation.error and operation.started and operation.ended):
        return
    named = {code.lower() for code in codes(operation.error)}
    silent = not any(log.lines for log in case.logs)
    if (
        "internalservererror" in named
        and silent
        and (operation.ended - operation.started).total_seconds() > _LONG
    ):
        yield Evidence("operation error", operation.error.message or operation.error.code, 1)


cause = Cause(
    title="The machine or the image never arrived, and Azure gave up after more than an hour",
    kind="Internal error",
    stage="",
    label="ERR_5000",
    old_code="ERR_5000",
    code="InternalServerError",
    signs=(looks(look, strength=HINT),),
    happened="The operation ran for over an hour, no container printed a line, and it ended with an "
    "internal error. So it ended before a "
    "container started.",
    fine="The code and the packages were never reached.",
    steps=(
        fixes.LIST_USAGE,
        fixes.READ_LOG,
        Step(
            "See which roles the identity has, and since when",
            "",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        Step(
            "Deploy the same image on a small CPU size",
            "The pull either works there or shows its error within minutes.",
        ),
        fixes.SUPPORT,
    ),
    who="workspace owner",
    retry="no",
    urgent="if serving",
    look_for="`Internal error.` after more than an hour",
    source="Azure's guide, ERROR: InternalServerError; exact text from public reports",
    next_test="Deploy the same image on a small CPU size: an image that cannot be pulled shows itself "
    "within minutes.",
    outranks=("internal-error",),
)
