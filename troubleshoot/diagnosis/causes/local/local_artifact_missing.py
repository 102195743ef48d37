"""A local deployment lacks model, code or environment as a file or folder on this machine."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The local deployment lacks {artifact} on this machine",
    kind="Local machine",
    stage="",
    label="BAD_REQUEST",
    code="Local",
    signs=(
        operation(
            r"Local endpoints only support local artifacts\.[^\n]*?'(?P<artifact>(?:model|environment"
            r"|code_configuration)\b[^'\n]{0,60})'",
            source="run",
        ),
        operation(r"Local endpoints only support local artifacts\b", source="run"),
    ),
    words=(("artifact", "a file or folder that it needs"),),
    happened="A local deployment takes model, code and environment from paths on this machine. {artifact} gives none, "
    "or a path that does not exist.",
    fine="Docker runs, and nothing in Azure was asked or changed.",
    steps=(
        Step(
            "Give paths that exist, relative to the file of the deployment",
            "",
            "-model: azureml:<model>:<version>\n+model:\n+  path: ./model\n code_configuration:\n"
            "   code: ./src\n   scoring_script: score.py",
            form="diff",
            file="deployment.yml",
        ),
        Step(
            "Try it again",
            "",
            "az ml online-deployment create --local -e {endpoint} -n {deployment} -f deployment.yml"
            " -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="no",
    look_for="Local endpoints only support local artifacts",
    source="azure-ai-ml 1.35.2, run",
    next_test="The message names the field of the file that gives no local path.",
    rivals=(("local-curated-environment", "there the environment comes from the workspace and has nothing to build"),),
)
