"""A lock on the resource, its group or the subscription forbids the change."""

from troubleshoot.diagnosis.cause import HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="A lock on the resource, its group or the subscription forbids the change",
    kind="Locked",
    stage="",
    label="BAD_REQUEST",
    code="ScopeLocked",
    signs=(
        operation(
            r"(?i)cannot perform (?P<action>\w+) operation because (?:the )?following scope\(s\) are locked"
            r"(?:: '(?P<scope>[^'\n]{1,300})')?"
        ),
        operation(r"(?i)\bscope\(s\) are locked\b|Please remove the lock and try again", strength=HINT),
        code(r"ScopeLocked"),
    ),
    words=(("action", "this"), ("scope", "it")),
    happened="Someone set a lock on {scope}, and a {action} operation may not be done below it. Nothing was changed.",
    fine="The request itself is in order.",
    steps=(
        Step("See which locks hold", "", "az lock list -g {group} -o table"),
        Step("Ask the owner of the lock to take it away for the change", "It was set on purpose; set it again after."),
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="cannot perform <action> operation because following scope(s) are locked",
    source="Azure's guide, Lock your resources to protect your infrastructure",
    next_test="`az lock list` names the lock, its scope and who set it.",
    rivals=(
        ("caller-not-authorized", "what forbids it: a lock that holds for everyone, or a missing role"),
        ("operation-lock", "a lock that someone set, or Azure's own while an operation runs"),
    ),
    outranks=("request-refused",),
)
