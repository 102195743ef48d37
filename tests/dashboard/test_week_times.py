"""The times of a week count from Failed by Azure's own times, and what failed is told by the incident that holds it."""
import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard import rows
from tests.dashboard.weekly import HOUR, W47, W48, at, board, fact, incident, text, took, tried, words
from troubleshoot import history, incidents, ranks
from troubleshoot.boards import week_rows
from troubleshoot.models import Attempt, Endpoint, Incident, Person, Verdict

pytestmark = pytest.mark.postgres


def test_times_count_from_failed_and_say_how_many_they_rest_on(green):
    first = tried(green, "Failed", at(17), 1, took=20, cause="missing_package")
    taken = first.ended + timedelta(minutes=9)
    incident(first, cause="missing_package", ended=first.ended + HOUR, first_taken_at=taken)
    second = tried(green, "Failed", at(18), 2, took=40, cause="out-of-quota")
    incident(second, cause="out-of-quota")
    before = tried(green, "Failed", at(10), 3, took=30)
    incident(before, cause="", ended=before.ended + 2 * HOUR)
    tried(green, "Succeeded", at(19), 4, took=8)
    page = board(green.endpoint.workspace)
    assert took(page, "Start to ready") == ("8 min", "8 min", "", "1 attempt")
    assert took(page, "Start to failed") == ("30 min", "40 min", "30 min", "2 attempts")
    assert took(page, "Failed to cause shown") == ("12 s", "12 s", "", "2 attempts")
    assert took(page, "Failed to taken") == ("9 min", "9 min", "", "1 of 2 incidents")
    assert took(page, "Failed to resolved") == ("60 min", "60 min", "2 h 00 min", "1 of 2 incidents")
    assert fact(page, "Failed to resolved") == ("60 min", "median of 1; longest 60 min")
    assert fact(page, "Waited for failures") == ("60 min", "sum of 2 failed attempts")


def test_a_time_that_azure_did_not_tell_is_counted_by_nobody(green):
    row = tried(green, "Failed", at(17), 1, cause="missing_package")
    incident(row, cause="missing_package", first_seen=True, ended=row.ended + HOUR)
    Attempt.objects.update(ended=None)
    Verdict.objects.update(earlier=[{"cause": "x"}])
    page = board(green.endpoint.workspace)
    for name in ("Start to failed", "Failed to cause shown", "Failed to taken", "Failed to resolved"):
        assert took(page, name)[0] == "" and took(page, name)[3].startswith("0 of 1"), name
    assert fact(page, "Waited for failures")[0] == "Not known"


def test_an_incident_that_came_back_counts_from_each_failure(green):
    row = tried(green, "Failed", at(10), 1, cause="missing_package")
    one = incident(row, cause="missing_package", ended=row.ended + HOUR)
    again = tried(green, "Failed", at(17), 2, cause="missing_package")
    Incident.objects.filter(id=one.id).update(
        regressed_at=again.ended, resolved_at=again.ended + 3 * HOUR, last=again, last_number=2)
    history.tell(one, "regressed", again.ended, attempt=again)
    history.tell(one, "ended", again.ended + 3 * HOUR)
    page = board(green.endpoint.workspace)
    assert took(page, "Failed to resolved") == ("3 h 00 min", "3 h 00 min", "60 min", "1 incident")
    assert [(row.incident, row.attempts, row.resolved.replace("\xa0", " ")) for row in page.failed] == [
        (one.id, 1, "3 h 00 min: ready again")]


def test_an_incident_that_comes_back_in_one_week_is_two_openings_of_it(green):
    for number, (state, ago) in enumerate((("Failed", 180), ("Succeeded", 150), ("Failed", 120), ("Succeeded", 60)), 1):
        tried(green, state, rows.minutes(ago), number, cause="missing_package")
        green.state = state
        green.save(update_fields=["state"])
        incidents.follow(green.endpoint_id)
    one = Incident.objects.get(silent=False)
    page = board(green.endpoint.workspace, W48)
    assert took(page, "Failed to resolved") == ("45 min", "60 min", "", "2 openings")
    assert [(row.incident, row.attempts, row.resolved.startswith("60\u00a0min")) for row in page.failed] == [
        (one.id, 2, True)]


