"""The scoring page holds every row of the guide's table, each limit with its year."""
import re
from html import unescape

import pytest

from troubleshoot.diagnosis import scoring

OWN = "&ws=mlw-growth&endpoint=churn-scorer&deployment=blue"


def text(client, path):
    """The page with plain characters."""
    return unescape(client.get(path).content.decode())


def test_every_row_of_the_guide_stands_on_the_page_with_both_meanings(ada):
    page = text(ada, "/scoring")
    for row in (*scoring.ROWS, *scoring.OTHERS):
        assert f'<b class="mono">{row.status}</b> {row.reason}' in page
        assert row.meaning_2021 in page and row.meaning_today in page and row.todo in page
        for limit in row.limits:
            assert f'{limit.text} <span class="chip">{limit.year}</span>' in page
    assert [row.status for row in scoring.ROWS] == [200, 401, 404, 408, 413, 424, 424, 429, 429, 500]


@pytest.mark.parametrize(("query", "marked"), [
    ("status=429", 2), ("status=429&reason=Too+many+pending+requests", 1), ("status=404", 1), ("status=418", 0)])
def test_the_rows_that_apply_are_marked(ada, query, marked):
    page = text(ada, f"/scoring?{query}")
    assert len(re.findall(r'<tr role="row" aria-current="true">', page)) == marked


def test_429_is_reckoned_with_the_deployments_own_numbers(ada):
    page = text(ada, f"/scoring?status=429&reason=Too+many+pending+requests{OWN}")
    assert "2 × 4 × 1 = 8 requests at once" in page
    assert "Numbers of churn-scorer / blue." in page


def test_408_shows_the_deployments_own_timeout(ada):
    assert "request_timeout_ms = 5,000 ms" in text(ada, f"/scoring?status=408{OWN}")


def test_without_a_deployment_the_names_of_the_settings_stand_for_numbers(ada):
    page = text(ada, "/scoring?status=429&reason=Too+many+pending+requests")
    assert "2 × max_concurrent_requests_per_instance × instances" in page


def test_a_deployment_that_may_not_be_seen_lends_no_numbers(ben):
    page = text(ben, "/scoring?status=429&ws=mlw-risk&endpoint=fraud&deployment=blue")
    assert "requests at once" not in page.split("<code>")[1].split("</code>")[0]
    assert "Numbers of" not in page


def test_an_unknown_status_is_said_to_be_unknown(ada):
    assert "Not in Azure's table of status codes" in text(ada, "/scoring?status=418")
