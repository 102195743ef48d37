"""The roles are right, but they were given moments ago and do not hold everywhere yet."""

from collections.abc import Iterator
from datetime import timedelta

import re2

from troubleshoot.diagnosis import fixes, passages
from troubleshoot.diagnosis.cause import HINT, INFERENCE, OPERATION, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_REFUSED = re2.compile(r"Startup task failed due to (?:authorization error|incorrect role assignments)")
_SOON = timedelta(minutes=10)


def identity_is_new(case: Case) -> Iterator[Evidence]:
    """Azure's refusal, where the endpoint, and with it its own identity, was made minutes before the attempt."""
    endpoint = case.endpoint
    if not (endpoint and endpoint.created_at and case.started and "system" in endpoint.identity.kind.lower()):
        return
    if not timedelta(0) <= case.started - endpoint.created_at < _SOON:
        return
    for passage in passages.read(case):
        found = _REFUSED.search(passage.text) if passage.place == OPERATION and not passage.borrowed else None
        if found:
            yield passage.quote(*found.span())


cause = Cause(
    title="The roles of {identity} were given moments ago and do not hold everywhere yet",
    kind="Role too young",
    stage="provisioning",
    label="AUTHZ",
    code="BadArgument",
    signs=(
        looks(identity_is_new, strength=HINT, source="derived"),
        operation(
            r"(?i)\brole assignments?\b.{0,100}\b(?:propagat\w+|take effect|took effect)\b"
            r"|\bpropagat\w+\b.{0,60}\brole assignments?\b",
            strength=HINT,
            source="derived",
            unless=(r"please observe propagation time",),
            also=(INFERENCE,),
        ),
    ),
    words=(("identity", "the endpoint's identity"),),
    happened="An endpoint with an identity of its own gets its roles when it is made, and a role holds everywhere only "
    "some minutes later. The deployment asked before that and was refused.",
    fine="The quota was enough, and a machine was there. Nothing says that a role is missing for good.",
    steps=(
        Step(
            "See which roles the identity has, and since when",
            "",
            "az role assignment list --assignee {assignee} --all "
            "--query '[].{{role:roleDefinitionName,created:createdOn}}' -o table",
        ),
        Step(
            "Wait at least five minutes, then try again",
            "If it is refused once more, the role is missing and not late.",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="wait",
    urgent="if serving",
    look_for="`Startup task failed due to authorization error`, minutes after the role was given",
    source="public reports",
    next_test="Compare the time at which the role was created with the time of the failure: under ten minutes it was "
    "too early.",
    rivals=(
        ("startup-auth-acr", "the role on the registry is missing, whenever one looks"),
        ("startup-auth-storage", "the role on the storage account is missing, whenever one looks"),
    ),
    outranks=("startup-task-authorization",),
)
