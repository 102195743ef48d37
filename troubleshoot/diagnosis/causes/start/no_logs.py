"""The deployment failed and Azure has no log of it: the container most likely never started."""

from collections.abc import Iterator
from datetime import timedelta

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, INFERENCE, STORAGE, Cause, looks
from troubleshoot.diagnosis.facts import LOGS, NONE_YET, Case, Evidence, Step

_LONG_ENOUGH = timedelta(minutes=10)


def still_none(case: Case) -> Iterator[Evidence]:
    """Azure's answer that there is no log, ten minutes or more after the failure, with no line stored before."""
    log, ended = case.log(INFERENCE), case.operation.ended if case.operation else None
    ended = ended or case.ended
    if case.state != "Failed" or not log or log.last_class != NONE_YET or log.lines or case.events:
        return
    if not (ended and log.read_at and log.read_at - ended >= _LONG_ENOUGH):
        return
    other = case.log(STORAGE)
    if not (other and (other.lines or other.last_class == LOGS)):
        yield Evidence(INFERENCE, log.said or NONE_YET, note="asked ten minutes or more after the failure")


cause = Cause(
    title="Azure has no log of {deployment}, so the container most likely never started",
    kind="No log",
    stage="",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(looks(still_none, strength=HINT),),
    words=(("deployment", "the deployment"),),
    happened="Neither container printed a line, and Azure told no event. So the failure came before the start of the "
    "container: while the machine was made ready, or while image and model were fetched.",
    fine="The code was never reached: nothing says that the scoring script is wrong.",
    steps=(
        fixes.READ_LOG,
        fixes.READ_STORAGE_LOG,
        Step(
            "Look at image, model and roles",
            "They are fetched before the container starts.",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        fixes.TRY_LOCALLY,
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="There are no logs for this deployment at the moment.",
    source="public reports",
    next_test="Deploy the same image on a small CPU size and read the log while it is made: it shows the stage that "
    "does not end.",
    rivals=(
        ("container-crashed", "the container printed something before it ended"),
        ("internal-error-masked", "it took over an hour and ended with an internal error"),
    ),
    outranks=("container-crashed",),
    is_symptom=True,
)