def test_production_traffic_is_counted_once_and_what_is_not_known_is_said(green):
    row = tried(green, "Failed", at(17), 1)
    for cause, start, hours, rank in (("a", 0, 2, ranks.AFFECTED), ("b", 1, 2, ranks.AFFECTED),
                                      ("c", 2, 3, ranks.NOT_KNOWN)):
        incident(row, at(17, start), at(17, start + hours), cause, rank=rank)
    page = board(green.endpoint.workspace)
    assert fact(page, "Production traffic affected") == (
        "3 h 00 min", "time in which at least one incident did; not known for 2 h 00 min more")
    Incident.objects.filter(rank=ranks.AFFECTED).delete()
    assert fact(board(green.endpoint.workspace), "Production traffic affected") == (
        "Not known", "for 3 h 00 min; proved for none")
    Incident.objects.all().delete()
    assert fact(board(green.endpoint.workspace), "Production traffic affected")[0] == "0 min"


def test_traffic_that_was_shifted_away_is_affected_until_then_and_only_within_the_week(green):
    row = tried(green, "Failed", at(15, 22), 1)
    one = incident(row, at(15, 23), None, "a", rank=ranks.NOT_AFFECTED)
    history.tell(one, "rank", at(16, 2), before={"rank": ranks.AFFECTED}, after={"rank": ranks.NOT_AFFECTED})
    assert fact(board(green.endpoint.workspace), "Production traffic affected")[0] == "2 h 00 min"
    assert fact(board(green.endpoint.workspace, W47.on(-1)), "Production traffic affected")[0] == "60 min"


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=12))
def test_overlapping_stretches_are_counted_once(spans):
    made = [(rows.minutes(begin), rows.minutes(begin) + timedelta(minutes=long)) for begin, long in spans]
    covered = {minute for begin, long in spans for minute in range(-begin, -begin + long)}
    assert week_rows.length(week_rows.union(made)) == 60 * len(covered)


def test_what_failed_is_told_slowest_first_with_its_incident_its_attempt_and_who_had_it(green, client):
    who = Person.objects.create_user("maya", sees_all=True)
    first = tried(green, "Failed", at(17), 1, cause="missing_package")
    quick = incident(first, cause="missing_package", ended=first.ended + HOUR, owner=who)
    second = tried(green, "Failed", at(18), 2, cause="out-of-quota")
    still = incident(second, cause="out-of-quota")
    tried(green, "Failed", at(19), 3)
    client.force_login(who)
    html = text(client)
    table = words(html[html.index('id="f"'):])
    places = [table.index(word) for word in (f"incident {still.id}", f"incident {quick.id}", "Cause not known")]
    assert places == sorted(places)
    assert "2 incidents hold 2 failed attempts; 1 failed attempt is held by none" in table
    assert 'href="/w/mlw-growth/e/churn/d/green/a/2"' in html and "open for 4 days" in table and "maya" in table


def test_the_incidents_that_follow_the_attempts_hold_them(green, client):
    green.endpoint.traffic = {"green": 0}
    green.endpoint.save()
    for number in (1, 2):
        tried(green, "Failed", rows.minutes(200 - 50 * number), number, cause="missing_package")
    incidents.follow(green.endpoint_id)
    page = board(green.endpoint.workspace, W48)
    assert [(one.attempts, one.open) for one in page.failed] == [(2, True)] and page.failed[0].incident
    assert page.later is None and any("Not over yet" in one for one in page.meta)


def test_the_file_holds_every_row_and_nothing_in_it_is_run_as_a_formula(green, client):
    client.force_login(Person.objects.create_user("maya", sees_all=True))
    Endpoint.objects.filter(name="churn").update(name="=cmd|' /C calc'!A0")
    row = tried(green, "Failed", at(18), 1, cause="missing_package")
    incident(row, cause="missing_package", how="@SUM(1)", ended=row.ended + HOUR)
    Verdict.objects.filter(attempt=row).update(title="+1,\"2\"")
    answer = client.get("/w/mlw-growth/week/2026-W47.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and "mlw-growth-2026-W47-failed.csv" in answer[
        "Content-Disposition"]
    head, one = csv.reader(io.StringIO(answer.content.decode()))
    told = dict(zip(head, one, strict=True))
    assert told["Endpoint"] == "'=cmd|' /C calc'!A0" and told["Cause"] == "'+1,\"2\"" and told["How"] == "'@SUM(1)"
    assert told["Resolved after, seconds"] == "3600" and told["Failed attempts"] == "1"


def test_nobody_is_ranked(green, client):
    who = Person.objects.create_user("maya", sees_all=True)
    for number in (1, 2):
        row = tried(green, "Failed", at(17, number), number, cause=f"c{number}")
        incident(row, cause=f"c{number}", owner=who)
    client.force_login(who)
    main = text(client).split("<main")[1]
    assert words(main.split('id="f"')[0].split("</details>")[1]).count("maya") == 0
