"""Docker does not answer on the machine where a local deployment was asked for."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="Docker does not answer on this machine, so the local deployment cannot start",
    kind="Local machine",
    stage="",
    label="BAD_REQUEST",
    code="Local",
    signs=(
        operation(r"(?i)please make sure Docker Engine is installed and running", source="run"),
        operation(r"(?i)Cannot connect to the Docker daemon|docker: command not found", strength=HINT),
    ),
    happened="The request never left the machine.",
    fine="Nothing in Azure was asked or changed.",
    steps=(Step("Start Docker, then try again", "", "docker info"),),
    who="data scientist",
    retry="after the fix",
    urgent="no",
    look_for="Please make sure Docker Engine is installed and running",
    source="Azure's guide, Deploy locally",
    outranks=("endpoint-name-taken",),
)
