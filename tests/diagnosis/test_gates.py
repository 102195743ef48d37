"""Usage rows speak for the limit that has no room and against the others, and never prove anything."""

from dataclasses import replace

import pytest

from troubleshoot.diagnosis import gates
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import (
    CERTAIN,
    LIKELY,
    Case,
    DeploymentFacts,
    ErrorNode,
    Event,
    OperationFacts,
    Place,
    UsageFacts,
)

PLACE = Place("sub", "rg-ml", "ws-ml", "churn", "blue")
FAMILY, TOTAL = "standardDSv2Family", "TotalDedicatedCores"
BARE = ErrorNode("OutOfQuota", "The deployment could not be made.")
SAID = ErrorNode(
    "BadRequest",
    "Not enough quota available for Standard_DS3_v2 in SubscriptionId 0. "
    "Current usage/limit: 22/24. Additional needed: 8",
)


def row(family: str, used: int, limit: int, **whose: str) -> UsageFacts:
    return UsageFacts("westeurope", "dedicated", family, used=used, limit=limit, **whose)


ROOM, FULL = row(FAMILY, 12, 100), row(FAMILY, 20, 24)


def case(*rows: UsageFacts, error: ErrorNode = BARE, **more: object) -> Case:
    """A first deployment of one Standard_DS3_v2, which Azure counts as 8 vCPUs."""
    facts = DeploymentFacts(PLACE, compute="Managed", instance_type="Standard_DS3_v2", instance_count=1)
    operation = OperationFacts(error=error)
    return Case(PLACE, state="Failed", operation=operation, deployment=facts, usages=rows, **more)


@pytest.mark.parametrize(
    ("rows", "slug"),
    [
        ((FULL, row(TOTAL, 40, 350)), "quota-vm-family"),
        ((ROOM, row(TOTAL, 346, 350)), "quota-subscription-cpu"),
        ((row(FAMILY, 0, 0), row(TOTAL, 40, 350)), "quota-zero-for-family"),
        ((ROOM, row(TOTAL, 40, 350), row(FAMILY, 12, 16, workspace="ws-ml", group="rg-ml")), "quota-workspace-cap"),
    ],
)
def test_a_bare_out_of_quota_is_likely_the_limit_whose_row_has_no_room(rows, slug):
    best = diagnose(case(*rows)).best
    assert (best.cause, best.certainty) == (slug, LIKELY)
    assert best.evidence[0].source == gates.USAGE
    assert "8 more are needed" in best.evidence[0].note
    assert any(evidence.text == "OutOfQuota" for evidence in best.evidence)


def test_a_bare_out_of_quota_with_room_everywhere_names_no_limit():
    assert diagnose(case(ROOM, row(TOTAL, 40, 350))).best.cause == "out-of-quota"


def test_the_cap_of_a_workspace_of_the_same_name_in_another_group_says_nothing():
    other = row(FAMILY, 12, 16, workspace="ws-ml", group="rg-other")
    assert diagnose(case(ROOM, row(TOTAL, 40, 350), other)).best.cause == "out-of-quota"


def test_full_rows_say_nothing_once_a_machine_was_there():
    pulled = (Event("Pulled", "Container image is pulled successfully"),)
    assert diagnose(case(FULL, row(TOTAL, 40, 350), events=pulled)).best.cause == "out-of-quota"


def test_rows_of_another_moment_do_not_weaken_what_azure_itself_counted():
    best = diagnose(case(ROOM, row(TOTAL, 346, 350), error=SAID)).best
    assert (best.cause, best.certainty) == ("quota-vm-family", CERTAIN)


def test_a_full_row_speaks_against_a_limit_that_azure_only_hinted_at():
    hinted = replace(BARE, message="There is not enough core quota for the deployment.")
    verdict = diagnose(case(ROOM, row(TOTAL, 346, 350), error=hinted))
    assert verdict.best.cause == "quota-subscription-cpu"
    assert not any(one.cause == "quota-vm-family" and one.certainty in (CERTAIN, LIKELY) for one in verdict.findings)
