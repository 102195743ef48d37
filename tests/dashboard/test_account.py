"""The record page of an endpoint: chart and list hold the same, it is bounded, and it says what is not known."""
import re
from datetime import timedelta
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import lanes
from dashboard.plotted import plain as plain_text
from tests.dashboard import rows
from troubleshoot.boards import account, served, witness
from troubleshoot.boards.account import Asked
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.recorded import Gap, Restart
from troubleshoot.models import Attempt, Blind, Change, Correction, Deployment, Endpoint, Log, LogRead, Person, Verdict

PATH = "/w/mlw-growth/e/churn-scorer/timeline"
QUERIES = 12


def text(client, path=PATH):
    answer = client.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode().replace("\xa0", " "))


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def events(page):
    found = re.search(r'<ol class="evs dated">(.*?)</ol>', page, re.S)
    return [words(one) for one in re.findall(r"<li>.*?</li>", found[1], re.S)] if found else []


@pytest.fixture
def end(fleet):
    """churn-scorer with restarts, a gap, a blind stretch, a correction, and a change of each kind."""
    row, found = fleet["failed"], Endpoint.objects.get(name="churn-scorer")
    first = Verdict.objects.get(attempt__deployment=row.deployment, attempt__number=1)
    first.data = Verdict.objects.get(attempt=row).data
    first.save()
    verdict = Verdict.objects.get(attempt=row)
    verdict.data["restarts"] = [plain.dump(Restart("inference-server", n, 1 + 6 * n, rows.minutes(78 - n)))
                                for n in (1, 2)]
    verdict.save()
    log = Log.objects.get(attempt=row, container="inference-server")
    log.gaps = [plain.dump(Gap(12, "No line of this read overlaps with what was stored before."))]
    log.save()
    for at, last, kind, added in ((84, 80, "withheld", 0), (66, 66, "logs", 11), (40, 40, "logs", log.lines - 11)):
        LogRead.objects.create(log=log, at=rows.minutes(at), last_at=rows.minutes(last), answer_class=kind, added=added)
    Blind.objects.create(workspace=found.workspace, poll="endpoints", since=rows.minutes(60), until=rows.minutes(42))
    Correction.objects.create(attempt=row, person=Person.objects.create_user("carla"), note="it was the proxy",
                              at=rows.minutes(5))
    for field, before, after in (("traffic", "blue 90 %, green 10 %", "blue 100 %, green 0 %"),
                                 ("instance_count", "1", "2"), ("traffic set by", "", "jonas.weber")):
        Change.objects.create(endpoint=found, deployment=row.deployment if field == "instance_count" else None,
                              at=rows.minutes(30), field=field, before=before, after=after)
    return found


def board(end, **asked):
    return account.page(Endpoint.objects.select_related("workspace").get(id=end.id), Asked(**asked), rows.NOW)


def marks(figure):
    return sorted((at, text) for trace in figure["data"] if trace.get("mode") == "markers"
                  for at, text in zip(trace["x"], trace["text"], strict=True))


@pytest.mark.postgres
@pytest.mark.parametrize("asked", [{}, {"kind": "logs"}, {"kind": "people"}, {"deployment": "green"},
                                   {"newest_first": True}, {"range": "6h"}])
def test_chart_and_list_hold_the_same_events(end, asked):
    page = board(end, **asked)
    figure = lanes.figure(page, rows.NOW)
    assert page.rows
    assert marks(figure) == sorted((row.event.moment.strftime("%Y-%m-%d %H:%M:%S"), plain_text(row.event.text))
                                   for row in page.rows)


def test_everything_that_was_recorded_stands_in_the_list_once_and_in_order(end, ada):
    told = events(text(ada))
    for said in ("inference-server started green 2", "inference-server started again, start 2", "LivenessProbeFailed",
                 "ModuleNotFoundError: No module named 'lightgbm' green 2", "withheld the log of inference-server",
                 "A gap before line 12 of inference-server", "jonas.weber set the traffic to blue 100 %, green 0 %",
                 "green: number of instances changed 1 to 2", "carla named the cause",
                 "green failed to deploy green 2",
                 "We did not look from 02:10 to 02:28: nothing polled"):
        assert len([one for one in told if said in one]) == 1, said
    moments = re.findall(r'<li><time datetime="([^"]+)"', text(ada))
    assert moments == sorted(moments)
    newest = re.findall(r'<li><time datetime="([^"]+)"', text(ada, PATH + "?order=newest"))
    assert newest == sorted(moments, reverse=True)


def test_a_gap_says_since_when_nothing_was_read(end, ada):
    gap = next(one for one in events(text(ada)) if "A gap before line 12" in one)
    assert "Nothing was read between 02:04 and 02:30 UTC, 26 min 00 s" in gap


