"""The caller's own machine lacks something; nothing reached the service."""

from troubleshoot.diagnosis.cause import HINT, Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The machine that sent the request lacks a tool or package; nothing reached Azure",
    kind="Local machine",
    stage="",
    label="BAD_REQUEST",
    code="Local",
    signs=(
        operation(
            r"(?i)'?[\w-]+'? is misspelled or not recognized by the system"
            r"|az(?:ext)?: command not found|requires the extension ml\b"
        ),
        operation(
            r"No module named '(?:azure\.ai\.ml|azure\.identity|azext_mlv2|msrest|msal|knack"
            r"|marshmallow)"
        ),
        operation(r"(?i)please run '?az login'?|az login", strength=HINT),
    ),
    happened="The command ended on the caller's machine.",
    fine="Nothing in Azure was asked or changed.",
    steps=(Step("Install or update the extension", "", "az extension add --name ml --upgrade"),),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="is misspelled or not recognized by the system",
    source="public reports",
)
