"""The status table is whole, and an answer is explained with the deployment's own numbers."""
import re

import pytest

from troubleshoot.diagnosis import scoring
from troubleshoot.diagnosis.facts import DeploymentFacts, Place

BLUE = DeploymentFacts(Place("s", "g", "w", "e", "blue"), max_concurrent=4, instance_count=3, request_timeout=5.0)


def test_every_row_of_the_seed_is_there_in_its_order() -> None:
    assert [(row.status, row.reason) for row in scoring.ROWS] == [
        (200, "OK"), (401, "Unauthorized"), (404, "Not found"), (408, "Request timeout"), (413, "Payload too large"),
        (424, "Model Error"), (424, "Response payload too large"), (429, "Rate-limiting"),
        (429, "Too many pending requests"), (500, "Internal server error")]
    assert all(row.meaning_2021 and row.meaning_today and row.todo for row in scoring.ROWS)


def test_every_limit_has_its_year() -> None:
    limits = {(row.status, limit.text, limit.year) for row in scoring.ROWS for limit in row.limits}
    assert {(413, "1.5 MB (not in today's guide)", 2021), (424, "1.5 MB (not in today's guide)", 2021),
            (429, "100 requests/s", 2021), (429, "500 requests/s", 2026)} <= limits
    for row in scoring.ROWS:
        if re.search(r"\d+(\.\d)? (megabytes|requests per second)", row.meaning_2021):
            assert row.limits


@pytest.mark.parametrize(("status", "said", "reason"), [
    (429, "Too many pending requests", "Too many pending requests"), (429, "rate limiting", "Rate-limiting"),
    (429, '{"message": "Too many pending requests"}', "Too many pending requests"),
    (424, "Model Error; original-code=500", "Model Error"),
    (424, "Response payload too large", "Response payload too large"), (500, "", "Internal server error"),
])
def test_the_reason_chooses_the_row(status: int, said: str, reason: str) -> None:
    assert [row.reason for row in scoring.explain(status, said).rows] == [reason]


def test_without_a_reason_both_rows_are_shown() -> None:
    told = scoring.explain(429)
    assert len(told.rows) == 2
    assert " Or: " in told.meaning


def test_too_many_pending_requests_shows_the_sum_with_own_numbers() -> None:
    told = scoring.explain(429, "Too many pending requests", deployment=BLUE)
    assert told.sums == ("2 × 4 × 3 = 24 requests at once",)
    assert (told.pending_limit, told.by) == (24, scoring.FRONT_END)
    general = scoring.explain(429, "Too many pending requests")
    assert general.sums == ("2 × max_concurrent_requests_per_instance × instances",)
    assert general.pending_limit is None


def test_a_model_error_shows_the_models_own_code() -> None:
    told = scoring.explain(424, headers={"MS-AzureML-Model-Error-StatusCode": "500", "x-request-id": "r1",
                                         "azureml-model-deployment": "blue"})
    assert (told.model_status, told.by, told.request_id, told.deployment) == (500, scoring.MODEL, "r1", "blue")
    assert [row.reason for row in told.rows] == ["Model Error"]
    assert "The model answered 500. run() raised an exception" in told.meaning
    assert told.missing == ()
    assert scoring.explain(424).missing == (scoring.MODEL_STATUS, "x-request-id")


def test_a_timeout_shows_its_setting() -> None:
    assert scoring.explain(408, deployment=BLUE).sums == ("request_timeout_ms = 5,000 ms",)
    assert "5,000 ms unless set" in scoring.explain(408).sums[0]


@pytest.mark.parametrize(("status", "words"), [
    (503, "Kubernetes"),
    (422, "as 424"), (599, "as 424"), (403, "Not in Azure's table"), (999, "Not in Azure's table")])
def test_a_status_that_is_not_in_the_table_is_said_to_be_so(status: int, words: str) -> None:
    told = scoring.explain(status)
    assert words in told.meaning
    assert told.by == scoring.UNTOLD


def test_a_hostile_header_is_no_number() -> None:
    assert scoring.explain(424, headers={scoring.MODEL_STATUS: "٥٠٠"}).model_status is None
    assert scoring.explain(424, headers={scoring.MODEL_STATUS: "9" * 5000}).model_status is None
