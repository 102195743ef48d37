"""The scoring script has no init() or no run()."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The scoring script has no init() or no run()",
    kind="Kubernetes",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="UserScriptFunctionNotFound",
    signs=(*cluster.own_code("UserScriptFunctionNotFound"),),
    happened="The server read the script and looked for init() and run() at its top level; one of them is not there.",
    fine="The script was found, and its imports went well.",
    steps=(
        Step(
            "Write both functions at the top level of the script",
            "",
            "+def init():\n+    ...\n+\n+def run(data):\n+    ...",
            form="diff",
            file="{script}",
        ),
        fixes.READ_LOG,
        cluster.about("UserScriptFunctionNotFound"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="UserScriptFunctionNotFound",
    source="Azure's guide, ERROR: UserScriptFunctionNotFound",
    next_test="The log names the function that is missing.",
    rivals=(("script-no-init-or-run", "the same on any endpoint, proven by the line in the log"),),
    outranks=("container-crashed",),
)
