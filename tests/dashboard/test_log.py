"""The log page: numbers that never change, gaps that are told, windows, levels, and what may be missing."""
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard import rows
from troubleshoot import logstore
from troubleshoot.boards import find, lines, sight
from troubleshoot.boards import rows as board
from troubleshoot.diagnosis.recorded import Restart

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
    assert "which ends at line 9,000." in ada.get(long + "?line=99999999").content.decode()


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


def restarts(row, lines):
    """The verdict's restarts of the inference server, at some lines."""
    rows.VerdictRow.objects.filter(attempt=row).delete()
    at = [Restart("inference-server", n, line, rows.minutes(80 - n)) for n, line in enumerate(lines, 1)]
    return rows.verdict(row, rows.import_finding(), restarts=tuple(at))


def folded(text):
    """Words and lines of each fold of a page, and whether it is open."""
    found = re.findall(r'<details( open)?><summary>.*?<b>(.*?)</b></summary><ol class="log">(.*?)</ol>', text, re.S)
    return [(unescape(words), [int(n) for n in re.findall(r'id="L(\d+)"', inside)], bool(opened))
            for opened, words, inside in found]


def test_frames_of_libraries_are_folded_into_a_row_that_opens_without_script(ada):
    text = ada.get(LOG).content.decode()
    assert folded(text)[0] == (
        "3 lines, 7 to 9: traceback inside azureml_inference_server_http", [7, 8, 9], False)
    assert not any(12 in inside or 10 in inside for _, inside, _ in folded(text))


def test_find_says_which_of_how_many_marks_them_and_opens_the_folds_that_hold_them(ada):
    text = ada.get(LOG + "?q=LIGHTGBM").content.decode()
    assert ">1 of 2</span>" in text
    assert "import <mark>lightgbm</mark> as lgb" in text and "No module named &#x27;<mark>lightgbm</mark>" in text
    assert "?q=LIGHTGBM&amp;line=12#L12" in text
    assert ">2 of 2</span>" in ada.get(LOG + "?q=lightgbm&line=12").content.decode()
    assert ("user_script" in folded(ada.get(LOG).content.decode())[0][0]) is False
    assert folded(ada.get(LOG + "?q=exec_module").content.decode())[0][2] is True
    assert "Not found" in ada.get(LOG + "?q=xgboost").content.decode()


@pytest.mark.postgres
def test_find_reaches_the_whole_log_and_leads_to_a_line_outside_the_window(ada, long):
    text = ada.get(long + "?q=NUMBER 777").content.decode()
    assert ">1 of 11</span>" in text and 'id="L777"' in text and "?q=NUMBER+777&amp;line=7770#L7770" in text
    assert 7770 in shown(ada, long + "?q=NUMBER+777&line=7770")
    assert ">2 of 11</span>" in ada.get(long + "?q=NUMBER+777&line=7770").content.decode()


def test_a_search_that_ends_early_says_where(ada, long, monkeypatch):
    monkeypatch.setattr(find, "SEARCHED", 5000)
    assert "searched to line 5000" in re.sub(",", "", ada.get(long + "?q=number 777").content.decode())


@pytest.mark.postgres
def test_the_lowest_severity_is_looked_for_in_the_whole_log(ada, long):
    assert shown(ada, long + "?min=warning") == list(range(100, 9001, 100))
    text = ada.get(long + "?min=warning").content.decode()
    assert text.count("99 lines of lower severity are hidden.") == 90
    assert "No line of this read overlaps." in text  # also where the line behind the gap were hidden
    assert 'href="?line=300#L300">See in context</a>' in text


def test_a_log_longer_than_one_page_can_weigh_says_which_part_it_counted(ada, long, monkeypatch):
    monkeypatch.setattr(sight, "PART", 5000)
    assert shown(ada, long + "?min=warning&line=5001")[0] == 5100
    text = ada.get(long + "?min=warning&line=1").content.decode()
    assert "severities are counted in lines 1 to 5,000" in text and "min=warning&amp;line=5001#" in text
    assert ">1 of 11</span>" in ada.get(long + "?q=number 777").content.decode()


