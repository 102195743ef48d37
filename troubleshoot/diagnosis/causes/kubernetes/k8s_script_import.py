"""The scoring script imports something that its environment does not have."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The scoring script imports something that its environment does not have",
    kind="Kubernetes",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="UserScriptImportError",
    signs=(*cluster.own_code("UserScriptImportError"),),
    happened="The server read the script, and one of its imports failed. Which one stands in the log.",
    fine="The image was pulled, and the script was found.",
    steps=(
        fixes.READ_LOG,
        Step(
            "Add the package to the environment",
            "",
            " dependencies:\n   - pip:\n+    - <package>",
            form="diff",
            file="conda.yml",
        ),
        fixes.deploy_again,
        cluster.about("UserScriptImportError"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="UserScriptImportError",
    source="Azure's guide, ERROR: UserScriptImportError",
    next_test="The log names the missing module after 'No module named'.",
    rivals=(
        ("script-import-error", "the same on any endpoint, proven by the line that names the module"),
        ("k8s-script-init", "there all imports went well"),
    ),
    outranks=("container-crashed",),
)
