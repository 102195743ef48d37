"""The local endpoint or deployment that a command names does not exist on this machine."""

from troubleshoot.diagnosis.cause import INFERENCE, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="There is no local deployment of this name on this machine",
    kind="Local machine",
    stage="",
    label="BAD_REQUEST",
    code="Local",
    signs=(
        operation(
            r"Local (?:deployment|endpoint) \((?P<endpoint>[^\s)]+)(?: / (?P<deployment>[^\s)]+))?\) does not exist",
            also=(INFERENCE,),
        ),
    ),
    happened="The command was run with --local, and Docker has no container of that endpoint and deployment here. "
    "Azure was not asked: an endpoint of the same name may exist there.",
    fine="Docker answered. Nothing in Azure was asked or changed.",
    steps=(
        Step(
            "See which local containers there are",
            "",
            "docker ps -a --filter label=azureml-local-endpoint",
        ),
        Step(
            "Create it, or leave --local out to ask Azure",
            "",
            "az ml online-deployment create --local -e {endpoint} -n {deployment} -f deployment.yml"
            " -g {group} -w {workspace}",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="no",
    look_for="Local deployment (…) does not exist",
    source="the words of azure-ai-ml; exact text from public reports",
    next_test="Compare endpoint and deployment with the labels of the containers.",
    rivals=(
        ("arm-resource-missing", "who was asked: Docker on this machine, or Azure"),
        ("local-failed-state", "the container is there and has ended, or there is none"),
    ),
    outranks=("arm-resource-missing", "init-exception"),
)