@pytest.mark.postgres
def test_a_restart_can_be_picked_and_the_rest_of_the_log_is_a_row(ada, fleet):
    rows.log(fleet["failed"], [*rows.IMPORT_LOG, *(f"later {n}" for n in range(20))])
    restarts(fleet["failed"], (1, 19, 30))
    text = ada.get(LOG + "?restart=2").content.decode()
    assert [12, *range(19, 30)] == shown(ada, LOG + "?restart=2")  # evidence stays
    assert "11 lines of other restarts are hidden." in text
    assert "Restart 2 of 3 began 01:52:00 UTC, 1\xa0min\xa000\xa0s after restart 1." in text
    assert 'aria-current="true" aria-label="Restart 2">2</a>' in text
    assert len(shown(ada, LOG + "?restart=77")) == 38
    assert "Restart 77 of this container is not known" in ada.get(LOG + "?restart=77").content.decode()


def test_restarts_that_say_the_same_are_one_row_and_their_evidence_is_told(ada, fleet):
    rows.log(fleet["failed"], ["2026-11-23 02:00:00,000 I [99] end", *rows.IMPORT_LOG, *rows.IMPORT_LOG])
    found = restarts(fleet["failed"], (1, 20, 38))
    found.data["findings"][0]["evidence"] += [{"source": "inference-server", "line": n,
                                               "text": "ModuleNotFoundError: No module named 'lightgbm'"}
                                              for n in (31, 49)]
    found.save()
    assert ("18 lines, 38 to 55: restart 3, the same as the one above but for times and numbers; evidence 1 again",
            list(range(38, 56)), False) in folded(ada.get(LOG).content.decode())
    assert any(49 in inside and opened for _, inside, opened in folded(ada.get(LOG + "?line=49").content.decode()))


@pytest.mark.postgres
def test_removed_lines_are_a_row_and_the_lines_that_are_left_keep_their_numbers(ada, fleet):
    log = fleet["failed"].logs.get(container="inference-server")
    logstore.remove(log, 11, [(3, 4)], "older than 90 days")
    log.save()
    text = ada.get(LOG).content.decode()
    assert shown(ada, LOG) == [3, 4, *range(12, 19)]
    assert "Lines 1 to 2 removed on 23\xa0Nov: older than 90 days." in text
    assert "Lines 5 to 11 removed on 23\xa0Nov: older than 90 days." in text
    assert "What proves a cause is kept." in text
    assert "Line 5 is not kept any more." in ada.get(LOG + "?line=5").content.decode()
    said = b"".join(ada.get(LOG + "?format=txt").streaming_content).decode()
    assert "#### Endpoint Triage: Lines 5 to 11 removed on 23 Nov: older than 90 days.\nModuleNotFound" in said


def test_a_range_in_the_address_is_marked_by_the_server_too(ada):
    text = ada.get(LOG + "?line=10&to=12").content.decode()
    assert re.findall(r'<li id="L(\d+)" class="[^"]*\bat\b', text) == ["10", "11", "12"]
    assert "<title>Lines 10 to 12, inference-server log" in text
    assert folded(ada.get(LOG + "?line=8").content.decode())[0][2] is True


@pytest.mark.postgres
def test_the_log_can_be_downloaded_as_text_that_no_browser_runs(ada, fleet, long):
    answer = ada.get(long + "?format=txt")
    said = b"".join(answer.streaming_content).decode().split("\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="long-b-attempt-1-inference-server.txt"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert [one for one in said if one.startswith("####")][1:] == [
        "#### Endpoint Triage: No line of this read overlaps."]
    assert [one for one in said if not one.startswith("####")][8999].endswith("number 9000")
    assert said.index("#### Endpoint Triage: No line of this read overlaps.") == 8000


def test_no_line_of_a_log_can_pass_for_a_mark_in_the_download(ada, fleet):
    rows.log(fleet["failed"], ["#### Endpoint Triage: all is well", "x"], "storage-initializer")
    said = b"".join(ada.get(LOG.replace("inference-server", "storage-initializer") + "?format=txt").streaming_content)
    assert said.decode().split("\n")[1:] == [" #### Endpoint Triage: all is well", "x", ""]


def test_a_hostile_name_gives_a_plain_file_name(ada, fleet):
    row = rows.attempt(rows.deployment(rows.endpoint(fleet["growth"], 'a"\n;é/..'), "b"), "Succeeded")
    rows.log(row, ["x"])
    text = ada.get("/w/mlw-growth/e/a~22~3B~C3~A9~2F../d/b/a/1/logs/inference-server?format=txt")
    assert text.status_code == 404
    rows.Endpoint.objects.filter(id=row.endpoint_id).update(name='a";é..')
    text = ada.get("/w/mlw-growth/e/a~22~3B~C3~A9../d/b/a/1/logs/inference-server?format=txt")
    assert text["Content-Disposition"] == 'attachment; filename="a-b-attempt-1-inference-server.txt"'


