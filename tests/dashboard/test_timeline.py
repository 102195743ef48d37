"""The timeline of the attempt page: one account, as figure and as list, bounded, with its links."""
import json
import re
from html import unescape
from pathlib import Path

import pytest

from dashboard.plotted import at as axis_at
from tests.dashboard import rows
from troubleshoot.boards import attempt as boards
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import Event, Evidence, Finding, Stage, Verdict
from troubleshoot.diagnosis.recorded import Restart
from troubleshoot.models import Attempt, Blind, Change, Correction, Deployment, LogRead, Watch
from troubleshoot.models import Verdict as VerdictRow

GREEN = "/w/mlw-growth/e/churn-scorer/d/green/"


def figure(client, path=GREEN):
    found = re.search(r'<script id="stages-figure" type="application/json">(.*?)</script>',
                      client.get(path).content.decode())
    return json.loads(found[1])


def listed(client, path=GREEN):
    """(time, text, address) of each entry of the list."""
    page = client.get(path).content.decode()
    part = re.search(r'<ol class="evs">(.*?)</ol>', page, re.S)[1]
    found = re.findall(
        r'<li>(?:<time datetime="([^"]*)"[^>]*>.*?</time>|<span class="none">no time</span>)<svg.*?</svg>'
        r'<div>(?:<a href="([^"]*)">)?(.*?)(?:</a>)?(?: <small>.*?</small>)?</div></li>', part)
    return [(at, unescape(text), unescape(link)) for at, link, text in found]


@pytest.fixture
def busy(fleet, ada):
    """green with something on every lane."""
    row = fleet["failed"]
    found = VerdictRow.objects.get(attempt=row)
    whole = plain.load(Verdict, found.data)
    starts = (Restart("inference-server", 1, 1, rows.minutes(78)), Restart("inference-server", 2, 9, rows.minutes(74)),
              Restart("storage-initializer", 1, 1))
    found.data = plain.dump(Verdict(whole.findings, whole.stages, restarts=starts))
    found.save()
    end, green = row.endpoint, row.deployment
    for at, field, before, after, own in (
            (84, "traffic", "blue 90 %, green 10 %", "blue 100 %, green 0 %", None),
            (83, "environment", "churn-env:6", "churn-env:7", green), (60, "deletion asked by", "", "ann", green),
            (79, "state", "Creating", "Updating", green), (70, "state", "Succeeded", "Updating", None)):
        Change.objects.create(endpoint=end, deployment=own, at=rows.minutes(at), field=field, before=before,
                              after=after)
    Blind.objects.create(workspace=end.workspace, poll="endpoints", since=rows.minutes(82), until=rows.minutes(71))
    Blind.objects.create(workspace=end.workspace, attempt=row, poll="logs", container="inference-server",
                         since=rows.minutes(81), until=rows.minutes(70))
    for at, until, said in ((84, 67, "withheld"), (66, 60, "logs")):
        LogRead.objects.create(log=row.logs.get(container="inference-server"), at=rows.minutes(at), answer_class=said,
                               last_at=rows.minutes(until), times=9)
    Correction.objects.create(attempt=row, person_id=ada.session["_auth_user_id"], at=rows.minutes(2), note="<b>me")
    return row


def test_every_lane_has_its_events_and_they_stand_in_one_order(busy, ada):
    lanes = {one.lane for one in boards.page(Attempt.objects.get(id=busy.id), rows.NOW).entries}
    assert lanes == {"Operation", "Stages", "Restarts", "Container events", "Evidence", "Logs", "Changes", "People",
                     "Not seen"}
    times = [at for at, _, _ in listed(ada) if at]
    assert times == sorted(times) and len(listed(ada)) > 20


