"""A permalink marks the same text for ever: after a day of polls, a restart, and retention where that spared it."""
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.journeys import shown
from tests.journeys.test_pages import address, reader
from tests.through import through
from tests.troubleshoot.conftest import hold
from troubleshoot import clock, judge, record, retention
from troubleshoot.diagnosis.facts import LogAnswer
from troubleshoot.models import Attempt, Log, Watch, Workspace
from workers import poller

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
LAST = 10  # lines that a permalink of this test marks


def permalink(log, first, last):
    """The address that a reader copies: the lines of a range, in the log that holds them."""
    return f"{address(log.attempt)}/logs/{log.container}?line={first}&to={last}"


def marked(client, link):
    """The lines of the range as the page shows them."""
    first, last = (int(part.split("=")[1]) for part in link.split("?")[1].split("&"))
    found = shown.page(client, link).lines
    return {n: text for n, text in found.items() if first <= n <= last}


def restarted(client):
    """Everything anew: connections, the Azure clients, the browser's session."""
    connection.close()
    poller.azure_for.cache_clear()
    anew = Client()
    anew.cookies = client.cookies
    return anew


def read_on(*logs):
    """Have these logs read, and of all others nothing more."""
    Watch.objects.filter(poll__in=("logs", "artifacts", "activity", "usages", "sizes")).update(due_at=None)
    for log in logs:
        Watch.objects.filter(poll="logs", attempt=log.attempt, container=log.container).update(due_at=clock.now())


@pytest.mark.django_db(transaction=True)
def test_a_permalink_marks_the_same_text_after_a_day_a_restart_and_a_round_of_retention():
    with through(4) as way:
        place = way.look_at_worst()
        failed = list(Log.objects.filter(attempt__state="Failed", lines__gt=LAST).order_by("id")[:3])
        space = failed[0].attempt.endpoint.workspace
        served = Log.objects.filter(attempt__state="Succeeded", attempt__failed_at=None, container="inference-server",
                                    attempt__endpoint__workspace=space).first()
        read_on(served, *failed)
        way.look(place=place)
        served.refresh_from_db()
        client, grown = reader(), served.lines
        links = [permalink(log, log.lines - LAST + 1, log.lines) for log in (served, *failed)]
        before = {link: marked(client, link) for link in links}
        assert all(len(found) == LAST for found in before.values())

        for _ in range(12):
            way.advance(120)
            way.look(rounds=2, place=place)
        client = restarted(client)
        served.refresh_from_db()
        assert served.lines > grown  # the day was one in which the log went on
        assert {link: marked(client, link) for link in links} == before

        assert sum(retention.sweep(space)) == 0
        assert {link: marked(client, link) for link in links} == before


def failed(azure, at, lines):
    """An attempt of fraud/blue that failed with a log of so many lines, judged."""
    azure.look()
    attempt = Attempt.objects.filter(deployment__name="blue").order_by("-number").first()
    said = [f"2026-11-25 10:00:{n % 60:02d},000 I [1] attempt {attempt.number} line {n}" for n in range(1, lines)]
    text = "\n".join([*said[:lines // 2], "ModuleNotFoundError: No module named 'lightgbm'", *said[lines // 2:]])
    record.log_answer(hold("logs", attempt=attempt, container="inference-server"), LogAnswer(
        "inference-server", "", f"Container logs:\n{text}\n"))
    azure.deployment(operation=attempt.operation_id, state="Failed")
    at(1)
    azure.look()
    at(30)
    record.log_answer(hold("logs", attempt=attempt, container="inference-server"), LogAnswer(
        "inference-server", "", f"Container logs:\n{text}\n"))
    attempt.watch_set.update(due_at=None)
    judge.judge_waiting()
    return Log.objects.get(attempt=attempt, container="inference-server")


def test_where_retention_took_the_lines_the_page_says_so_and_shows_no_other_text(azure, at):
    azure.endpoint()
    azure.deployment()
    log, client = failed(azure, at, 400), reader()
    quoted = log.attempt.verdict.data["first_errors"][0]["line"]
    taken, spared = permalink(log, 20, 29), permalink(log, quoted - 2, quoted + 2)
    before = marked(client, spared)
    assert len(marked(client, taken)) == 10 and len(before) == 5
    clock.hold(clock.now() + timedelta(days=91))
    assert sum(retention.sweep(Workspace.objects.get())) > 0
    assert marked(client, spared) == before
    assert marked(client, taken) == {}
    page = shown.page(client, taken)
    assert "removed" in page.text and "older than 90" in page.text.replace("\xa0", " ")
    assert not re.search(r"attempt 1 line 2\d\b", page.text)
    assert set(page.lines) == {quoted + n for n in range(-2, 3)}  # nothing else of this log is there


def test_addresses_outlive_the_endpoint_and_its_name_made_again(azure, at):
    azure.endpoint()
    azure.deployment()
    first, client = failed(azure, at, 60), reader()
    paths = [address(first.attempt), permalink(first, 5, 9), permalink(first, 28, 33)]
    ends = reverse("endpoint", args=("mlw-risk", "fraud"))
    before = [marked(client, path) for path in paths[1:]]
    was = shown.page(client, paths[0])
    assert "lightgbm" in was.text

    azure.endpoints.clear()
    azure.deployments.clear()
    at(5)
    azure.look()
    assert [marked(client, path) for path in paths[1:]] == before
    assert "deleted" in shown.page(client, paths[0]).text.lower()
    assert shown.page(client, ends).text

    azure.endpoint()
    azure.deployment(operation="op2", created_at=clock.now())
    at(5)
    second = failed(azure, at, 90)
    assert (second.attempt.number, second.attempt.deployment_id) == (2, first.attempt.deployment_id)
    assert [marked(client, path) for path in paths[1:]] == before
    assert "attempt 1 line 5" in marked(client, permalink(first, 5, 9))[5]
    assert "attempt 2 line 5" in marked(client, permalink(second, 5, 9))[5]
    assert "lightgbm" in shown.page(client, paths[0]).text
    assert "/w/mlw-risk/e/fraud/d/blue/" in shown.page(client, ends).html
