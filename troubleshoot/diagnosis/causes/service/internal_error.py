"""Azure reports a fault of its own and names no cause."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Azure reports a fault of its own, but does not say what it was",
    kind="Internal error",
    stage="",
    label="ERR_5000",
    old_code="ERR_5000",
    code="InternalServerError",
    signs=(
        operation(
            r"(?i)\binternal (?:server |service )?error\b|Received 500 from a service request"
            r"|Management Service:\s+Response Code: 50[0-4]\b",
            strength=HINT,
        ),
        code(r"InternalServerError|error-internalservererror|ERR_5000"),
    ),
    happened="The operation ended with an internal error. That can be a fault of the service, and it "
    "can hide a pull or a machine that "
    "never came; the sentence does not tell.",
    fine="Azure names no fault of the quota, the image, the model or the code.",
    steps=(
        Step("Try once more", "A fault of the service often passes."),
        fixes.LIST_USAGE,
        fixes.READ_LOG,
        fixes.SUPPORT,
        fixes.deploy_again,
    ),
    who="Microsoft",
    retry="yes",
    urgent="if serving",
    look_for="`Internal error.`",
    source="Azure's guide, ERROR: InternalServerError; exact text from public reports",
    rivals=(
        ("internal-error-masked", "how long it took: minutes, or more than an hour with no log of a container"),
        (
            "provisioning-timeout",
            "the message: it says that it took longer than usual, or nothing but internal error",
        ),
    ),
    next_test="Deploy the same files on a small CPU size: if that fails within minutes with another "
    "error, the fault was hidden behind this one.",
    is_general=True,
)
