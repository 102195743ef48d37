"""An Azure Policy forbids the request, or has an assignment that does not work."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="An Azure Policy of the subscription forbids the request",
    kind="Policy",
    stage="",
    label="BAD_REQUEST",
    code="BadArgument",
    signs=(
        operation(r"RequestDisallowedByPolicy|was disallowed by policy", source="doc"),
        operation(
            r"(?i)policy assignment\b.{0,200}\btemplate function|template function\b.{0,200}\bpolicy",
            strength=HINT,
            source="doc",
        ),
    ),
    happened="The request was refused by a policy that holds for the resource group or subscription.",
    fine="Quota, the image, the model and the code were not looked at yet.",
    steps=(
        Step(
            "See which policies hold here",
            "",
            "az policy assignment list --resource-group {group} --subscription {subscription} "
            "--disable-scope-strict-match -o table",
        ),
        Step("Ask their owner for an exemption, or change the request to what they allow"),
    ),
    who="subscription administrator",
    retry="after the fix",
    urgent="if serving",
    look_for="RequestDisallowedByPolicy",
    source="Azure's guide, Invalid template function specification",
)