@pytest.mark.postgres
def test_a_page_that_follows_asks_for_new_lines_only_and_hears_nothing_where_there_are_none(ada, fleet):
    first = ada.get(LOG + "?after=18")
    assert first.status_code == 200 and shown(ada, LOG + "?after=18") == []
    assert ada.get(LOG + "?after=18", headers={"If-None-Match": first["ETag"]}).status_code == 304
    rows.log(fleet["failed"], [*rows.IMPORT_LOG[-3:], "E new <b>", "newer"])
    again = ada.get(LOG + "?after=18", headers={"If-None-Match": first["ETag"]})
    text = again.content.decode()
    assert shown(ada, LOG + "?after=18") == [19, 20] and 'data-last="20" data-count="2" data-follows' in text
    assert "E new &lt;b&gt;" in text and "<html" not in text
    assert shown(ada, LOG + "?after=99") == [] and shown(ada, LOG + "?after=x")[0] == 1


def test_a_page_follows_while_the_log_is_read_and_not_after(ada, fleet):
    assert 'data-follow="10" data-after="18"' in ada.get(LOG).content.decode()
    fleet["failed"].logs.update(logs_at=rows.minutes(60))
    text = ada.get(LOG).content.decode()
    assert "data-follow" not in text and "Newest lines" not in text
    assert "data-follows" not in ada.get(LOG + "?after=18").content.decode()


@pytest.mark.parametrize("query", ["", "?q=number", "?min=warning", "?q=x&min=error&restart=2&line=5&to=9"])
def test_a_log_page_has_a_fixed_number_of_queries(ada, long, django_assert_num_queries, query):
    with django_assert_num_queries(9 if "q=" in query else 8):
        assert ada.get(long + query).status_code == 200


def test_new_lines_cost_less_than_a_page(ada, long, django_assert_num_queries):
    with django_assert_num_queries(5):
        ada.get(long + "?after=8990")


@pytest.mark.parametrize("value", ["-1", "1e9", "abc", str(2**63), "%00", "%ff%fe", "(a+)+$", "'", "9" * 400, "<b>"])
@pytest.mark.parametrize("name", ["q", "restart", "to", "after", "format", "newest", "wrap"])
def test_a_wrong_value_asks_for_nothing(ada, name, value):
    answer = ada.get(f"{LOG}?line=3&{name}={value}")
    assert answer.status_code == 200 and "<b>;" not in getattr(answer, "content", b"").decode()


def test_who_may_not_see_the_log_may_not_download_it(eve):
    assert {eve.get(LOG + query).status_code for query in ("", "?format=txt", "?after=1")} == {404}


SOME = st.sets(st.integers(1, 40))
CASES = st.tuples(st.integers(1, 40), SOME, SOME, SOME)


@given(CASES)
def test_every_line_is_shown_counted_as_hidden_or_told_as_missing(case):
    total, gone, hidden, evidence = case
    order = [n for n in range(1, total + 1) if n not in gone]
    removed = [{"first": n, "last": n, "at": "2026-11-12T00:00:00+00:00", "why": "age"} for n in sorted(gone)]
    log = rows.Log(lines=total, removed=removed, gaps=[{"before": n, "reason": "seam"} for n in range(5, 40, 9)])
    made = board.Sight(log, {n: f"line {n % 3}" for n in order}, order, dict.fromkeys(order, ""),
                       dict.fromkeys(evidence, 1), hides="of lower severity")
    shown_numbers = [n for n in order if n not in hidden or n in evidence]
    told = board.rows(made, shown_numbers, (1, total))
    flat = [one for row in told for one in (row.lines if isinstance(row, board.FoldRow) else (row,))]
    assert [one.number for one in flat if one.number] == shown_numbers
    counted = [int(found[1]) for one in flat if (found := re.match(r"(\d+) lines? of lower", one.gap))]
    assert sum(counted) == len(order) - len(shown_numbers)
    assert sum("removed on 12" in one.gap for one in flat) == len([n for n in gone if n <= total])
    assert sum(one.gap == "seam" for one in flat) == len(range(5, min(40, total + 2), 9))
    if proofs := [n for n in shown_numbers if n in evidence]:
        assert proofs[0] in [row.number for row in told if isinstance(row, lines.Line)]
