"""The size is not offered for managed online endpoints."""

from collections.abc import Iterator

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, looks, operation
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def look(case: Case) -> Iterator[Evidence]:
    """The size, where the region's list says that managed endpoints may not use it."""
    if case.size and case.size.managed is False and case.operation and case.operation.error:
        yield Evidence("sizes of the region", case.size.name, note="not offered for managed online endpoints")


cause = Cause(
    title="{size} is not offered for managed online endpoints here",
    kind="Wrong size",
    stage="",
    label="BAD_REQUEST",
    code="BadArgument",
    signs=(
        operation(
            r"(?i)\b(?:vm ?size|sku|instance ?type|(?P<size>Standard_\w+))\b.{0,80}\b(?:is not|isn't"
            r"|not a) supported\b|(?i)\bunsupported (?:vm ?size|sku|instance)",
            source="derived",
        ),
        looks(look, strength=HINT, source="derived"),
    ),
    words=(("size", "The size"),),
    happened="Azure refused the size before it made anything.",
    fine="Image, model, code and roles were not looked at yet.",
    steps=(
        Step(
            "Choose a size of the list",
            "",
            "az ml compute list-sizes --location {region} -g {group} -w {workspace} -o table",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="<size> is not supported",
    source="Azure's list of sizes for managed online endpoints; not confirmed with Azure",
)