def test_the_figure_and_the_list_hold_the_same_events_but_for_those_long_after_the_end_which_it_counts(busy, ada):
    board, drawn = boards.page(Attempt.objects.get(id=busy.id), rows.NOW), figure(ada)
    assert [text for _, text, _ in listed(ada)] == [one.text for one in board.entries]
    marks = {(one["name"], unescape(text)) for one in drawn["data"] if "hovertext" in one for text in one["hovertext"]}
    bars = {one["y"][0] for one in drawn["data"] if "hovertext" not in one}
    edge, told = drawn["layout"]["xaxis"]["range"][1], [one["text"] for one in drawn["layout"]["annotations"]]
    later = [one for one in board.entries if one.moment and axis_at(one.moment) > edge]
    timed = [one for one in board.entries if one.moment and one not in later]
    assert [one.text for one in later] == ["ada named the cause: none of ours"] and "1 later, in the list" in told
    assert marks == {(one.stage or one.lane, one.text[:120]) for one in timed if one.stage not in bars}
    assert bars == {one.stage for one in timed if one.stage} - {lane for lane, _ in marks}
    assert set(drawn["layout"]["yaxis"]["categoryarray"]) == bars | {lane for lane, _ in marks}


def test_moments_in_the_figure_are_those_of_the_list(busy, ada):
    drawn = [at.replace(" ", "T") + "Z" for one in figure(ada)["data"] if one["type"] == "scatter" for at in one["x"]]
    assert set(drawn) <= {at for at, _, _ in listed(ada)}


def test_entries_lead_to_their_line_or_their_tab(busy, ada):
    found = {text: link for _, text, link in listed(ada)}
    number = busy.number
    assert found["inference-server started, 2nd time"] == f"{GREEN}a/{number}/logs/inference-server?line=9#L9"
    assert found["ModuleNotFoundError: No module named 'lightgbm'"].endswith("?line=12#L12")
    assert found["Azure withheld the log of inference-server"] == f"{GREEN}a/{number}?log=inference-server#logs"


def test_a_log_that_a_deletion_withheld_again_was_not_withheld_all_the_time_between(busy):
    log = busy.logs.get(container="inference-server")
    LogRead.objects.create(log=log, at=rows.minutes(9), last_at=rows.minutes(5), answer_class="withheld")
    page = boards.page(Attempt.objects.get(id=busy.id), rows.NOW)
    told = next(one for one in page.entries if one.text.startswith("Azure withheld the log of inference-server"))
    assert (told.moment, told.until) == (rows.minutes(84), rows.minutes(66)) and "18" in told.small


def test_what_carries_no_time_is_in_the_list_and_says_so(busy, ada):
    assert listed(ada)[-1][:2] == ("", "storage-initializer started")


def test_changes_name_both_values_and_whose_they_are(busy, ada):
    page = ada.get(GREEN).content.decode()
    assert "Traffic split of the endpoint changed" in page
    assert "<small>blue 90 %, green 10 % to blue 100 %, green 0 %</small>" in page
    assert "Environment of green changed" in page and "<small>churn-env:6 to churn-env:7</small>" in page
    assert "ann asked for the deletion of green" in page and "Azure lists green as Updating" in page


def test_the_same_blindness_of_several_watches_is_one_row_in_words(busy, ada):
    (only,) = [text for _, text, _ in listed(ada) if text.startswith("We ")]
    assert only == "We did not look from 01:48 to 02:00: nothing polled"
    assert "not seen: states, the log of inference-server" in ada.get(GREEN).content.decode()


@pytest.mark.parametrize(("why", "said"), [
    ("denied", "We could not look from 01:48 to 01:59: Azure refused (denied)"),
    ("throttled", "We could not look from 01:48 to 01:59: Azure asked us to wait (throttled)"),
    ("parked", "We did not look from 01:48 to 01:59: the poll was parked after it had died four times")])
def test_why_nobody_looked_is_said(fleet, ada, why, said):
    Blind.objects.create(workspace=fleet["growth"], poll="endpoints", since=rows.minutes(82), until=rows.minutes(71),
                         why=why)
    assert said in [text for _, text, _ in listed(ada)]


def test_a_stretch_that_lasts_until_now_is_said_to(fleet, ada):
    def told(path=GREEN):
        return [text for _, text, _ in listed(ada, path) if text.startswith("We ")]
    watch = Watch.objects.filter(poll="endpoints", workspace=fleet["growth"])
    assert told() == []
    watch.update(ok_at=rows.minutes(20))
    assert told() == ["We have not looked since 02:50: nothing polled"]
    Blind.objects.create(workspace=fleet["growth"], poll="endpoints", since=rows.minutes(20), until=rows.minutes(5),
                         why="denied")
    assert told() == ["We could not look since 02:50: Azure refused (denied)"]
    assert told(GREEN + "a/1") == []


