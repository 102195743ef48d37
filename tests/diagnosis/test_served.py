"""An exception below a ready line hurt a request; it is a failed start only where a new start, or an end, says so."""

import pytest

from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import Case, Text

READY = "INFO:     Started server process [1]\nINFO:     Application startup complete.\n"
RAISED = 'Traceback (most recent call last):\n  File "/opt/churn/main.py", line 4, in load\nLookupError: no rows\n'
ANEW = "INFO:     Started server process [7]\nINFO:     Waiting for application startup.\n"
ENDED = "ERROR:    Application startup failed. Exiting.\n"


def told(text: str) -> str | None:
    best = diagnose(Case(texts=(Text("inference_log", text),))).best
    return best and best.cause


@pytest.mark.parametrize("said", [RAISED, "LookupError: no rows\n", RAISED * 3])
def test_what_a_ready_server_raises_is_no_failed_start(said):
    assert told(READY + said) != "init-exception"


@pytest.mark.parametrize("said", [ANEW + RAISED, ANEW + RAISED + ENDED, RAISED + ENDED])
def test_what_a_new_start_raises_or_what_ends_the_server_is_one(said):
    assert told(READY + said) == "init-exception"


@pytest.mark.parametrize("said", [
    "ERROR:    Exception in ASGI application\n" + RAISED,
    "[2026-11-20 09:14:03,146] ERROR in app: Exception on /score [POST]\n" + RAISED,
    "[2026-11-20 09:14:03 +0000] [9] [ERROR] Error handling request /score\n" + RAISED,
])
def test_a_server_of_ones_own_that_fails_at_a_request_is_told_as_the_fault_of_a_call(said):
    assert told(READY + said) == "score-424-run-exception"


def test_who_asks_an_endpoint_by_its_address_is_its_caller_and_no_container():
    said = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='churn.westeurope.inference.ml.azure.com', "
    assert told(f"{said}port=443): Max retries exceeded with url: /score") is None
