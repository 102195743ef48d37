"""Something that the request names does not exist."""

from troubleshoot.diagnosis.cause import HINT, Cause, code, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Something that the request names does not exist",
    kind="Not found",
    stage="",
    label="BAD_REQUEST",
    code="ResourceNotFound",
    signs=(
        operation(r"(?i)The Resource '(?P<resource>[^']+)' under resource group '[^']+' was not found"),
        operation(r"(?i)could not find asset with ID:? ?(?P<resource>\S+)", strength=HINT),
        operation(
            r"(?i)\b(?:endpoint|deployment|workspace|environment|registry|resource group"
            r"|resource)\b.{0,80}\b(?:does not exist|doesn't exist|was not found|could not be found"
            r"|not found)\b",
            strength=HINT,
            unless=(r"(?i)\blocal deployment \(",),
        ),
        operation(
            r"(?i)could not find (?:the )?(?:datastore|endpoint|deployment|model|environment|compute"
            r"|workspace|registry|component|data asset)\b:? ?(?P<resource>[\w./-]+)",
            strength=HINT,
        ),
        code(r"ResourceNotFound|error-resourcenotfound|ResourceGroupNotFound|EndpointNotFound"),
    ),
    words=(("resource", "It"),),
    happened="{resource} was asked for, and Azure answered that there is no such thing.",
    fine="Azure names no fault of the quota, the image or the code.",
    steps=(
        Step(
            "Compare the names of the request with what is there",
            "",
            "az ml online-endpoint list -g {group} -w {workspace} -o table",
        ),
        Step(
            "Correct the name, or make again what was deleted",
            "Look also at storage account, registry and key vault of the workspace.",
            "az ml workspace diagnose -n {workspace} -g {group}",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="The Resource '<resource>' under resource group '…' was not found",
    source="Azure's guide, Resource Manager can't find a resource",
    rivals=(
        ("model-not-found", "what is not there: a resource that the request names, or files of the model"),
    ),
    next_test="A timeout while waiting for the image comes under the same code: look for a build that "
    "runs or failed.",
)