def test_blindness_of_a_few_seconds_of_another_time_and_of_another_attempt_is_not_told(fleet, ada):
    row, space = fleet["failed"], fleet["growth"]
    other = row.deployment.attempts.get(number=1)
    for since, until, about in ((82, 81, None), (400, 300, None), (82, 60, other)):
        Blind.objects.create(workspace=space, poll="logs" if about else "endpoints", attempt=about,
                             since=rows.minutes(since), until=rows.minutes(until))
    assert not [text for _, text, _ in listed(ada) if text.startswith("We ")]


def test_thousands_of_events_are_bounded_and_counted(fleet, ada):
    events = [Event(f"Odd{n}", "", "Warning", rows.minutes(80 - n / 100)) for n in range(3000)]
    Attempt.objects.filter(id=fleet["failed"].id).update(events=[plain.dump(one) for one in events])
    found = [text for _, text, _ in listed(ada)]
    assert len(found) < 120 and "Odd0" in found and "Odd2999" in found
    assert "2,920 more entries like those before and behind are left out here" in found


def test_hostile_names_and_texts_are_text_in_the_list_and_in_the_figure(fleet, ada):
    evil = "<img src=x onerror=alert(1)>%{customdata}"
    row = fleet["failed"]
    Attempt.objects.filter(id=row.id).update(caller=evil, events=[plain.dump(Event(evil, evil, at=rows.minutes(80)))])
    Change.objects.create(endpoint=row.endpoint, at=rows.minutes(80), field="traffic", before=evil, after=evil)
    page = ada.get(GREEN).content.decode()
    assert "<img" not in page
    texts = [text for one in figure(ada)["data"] if "hovertext" in one for text in one["hovertext"]]
    assert any("&lt;img" in text for text in texts) and not any("%{" in text or "<" in text for text in texts)


def test_a_late_success_has_the_dotted_line_where_azure_reported_a_failure(fleet, ada):
    row = fleet["failed"]
    Attempt.objects.filter(id=row.id).update(state="Succeeded")
    Change.objects.create(endpoint=row.endpoint, deployment=row.deployment, at=rows.minutes(60), field="state",
                          before="Failed", after="Succeeded")
    drawn = figure(ada)["layout"]
    assert [one["line"]["dash"] for one in drawn["shapes"]] == ["dot"]
    assert drawn["annotations"][0]["text"] == "Azure reported a failure"
    text = ada.get(GREEN).content.decode()
    assert "became ready after a reported failure" in text and "green became ready without a new operation" in text


def test_the_chip_of_a_late_success_says_that_a_failure_was_reported(fleet, ada):
    row = fleet["failed"]
    Attempt.objects.filter(id=row.id).update(state="Succeeded")
    assert '<span class="sr">Succeeded, after a reported failure</span>' in ada.get(GREEN).content.decode()


def test_every_lane_of_the_figure_has_a_short_name_and_a_height_in_the_style_sheet(busy, ada):
    drawn = figure(ada)["layout"]
    assert len(drawn["meta"]["short"]) == len(drawn["yaxis"]["categoryarray"])
    assert max(map(len, drawn["meta"]["short"])) <= 9
    text = "".join(one.read_text() for one in Path("static/css").glob("*.css"))
    for count in range(1, 17):
        assert f'.chart[data-rows="{count}"] {{ height: {62 + 30 * count}px' in text


def test_the_page_with_everything_on_it_keeps_to_twelve_queries(busy, ada, django_assert_max_num_queries):
    Deployment.objects.filter(name="green").update(weight=20)
    found = VerdictRow.objects.get(attempt=busy)
    whole = plain.load(Verdict, found.data)
    second = Finding("out_of_quota", "t", "Quota", "certain", "quota", (Evidence("operation error", "x", 1),))
    slow = Stage("Image pull", "passed", rows.minutes(90), rows.minutes(5))
    found.data = plain.dump(Verdict((*whole.findings, second), (*whole.stages[:2], slow, *whole.stages[3:]),
                                    restarts=whole.restarts))
    found.save()
    ada.get(GREEN)
    with django_assert_max_num_queries(12):
        page = ada.get(GREEN).content.decode()
    assert "A second failure is proved as well." in page