def test_traffic_evidence_and_failing_are_marks_across_all_lanes_and_now_is_drawn_while_it_is_open(end):
    layout = lanes.figure(board(end), rows.NOW)["layout"]
    said = ", ".join(one["text"] for one in layout["annotations"])
    assert all(word in said for word in ("evidence", "failed", "traffic", "now"))
    assert all((one["yref"], one["y0"], one["y1"]) == ("paper", 0, 1) for one in layout["shapes"])
    assert len(layout["shapes"]) == 4
    Endpoint.objects.filter(id=end.id).update(gone_at=rows.minutes(2))
    layout = lanes.figure(board(end), rows.NOW)["layout"]
    assert "end" in {one["text"] for one in layout["annotations"]}


def test_a_deployment_has_a_neutral_colour_that_is_never_one_of_a_state(end):
    data = lanes.figure(board(end), rows.NOW)["data"]
    bars = [one["marker"]["color"] for one in data if one["type"] == "bar" and one.get("text") not in (None, ["Ready"])]
    fills = [one["fillcolor"] for one in data if "fillcolor" in one]
    assert bars and fills
    assert all(re.fullmatch(r"\$s[0-5](-soft)?", colour) for colour in (*bars, *fills))


def test_the_filter_is_in_the_address_and_an_empty_result_offers_to_clear_it(end, ada):
    told = events(text(ada, PATH + "?kind=traffic&d=green"))
    assert len(told) == 1 and "set the traffic" in told[0]
    assert "hidden by the filter" in text(ada, PATH + "?kind=traffic&range=24h&before=2026-11-23T00:00:00Z") \
        or "Nothing was recorded" in text(ada, PATH + "?kind=traffic&range=24h&before=2026-11-23T00:00:00Z")
    for query in ("kind=<script>", "range=99", "before=yesterday", "d=nobody"):
        assert "the nearest is shown" in text(ada, f"{PATH}?{query}")
    for query in ("before=0001-01-01", "before=9999-12-31", "d=%00%ff", "order=x", "d=GREEN"):
        assert text(ada, f"{PATH}?{query}").count("<h1") == 1


def test_the_hand_over_names_impact_cause_and_what_is_open_and_can_be_copied_as_text(end, ada):
    page = text(ada)
    said = words(page.split('id="ho"')[1].split("</section>")[0])
    assert "Production traffic not affected" in said and "since" in said
    assert "score.py imports lightgbm" in said
    assert "Same cause attempt 1 of green" in said
    assert "1 gap" in said and "1 stretch" in said
    copied = re.search(r"<pre>(churn-scorer in mlw-growth.*?)</pre>", page, re.S)[1]
    for word in ("Impact: ", "Cause: ", "Way back: ", "Same cause before: attempt 1 of green", "Open: "):
        assert word in copied


