"""The operation was cancelled: another one took its place, or someone cancelled it."""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import Cause, code, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def look(case: Case) -> Iterator[Evidence]:
    """Azure's own state of an attempt that was cancelled."""
    if case.state == "Canceled":
        yield Evidence("provisioning state", case.state)


cause = Cause(
    title="The operation was cancelled, because another one took its place or someone stopped it",
    kind="Cancelled",
    stage="",
    label="CANCELLED",
    code="OperationCanceled",
    signs=(
        operation(
            r"(?i)operation (?:was|has been) (?:cancell?ed|preempted|superseded)|cancell?ed (?:by"
            r"|because|due to)\b.{0,80}\b(?:another|later|higher|newer)",
            source="doc",
        ),
        operation(r"(?i)\bhigher priority\b", source="doc"),
        code(r"OperationCancell?ed|error-operationcancell?ed"),
        looks(look, source="doc"),
    ),
    happened="Azure ended the operation before it was done. Nothing says that the deployment itself "
    "is wrong.",
    fine="Azure names no fault of the quota, the image, the model or the code.",
    steps=(
        Step(
            "Look who changed the endpoint at that time",
            "",
            "az monitor activity-log list --resource-group {group} --offset 24h --query "
            "\"[?contains(resourceId, '/onlineEndpoints/')].{{at:eventTimestamp,who:caller,what:opera"
            'tionName.value,status:status.value}}" -o table',
        ),
        Step(
            "See the state it was left in",
            "Then submit it again, and let only one pipeline change an endpoint at a time.",
            "az ml online-deployment show -e {endpoint} -n {deployment} -g {group} -w {workspace} "
            "--query provisioning_state",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="yes",
    urgent="if serving",
    look_for="`OperationCanceled`, because of another operation",
    source="Azure's guide, Operation canceled by another higher priority operation",
    rivals=(
        ("operation-lock", "another operation took its place, or the same request was sent twice"),
    ),
    outranks=("operation-lock",),
)
