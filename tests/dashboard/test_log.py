"""The log page: numbers that never change, gaps that are told, windows, levels, and what may be missing."""
import re
from html import unescape

import pytest

from tests.dashboard import rows

LOG = "/w/mlw-growth/e/churn-scorer/d/green/a/2/logs/inference-server"


@pytest.fixture
def long(fleet):
    """A log of 9,000 lines with a gap and a warning every 100 lines."""
    end = rows.endpoint(fleet["growth"], "long", {})
    row = rows.attempt(rows.deployment(end, "b"), "Succeeded")
    said = [f"2026-11-23 01:00:00,000 {'W' if n % 100 == 0 else 'I'} [1] srv - number {n}" for n in range(1, 9001)]
    rows.log(row, said, gaps=((8000, "No line of this read overlaps."),))
    return "/w/mlw-growth/e/long/d/b/a/1/logs/inference-server"


def shown(client, path):
    """The line numbers of the page."""
    return [int(n) for n in re.findall(r'<li id="L(\d+)"', client.get(path).content.decode())]


def test_every_stored_line_stands_under_its_number_as_it_was_stored(ada):
    text = ada.get(LOG).content.decode()
    for number, line in enumerate(rows.IMPORT_LOG, 1):
        found = re.search(rf'<li id="L{number}".*?<code>(.*?)</code></li>', text, re.S)[1]
        found = re.sub(r'<span class="evtag">.*?</span>', "", found)
        assert unescape(re.sub(r"<[^>]+>", "", found)).replace("\xa0", "") == line


def test_severity_has_a_gutter_and_a_filter_that_keeps_evidence_and_tells_what_it_hides(ada):
    text = ada.get(LOG).content.decode()
    assert re.search(r'<li id="L5" class="w">', text)
    assert re.search(r'<li id="L6" class="e">', text)
    assert re.search(r'<li id="L12" class="e ev nt">', text)
    assert 12 in shown(ada, LOG + "?min=error") and 5 not in shown(ada, LOG + "?min=error")
    assert 5 in shown(ada, LOG + "?min=warning") and 4 not in shown(ada, LOG + "?min=warning")
    assert "5 lines of lower severity are hidden." in ada.get(LOG + "?min=error").content.decode()


def test_a_long_log_is_shown_in_windows_that_hold_the_line_asked_for(ada, long):
    assert shown(ada, long)[-1] == 9000 and len(shown(ada, long)) == 4000
    assert 50 in shown(ada, long + "?line=50") and shown(ada, long + "?line=50")[0] == 1
    middle = shown(ada, long + "?line=5000")
    assert 5000 in middle and len(middle) == 4000
    assert shown(ada, long + "?line=99999999")[-1] == 9000


def test_lines_are_laid_out_in_blocks_of_two_hundred(ada, long):
    assert ada.get(long).content.decode().count('<ol class="log block">') == 21  # the gap is a row as well


def test_a_gap_in_what_was_collected_is_a_row(ada, long):
    text = ada.get(long + "?line=8000").content.decode()
    assert text.index("No line of this read overlaps.") < text.index('id="L8000"')


def test_the_readers_own_lines_may_be_missing_and_the_page_says_why(fleet, ada):
    assert "root logger stands at WARNING" in ada.get(LOG).content.decode()
    rows.log(fleet["failed"], [*rows.IMPORT_LOG, "2026-11-23 02:00:00,000 I [88] azmlinfsrv.print - mine"])
    assert "root logger stands at WARNING" not in ada.get(LOG).content.decode()


def test_the_ledger_says_what_was_asked_and_answered(ada):
    assert "Asked for: logs, 4 times, last 23\xa0Nov 03:09:00 UTC" in ada.get(LOG).content.decode()


def test_container_events_are_a_tab_of_their_own(ada):
    text = ada.get(LOG.replace("inference-server", "container-events")).content.decode()
    assert "Liveness probe failed: HTTP probe failed with statuscode: 502" in text
    assert "SystemSetup" in text
    assert '<span class="count">20<span class="sr"> events</span>' in text


def test_the_map_beside_the_log_marks_errors_and_evidence(ada):
    marks = re.search(r'<svg class="mini".*?</svg>', ada.get(LOG).content.decode(), re.S)[0]
    assert marks.count('class="ev"') == 1 and marks.count('class="e"') >= 2 and marks.count('class="w"') == 1
