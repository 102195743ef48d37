"""Whoever writes to an attempt takes its row before the row of a watch: two that meet wait, and neither is ended."""
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.troubleshoot.conftest import hold
from troubleshoot import record
from troubleshoot.diagnosis.facts import AssetFacts, LogAnswer, OperationFacts

pytestmark = pytest.mark.postgres
SAVES = {
    "attempts": lambda held: record.operation(held, OperationFacts("op1", "Running"), timedelta(seconds=20)),
    "artifacts": lambda held: record.assets(held, [AssetFacts("model", "m:1")]),
    "logs": lambda held: record.log_answer(held, LogAnswer("inference-server", "", "one line\n")),
}


@pytest.mark.parametrize("poll", SAVES)
def test_an_answer_takes_the_attempt_before_its_watch(azure, poll):
    azure.endpoint()
    azure.deployment()
    azure.look()
    about = {"container": "inference-server"} if poll == "logs" else {}
    held = hold(poll, attempt__deployment__isnull=False, **about)
    with CaptureQueriesContext(connection) as seen:
        SAVES[poll](held)
    said = [one["sql"] for one in seen.captured_queries]
    watch = next(n for n, sql in enumerate(said) if sql.startswith('UPDATE "troubleshoot_watch"'))
    attempt = next(n for n, sql in enumerate(said) if sql.startswith("SELECT") and "troubleshoot_attempt" in sql)
    assert attempt < watch
    assert connection.vendor == "sqlite" or "FOR UPDATE OF" in said[attempt]


def test_the_list_of_endpoints_takes_the_attempt_before_the_watches_that_it_hurries(azure):
    azure.endpoint()
    azure.deployment()
    azure.look()
    azure.deployment(state="Failed")
    held = hold("endpoints")
    with CaptureQueriesContext(connection) as seen:
        record.endpoints(held, azure.seen())
    said = [one["sql"] for one in seen.captured_queries]
    attempt = next(n for n, sql in enumerate(said) if sql.startswith('UPDATE "troubleshoot_attempt"'))
    hurried = [n for n, sql in enumerate(said) if sql.startswith('UPDATE "troubleshoot_watch"')
               and "'logs'" in sql]
    assert hurried and attempt < min(hurried)
