"""The workspace is in v1 legacy mode, where endpoints of the second version are switched off."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The workspace is in v1 legacy mode, which switches online endpoints off",
    kind="Wrong mode",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(operation(r"(?i)v1[_ -]?legacy[_ -]?mode", source="doc"),),
    happened="The request was refused because of a setting of the workspace.",
    fine="Nothing was changed.",
    steps=(
        Step(
            "Ask the network team, then switch the mode off",
            "It is there to keep traffic inside the network.",
            "az ml workspace update -n {workspace} -g {group} --set v1_legacy_mode=false",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="if serving",
    look_for="v1_legacy_mode",
    source="Azure's guide, Online endpoint creation fails with a message about v1 legacy mode",
)
