"""The container of a local deployment ended within seconds of its start."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The local container ended within seconds of its start, and its log says why",
    kind="Local machine",
    stage="container_start",
    label="ERR_2200",
    code="Local",
    signs=(
        operation(
            r"Local (?:deployment|endpoint) \((?P<endpoint>[^\s)]+)(?: / (?P<deployment>[^\s)]+))?\)"
            r" is in failed state",
            source="run",
        ),
    ),
    happened="The client starts the container and looks at it fifteen seconds later. It had ended by then, mostly "
    "since the scoring script failed.",
    fine="Docker runs, and the image was built or found. Nothing in Azure was asked or changed.",
    steps=(
        Step(
            "Read the log of the container",
            "",
            "az ml online-deployment get-logs --local -e {endpoint} -n {deployment} --lines 200"
            " -g {group} -w {workspace}",
        ),
        Step(
            "See which local containers there are",
            "A container that ended shows its exit code.",
            "docker ps -a --filter label=azureml-local-endpoint",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="no",
    look_for="Local deployment (…) is in failed state",
    source="azure-ai-ml 1.35.2, run",
    next_test="The log of the local container holds the exception that ended it.",
    rivals=(
        ("init-exception", "the same with the exception of init() in the log"),
        ("script-import-error", "the same with the name of the missing module in the log"),
    ),
    is_symptom=True,
)