def test_the_page_costs_a_fixed_number_of_queries_whatever_it_went_through(end, ada, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        ada.get(PATH)
    green = Attempt.objects.filter(deployment__name="green").first().deployment
    for number in range(3, 60):
        rows.verdict(rows.attempt(green, "Failed", number, began=60 * number))
    for number in range(400):
        Change.objects.create(endpoint=end, at=rows.minutes(number), field="environment", after=f"b{number}")
    with django_assert_num_queries(QUERIES):
        answer = ada.get(PATH + "?range=30d")
    assert len(answer.content) < 700_000
    assert "What happened before" in answer.content.decode()


def test_what_happened_before_is_behind_a_link_and_nothing_is_on_two_pages_or_on_none(end, ada):
    green = Attempt.objects.filter(deployment__name="green").first().deployment
    Attempt.objects.filter(endpoint=end).delete()
    for number in range(1, 31):
        rows.verdict(rows.attempt(green, "Failed", number, began=3000 - 60 * number))
    seen, path = [], PATH
    for _ in range(5):
        page = text(ada, path)
        seen += re.findall(r"green, attempt (\d+)</a>", page)
        older = re.search(r'<a href="(\?[^"]+)">What happened before', page)
        if older is None:
            break
        path = PATH + older[1]
    assert sorted(map(int, seen)) == list(range(1, 31))


def test_the_split_of_an_older_page_is_not_guessed_from_the_one_of_now(end):
    page = board(end, until=rows.minutes(40))
    said = [one["text"] for one in lanes.figure(page, rows.NOW)["layout"]["annotations"]]
    assert page.shares == ((page.since, ()),) and "the split of then is not known" in said
    assert dict(board(end).shares[-1][1]) == {"blue": 100, "green": 0}


def test_what_still_runs_is_on_every_page_of_a_range_however_long_ago_it_began(end, ada):
    own = Attempt.objects.filter(deployment__name="green").first().deployment
    rows.attempt(own, "Updating", 7, began=60 * 30)
    assert "green, attempt 7<" in text(ada, PATH + "?range=6h")


def test_a_late_success_is_told_as_one(fleet, ada):
    row = fleet["failed"]
    Attempt.objects.filter(id=row.id).update(state="Succeeded")
    Change.objects.create(endpoint=row.endpoint, deployment=row.deployment, at=rows.minutes(50), field="state",
                          before="Failed", after="Succeeded")
    told = events(text(ada))
    assert any("Azure reported that green failed" in one for one in told)
    assert any("green became ready late, without a new operation" in one for one in told)
    assert "Ready late" in text(ada)


def test_what_stands_in_names_and_logs_stays_text(fleet, ada):
    row = fleet["failed"]
    Change.objects.create(endpoint=row.endpoint, at=rows.minutes(3), field="traffic", before="",
                          after="<img src=x onerror=alert(1)> 5 %, \u202e 7 %")
    body = ada.get(PATH).content.decode()
    assert "<img" not in body and "onerror=alert(1)&gt;" in body


def test_a_stranger_gets_no_record(fleet, eve):
    assert eve.get(PATH).status_code == 404


def test_the_endpoint_page_leads_to_its_record(fleet, ada):
    assert f'href="{PATH}"' in text(ada, PATH.removesuffix("timeline"))


def test_an_endpoint_without_anything_recorded_has_a_page_that_says_so(fleet, ada):
    rows.endpoint(fleet["growth"], "empty", {})
    assert "no attempt in this range" in text(ada, "/w/mlw-growth/e/empty/timeline")


def test_a_split_is_told_from_the_first_look_on_and_not_for_the_days_before(end):
    Endpoint.objects.filter(id=end.id).update(first_seen_at=rows.minutes(300))
    end.refresh_from_db()
    page = board(end, range="7d")
    assert page.since < rows.minutes(300) and page.shares[0][0] == rows.minutes(300)


def test_a_log_with_a_seam_at_every_read_does_not_flood_the_page(end):
    log = Log.objects.get(attempt__deployment__name="green", attempt__number=2, container="inference-server")
    log.lines, log.gaps = 9000, [plain.dump(Gap(n, "No line of this read overlaps.")) for n in range(20, 9000, 20)]
    log.save()
    told = [row.event.text for row in board(end).rows if "gap" in row.event.text]
    assert len(told) == witness.SEAMS + 1 and "409\xa0earlier gaps in inference-server" in told
    assert "A gap before line 8,980 of inference-server" in told


def test_one_look_that_went_wrong_and_was_not_repeated_is_no_blind_stretch(end):
    kept = [Blind.objects.create(workspace=end.workspace, poll="endpoints", why="denied", since=rows.minutes(20),
                                 until=rows.minutes(20 - long)) for long in (1, 4)]
    told = [row.event for row in board(end, range="7d").rows if row.event.kinds == ("blind",)]
    assert [one.until for one in told if one.moment == rows.minutes(20)] == [kept[1].until]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,30}", fullmatch=True), st.integers(0, 100), max_size=6))
def test_a_split_is_read_back_as_the_recorder_wrote_it(shares):
    told = ", ".join(f"{name} {percent} %" for name, percent in sorted(shares.items()))
    assert dict(served.parsed(told)) == shares


def test_old_ones_are_not_mixed_with_what_is_asked_for(end, ada):
    rows.attempt(Attempt.objects.filter(deployment__name="green").first().deployment, "Failed", 9, began=60 * 24 * 9)
    assert "green, attempt 9<" not in text(ada, PATH + "?range=24h")
    assert "green, attempt 9<" in text(ada, PATH + "?range=30d")
    assert rows.NOW - timedelta(hours=24) == board(end, range="24h").since - timedelta(seconds=1)


def test_weeks_of_quiet_before_the_newest_attempts_stand_behind_a_link(end, ada):
    page = board(end)
    assert {(one.deployment, one.number) for one in page.attempts} == {("green", 2)} and page.older == page.since
    assert rows.NOW - page.since < timedelta(hours=3)
    assert "What happened before" in text(ada)
    everything = board(end, range="30d")
    assert {(one.deployment, one.number) for one in everything.attempts} == {("blue", 1), ("green", 1), ("green", 2)}
    assert lanes.figure(page, rows.NOW)["rows"] <= lanes.figure(everything, rows.NOW)["rows"]


def test_a_failure_that_stands_and_an_attempt_that_goes_on_are_never_too_long_ago(end):
    blue = Deployment.objects.get(endpoint=end, name="blue")
    for state in ("Failed", "Updating"):
        Attempt.objects.filter(deployment=blue).update(state=state)
        assert ("blue", 1) in {(one.deployment, one.number) for one in board(end).attempts}
