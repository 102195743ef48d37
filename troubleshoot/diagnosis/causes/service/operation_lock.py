"""The same request was already waiting for its turn, so this one was cancelled."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The same operation was already waiting for its turn, so this one was cancelled",
    kind="Cancelled",
    stage="",
    label="CANCELLED",
    code="OperationCanceled",
    signs=(
        operation(
            r"(?i)waiting for (?:a |the )?lock|lock confirmation|could not (?:acquire"
            r"|obtain) (?:the )?lock",
            strength=HINT,
            source="doc",
        ),
    ),
    happened="Azure lets one operation at a time change an endpoint; the same request was sent twice "
    "within a short time.",
    fine="Azure names no fault of the quota, the image, the model or the code.",
    steps=(Step("Wait a minute, then submit it once"), fixes.deploy_again),
    who="data scientist",
    retry="wait",
    urgent="if serving",
    look_for="`OperationCanceled`, `waiting for lock confirmation`",
    source="Azure's guide, Operation canceled waiting for lock confirmation",
    rivals=(
        ("endpoint-busy", "cancelled while it waited, or refused at submit"),
    ),
)
