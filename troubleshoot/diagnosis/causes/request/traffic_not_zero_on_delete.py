"""A deployment that still gets traffic cannot be deleted."""

from troubleshoot.diagnosis.cause import Cause, operation
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The deployment still has traffic, so Azure does not delete it",
    kind="Wrong state",
    stage="",
    label="BAD_REQUEST",
    code="BadRequest",
    signs=(
        operation(
            r"(?i)(?:traffic\b.{0,120}\b(?:must be|to be|should be|set to|is not|traffic to) (?:0|zero)"
            r"|nonzero traffic|non-zero traffic|"
            r"cannot (?:be )?delete\w*\b.{0,120}\btraffic|traffic\b.{0,120}\bbefore deleting)"
        ),
    ),
    happened="Azure protects what serves: first the weight of the deployment has to be 0.",
    fine="Nothing was changed.",
    steps=(
        Step(
            "See how the traffic is split",
            "",
            "az ml online-endpoint show -n {endpoint} --query traffic -g {group} -w {workspace}",
        ),
        Step("Give the traffic to another deployment, then delete this one"),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="traffic … must be 0",
    source="public reports",
)
