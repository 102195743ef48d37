"""The identity of an endpoint is chosen when it is made, and Azure refuses to change it."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

_OTHERS = r"(?i)\b(?:clusters?|compute)\b.{0,40}\bidentity|identity\b.{0,40}\b(?:cluster|compute)\b|identity provider"

cause = Cause(
    title="The identity of an endpoint cannot be changed after it was made",
    kind="Not changeable",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(
            r"(?i)\bidentity\b.{0,60}\b(?:is immutable|is read[- ]only"
            r"|(?:can ?not|can't|may not) be (?:changed|updated|modified))"
            r"|(?i)\b(?:can ?not|can't|not allowed to|not supported to) (?:change|update|modify)\b.{0,40}\bidentity\b",
            source="derived",
            needs=(r"(?i)endpoint",),
            unless=(_OTHERS,),
        ),
    ),
    happened="The update named another identity than the one with which {endpoint} was made. Azure refused it and "
    "changed nothing: what served before serves on.",
    fine="The endpoint and its deployments are as they were. Quota, image, model and code are not the matter.",
    steps=(
        Step(
            "See which identity the endpoint has",
            "",
            "az ml online-endpoint show -n {endpoint} -g {group} -w {workspace} "
            "--query '{{state:provisioning_state,traffic:traffic,identity:identity}}'",
        ),
        Step(
            "Keep the identity, and give it the roles that are missing",
            "",
            "az role assignment list --assignee {assignee} --all -o table",
        ),
        Step(
            "Or make a second endpoint with the wanted identity",
            "Deploy there, let the callers move over, and delete the old one when nobody calls it.",
            "az ml online-endpoint create -n <new-endpoint> -f endpoint.yml -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="no",
    urgent="if serving",
    look_for="identity … cannot be changed",
    source="Azure's guide, Access resources with managed identities",
    next_test="Send the update without its identity block: if that is accepted, it was the identity.",
    rivals=(("schema-invalid", "the message names a field that is wrong in any file"),),
    outranks=("invalid-request-value", "request-refused"),
)
