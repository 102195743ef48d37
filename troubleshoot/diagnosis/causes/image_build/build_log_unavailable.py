"""The image build failed, and what it said cannot be read."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import BUILD, HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

_BUILDING = r"(?i)\b(?:image|environment)\b.{0,80}\bbuil[dt]|\bbuild log\b"

cause = Cause(
    title="The image build failed, and its log cannot be read from here",
    kind="Image build",
    stage="",
    label="IMAGE_BUILD",
    code="ImageBuildFailure",
    signs=(
        operation(
            r"(?i)\bbuild logs? (?:is|are|was|were|could|can) ?(?:not (?:be )?(?:available|read|retrieved|found"
            r"|accessed|downloaded)|unavailable|missing|empty)\b",
            strength=HINT,
            source="derived",
            also=(BUILD,),
        ),
        operation(
            r"(?i)\b(?:unable|failed|could not|cannot) (?:to )?(?:retrieve|fetch|get|read|download|access) "
            r"(?:the )?(?:\w+ )?build logs?\b",
            strength=HINT,
            source="derived",
            also=(BUILD,),
        ),
        operation(
            r"(?i)Public access is not permitted on this storage account|PublicAccessNotPermitted",
            strength=HINT,
            needs=(_BUILDING,),
        ),
    ),
    happened="Azure says that the build failed and where its log should be, but the log is not there or is not given "
    "out. So the step that failed is not known yet.",
    fine="Quota, the model and the code were not looked at yet.",
    steps=(
        fixes.READ_BUILD_LOG,
        Step(
            "If the storage account takes no calls from outside, read it from inside its network",
            "For example from a compute instance of the workspace.",
            "az storage account show -n {storage_account} --query publicNetworkAccess",
        ),
        Step(
            "Build once more",
            "A new build writes a new log; without one the build never began.",
            "az ml environment create --file environment.yml -g {group} -w {workspace}",
        ),
        fixes.deploy_again,
    ),
    who="workspace owner",
    retry="yes",
    urgent="if serving",
    look_for="build log … not available",
    source="Azure's guide, Build log unavailable (environment troubleshooting)",
    next_test="Read the log from inside the account's network; its last error lines name the step that failed.",
    rivals=(("storage-network-blocked", "what is refused is the account itself, for every caller from outside"),),
    outranks=("environment-build-failed-unspecified",),
    is_symptom=True,
)
