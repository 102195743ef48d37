"""init() of the scoring script raised an exception on the cluster."""

from troubleshoot.diagnosis import cluster, fixes
from troubleshoot.diagnosis.cause import Cause
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="init() of the scoring script raised an exception, so the container never served",
    kind="Kubernetes",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="UserScriptInitFailed",
    signs=(*cluster.own_code("UserScriptInitFailed"),),
    happened="The script was imported and its init() was called, which raised. The exception stands in the log.",
    fine="The image was pulled, and the script with its imports was read.",
    steps=(
        fixes.READ_LOG,
        Step(
            "Run the script with the same server on your machine",
            "",
            "azmlinfsrv --entry_script {script} --model_dir ./model",
        ),
        cluster.about("UserScriptInitFailed"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="UserScriptInitFailed",
    source="Azure's guide, ERROR: UserScriptInitFailed",
    next_test="The log of the inference server names the exception and its line.",
    rivals=(
        ("k8s-script-import", "there an import failed, before init() was called"),
        ("init-exception", "the same on any endpoint, proven by the traceback in the log"),
    ),
    outranks=("container-crashed",),
)
