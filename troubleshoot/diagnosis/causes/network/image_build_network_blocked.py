"""The machine that builds the image cannot reach the private storage account or registry."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The image build cannot reach the private storage account or registry",
    kind="Network closed",
    stage="",
    label="NETWORK",
    code="ImageBuildFailure",
    signs=(
        operation(
            r"(?i)(?:cannot|can't|can not|not able to|unable to) (?:use|perform|run"
            r"|build)\b.{0,80}\bACR\b.{0,120}\b(?:private|virtual network|vnet)",
            source="doc",
            also=(BUILD,),
        ),
        operation(
            r"(?i)image build\b.{0,160}\b(?:behind (?:a )?(?:virtual network|vnet)|private (?:link"
            r"|endpoint))",
            strength=HINT,
            source="doc",
        ),
    ),
    happened="Builds run outside the workspace's network unless a compute cluster inside it is named "
    "for them.",
    fine="Quota, the model and the code are not the matter.",
    steps=(
        Step(
            "Name a cluster inside the network for builds",
            "",
            "az ml workspace update -n {workspace} -g {group} --image-build-compute <cluster>",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="`ACR`, and that it is private or behind a virtual network",
    source="public reports",
    rivals=(
        ("build-acr-private-no-compute", "the compute for builds is named but not reached, or none is named"),
    ),
    outranks=("environment-build-failed-unspecified",),
)
