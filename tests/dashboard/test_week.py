"""The week page: its sums agree, zero is counted and empty is not polled, and a wrong week is the nearest."""
import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import days
from tests.dashboard import rows
from tests.dashboard.weekly import HOUR, PATH, W47, W48, at, board, fact, incident, text, tried, words
from troubleshoot.boards import week_failed, week_text, weeks
from troubleshoot.boards.spaces import Space
from troubleshoot.models import Attempt, Blind, Endpoint, Incident, Person, Workspace
from troubleshoot.stakes import BAD

pytestmark = pytest.mark.postgres
QUERIES = 11
OUTCOMES = st.lists(st.tuples(
    st.integers(0, 14 * 24 * 60 - 1), st.sampled_from((*BAD, "Succeeded", "Creating", "Late")),
    st.sampled_from(("", "missing_package", "out-of-quota", "no-such-cause")), st.integers(0, 90)), max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(OUTCOMES)
def test_chart_facts_and_tables_count_the_same_attempts(green, outcomes):
    Attempt.objects.all().delete()
    Incident.objects.all().delete()
    for number, (minute, state, cause, lasted) in enumerate(outcomes, 1):
        began = W47.on(-1).begin + timedelta(minutes=minute)
        late = {"failed_at": began + HOUR} if state == "Late" else {}
        row = tried(green, "Succeeded" if late else state, began, number, lasted, cause, **late)
        if number % 2 and state == "Failed":
            incident(row, cause=f"{cause}{number}")
    page = board(green.endpoint.workspace)
    mine = [one for one in outcomes if one[0] >= 7 * 24 * 60]
    bad = [one for one in mine if one[1] in (*BAD, "Late")]
    assert page.attempts == len(mine)
    states = Counter(one[1] for one in mine)
    assert page.totals == (states["Succeeded"], len(bad), states["Creating"])
    assert sum(one.counts[-1] for one in page.causes) == sum(one.attempts for one in page.failed) == len(bad)
    assert sum(one.counts[-2] or 0 for one in page.causes) <= len(outcomes) - len(mine)
    assert not mine or fact(page, "Failed attempts")[0] == f"{len(bad)} of {len(mine)}"
    figure = days.figure(page)
    drawn = Counter({one["name"]: sum(one["y"]) for one in figure["data"]}) if figure else Counter()
    assert (drawn["ready"], drawn["failed"], drawn["no outcome yet"]) == page.totals
    rest = sum(int(one) for one in re.findall(r"(\d+) of", page.title)[:1])
    assert not bad or rest == len(bad)
    assert len(list(csv.reader(io.StringIO(week_failed.sheet(page.failed))))) == len(page.failed) + 1


def test_an_attempt_belongs_to_the_day_on_which_it_began_in_utc(green):
    tried(green, "Failed", at(15, 23, 59), 1, took=30)
    tried(green, "Succeeded", at(16, 0, 0), 2)
    tried(green, "Failed", at(22, 23, 59), 3, took=30)
    tried(green, "Failed", at(23, 0, 0), 4)
    page = board(green.endpoint.workspace)
    assert [(one.name, one.all) for one in page.days if one.all] == [("Mon 16", 1), ("Sun 22", 1)]
    assert fact(page, "Failed attempts") == ("1 of 2", "50 %; week before 1 of 1, 100 %")


def test_the_title_says_what_failed_and_for_how_many_weeks_its_cause_returned(green):
    for number in range(1, 5):
        tried(green, "Failed", at(18) - timedelta(days=7) * (4 - number), number, cause="missing_package")
    tried(green, "Succeeded", at(19), 9)
    page = board(green.endpoint.workspace)
    assert page.title.replace("\xa0", " ").startswith("1 of 2 attempts failed; returned for the fourth week: ")
    tried(green, "Failed", at(20), 10)
    assert "Cause not known" not in board(green.endpoint.workspace).title


@pytest.mark.parametrize(("outcome", "title"), [
    ("Succeeded", "1 attempt, none failed"), ("Failed", "1 of 1 attempt failed; no known cause returned"),
    ("", "No attempt in this week")])
def test_the_title_of_a_quiet_week_says_so(green, outcome, title):
    if outcome:
        tried(green, outcome, at(18), 1, cause="missing_package")
    assert board(green.endpoint.workspace).title.replace("\xa0", " ") == title


def test_zero_was_counted_and_a_week_in_which_nobody_looked_is_empty(green):
    space = green.endpoint.workspace
    tried(green, "Failed", at(18), 2, cause="missing_package")
    tried(green, "Failed", datetime(2026, 10, 13, tzinfo=UTC), 1, cause="missing_package")
    dark = weeks.of(at(4))
    Blind.objects.create(workspace=space, poll="endpoints", since=dark.begin, until=dark.end + HOUR)
    Blind.objects.create(workspace=space, poll="logs", since=at(9, 0), until=at(16, 0))
    [one] = board(space).causes
    assert one.counts == (1, 0, 0, None, 0, 1)
    Endpoint.objects.update(first_seen_at=datetime(2026, 10, 28, tzinfo=UTC))
    [one] = board(space).causes
    assert one.counts == (1, None, 0, None, 0, 1), "what is known of before is shown, what is not known is not zero"
    assert "Collected since 28 Oct 2026" in board(space).gaps[0].replace("\xa0", " ")


def test_a_week_that_is_dark_from_end_to_end_is_not_polled_and_a_day_less_is_counted(green):
    space = green.endpoint.workspace
    gap = Blind.objects.create(workspace=space, poll="endpoints", since=W47.begin - HOUR, until=W47.end + HOUR,
                               why="unreachable")
    page = board(space)
    assert page.title == "This workspace was not polled in this week"
    assert fact(page, "Failed attempts")[0] == fact(page, "Production traffic affected")[0] == "Not known"
    Blind.objects.filter(id=gap.id).update(since=W47.begin + timedelta(days=1))
    page = board(space)
    assert page.title == "No attempt in this week" and fact(page, "Failed attempts")[0] == "0 of 0"
    assert any("We " in one and "6\u00a0days" in one for one in page.gaps)


def test_a_workspace_that_is_gone_or_no_longer_polled_is_not_counted_as_zero_afterwards(green):
    space = green.endpoint.workspace
    stale = Space(space.id, "x", "x", "", "", "", "", 1, None, at(10), True, "", "")
    assert board(space, polled=stale).title == "This workspace was not polled in this week"
    assert "Not polled since 10 Nov 12:00:00 UTC." in " ".join(board(space, polled=stale).gaps).replace("\xa0", " ")
    Workspace.objects.update(gone_at=at(18))
    page = board(space)
    assert page.title == "No attempt in this week" and "Not polled since 18" in page.gaps[-1]
    assert board(space, W48).title == "This workspace was not polled in this week"


def test_a_cause_that_was_there_before_stands_above_one_that_is_new_and_what_is_not_known_is_a_row(green):
    for number in range(3):
        tried(green, "Failed", at(18, number), 10 + number, cause="out-of-quota")
    tried(green, "Failed", at(3), 1, cause="missing_package")
    tried(green, "Failed", at(19), 20, cause="missing_package")
    tried(green, "Failed", at(4), 2)
    tried(green, "Failed", at(20), 21)
    page = board(green.endpoint.workspace)
    assert {(one.counts[-1], one.since.replace("\xa0", " ")) for one in page.causes[:2]} == {(1, "3 Nov"), (1, "4 Nov")}
    assert [(one.counts[-1], one.since) for one in page.causes[2:]] == [(3, "new this week")]
    unknown = next(one for one in page.causes if one.title == "Cause not known")
    assert unknown.where == "Not known; no run of the next test is recorded" and not unknown.returned
    copy = rows.deployment(green.endpoint, "green-test", "Failed")
    tried(copy, "Succeeded", at(21), 1)
    unknown = next(one for one in board(green.endpoint.workspace).causes if one.title == "Cause not known")
    assert unknown.where == "Not known; next test was run for 1 of 1"


def test_a_refused_request_that_was_sent_again_had_its_next_test(green):
    tried(green, "Refused", at(18), 1)
    assert "no run" in board(green.endpoint.workspace).causes[0].where
    tried(green, "Succeeded", at(18, 14), 2)
    assert "run for 1 of 1" in board(green.endpoint.workspace).causes[0].where


def test_the_copied_text_has_the_figures_of_the_page_and_mentions_nobody(green, client):
    Endpoint.objects.filter(name="churn").update(name="<!here> @channel ```")
    row = tried(green, "Failed", at(18), 1, cause="missing_package")
    incident(row, cause="missing_package")
    page = board(green.endpoint.workspace)
    said = week_text.text(page, "http://testserver" + PATH)
    assert page.title in said.replace("  ", " ") or words(page.title) in said
    assert "Failed attempts: 1 of 1" in said and "- Wed 18: 0, 1, 0" in said and "http://testserver" + PATH in said
    assert "@channel" not in said and "<!here>" not in said and "```" not in said


@pytest.mark.parametrize(("path", "week"), [
    ("2026-W60", "2026-W48"), ("2031-W01", "2026-W48"), ("2025-W53", "2025-W52"), ("x~3Cscript~3E", "2026-W48"),
    ("1990-W01", "2015-W01"), ("2026-w47", "2026-W47")])
def test_a_wrong_week_is_the_nearest_one_with_a_note(ada, path, week):
    html = text(ada, f"/w/mlw-growth/week/{path}/")
    assert "the nearest is shown" in html and f'href="http://testserver/w/mlw-growth/week/{week}/"' in html
    assert "the nearest is shown" not in text(ada)


def test_the_short_address_leads_to_this_week(ada):
    assert ada.get("/w/mlw-growth/week/")["Location"] == "/w/mlw-growth/week/2026-W48/"
    assert "/w/mlw-growth/week/" in text(ada, "/w/mlw-growth/")


def test_strangers_find_no_week(eve, ben):
    for path in ("", "2026-W47/", "2026-W47.csv"):
        assert ben.get(f"/w/mlw-risk/week/{path}").status_code == 404


def test_the_page_costs_a_fixed_number_of_queries_whatever_happened(green, client, django_assert_num_queries):
    client.force_login(Person.objects.create_user("ada", sees_all=True))
    incident(tried(green, "Failed", at(16), 1))
    with django_assert_num_queries(QUERIES):
        text(client)
    for number in range(2, 40):
        row = tried(green, "Failed", at(16 + number % 6, number % 24), number, cause=f"cause-{number % 7}")
        incident(row, cause=f"x{number}", owner=Person.objects.create_user(f"person-{number}"))
    with django_assert_num_queries(QUERIES):
        html = text(client)
    assert html.count("<h1") == 1 and "39 of 39" in words(html)
