"""The list of incidents: what is told together, what is filtered, what stands on which page, and who may see it."""
import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import person
from tests.dashboard import rows
from tests.dashboard.test_triage import hurt, names, see
from troubleshoot import inhand
from troubleshoot.boards import incidents, waves
from troubleshoot.boards.incidents import PAGE, WAVE, Asked, Tally
from troubleshoot.models import Incident, Person, SavedView

pytestmark = pytest.mark.postgres


def opened(space, count, cause="cause", title="It stopped", rank=2, began=60, **fields):
    """Open incidents of one cause on endpoints of their own, without attempts."""
    found = []
    for at in range(count):
        end = rows.endpoint(space, f"{cause or 'unknown'}-{rank}-{at}-{Incident.objects.count()}")
        found.append(Incident.objects.create(**({
            "subject": end.key, "workspace": space, "endpoint": end, "cause": cause, "title": title, "rank": rank,
            "worst": rank, "opened_at": rows.minutes(began + at), "last_at": rows.minutes(began), "seen_at": rows.NOW,
        } | fields)))
    return found


def plain(client, path="/triage"):
    """The page with plain blanks, of the incidents as they stand."""
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def listed(client, path="/triage"):
    """The numbers of the incidents on a page."""
    return [int(one) for one in re.findall(r'id="inc-(\d+)"', plain(client, path))]


@pytest.fixture
def ada_herself(ada):
    return Person.objects.get(username="ada")


def test_three_of_one_cause_are_told_once_with_how_many_and_where(fleet, ada):
    opened(fleet["risk"], 2)
    assert 'class="wave"' not in plain(ada)
    opened(fleet["growth"], 4, began=30)
    text = plain(ada)
    assert text.count('class="wave"') == 1 and ">6 incidents in 2 workspaces</a>" in text
    assert "Where it is: the oldest 4 of them" in text and "Show all 6 incidents" in text
    assert text.count('<span class="c">It stopped</span>') == 1
    alone = plain(ada, "/triage?cause=cause")
    assert 'class="wave"' not in alone and len(listed(ada, "/triage?cause=cause")) == 6
    assert "<h2 id=\"rank-2\"><span>No traffic affected</span><span>6</span></h2>" in alone


def test_what_differs_within_a_wave_stands_on_its_rows(fleet, ada):
    opened(fleet["risk"], 2, title="score.py imports a")
    opened(fleet["risk"], 1, title="score.py imports b")
    text = plain(ada)
    assert '<span class="c">score.py imports a</span>' in text and '<span class="c">score.py imports b</span>' in text


def test_causes_that_are_not_known_are_never_told_as_one(fleet, ada):
    opened(fleet["risk"], 5, cause="", title="Cause not known")
    assert 'class="wave"' not in plain(ada) and len(listed(ada)) == 5
    assert len(listed(ada, "/triage?cause=not-known")) == 5


def test_a_wave_of_one_rank_never_holds_incidents_of_another(fleet, ada):
    opened(fleet["risk"], 3, rank=0)
    opened(fleet["risk"], 2, rank=2)
    text = plain(ada)
    assert ">3 incidents in 1 workspace</a>" in text and text.index('id="rank-0"') < text.index('id="rank-2"')


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", "a", "b", "c"]), st.integers(0, 70)),
                unique_by=lambda one: one[:2]))
def test_every_incident_stands_on_exactly_one_page(given_):
    at = datetime(2026, 11, 23, tzinfo=rows.UTC)
    counted = [Tally(rank, cause, many, 0, 0, {"open": many}, 1, at + timedelta(minutes=rank), at, 1, 0)
               for rank, cause, many in given_ if many]
    found = incidents.fitting(counted, Asked())
    first = incidents.cut(found, Asked())
    pages = [incidents.cut(found, Asked(page=page)) for page in range(1, first.pages + 1)]
    told = [(one.rank, one.cause) for page in pages for one in page.waves]
    alone = [at for page in pages for at in range(*page.alone)]
    waves_ = [one for one in counted if one.cause and one.all >= WAVE]
    assert sorted(told) == sorted((one.rank, one.cause) for one in waves_)
    assert alone == list(range(sum(one.all for one in counted if one not in waves_)))
    assert all(len(page.waves) + len(range(*page.alone)) == PAGE for page in pages[:-1])
    assert first.total == sum(one.all for one in counted)


def test_older_ones_stand_behind_a_link_and_the_counts_are_of_all(fleet, ada):
    for at in range(90):
        opened(fleet["risk"], 1, cause=f"c{at}", began=1000 - at)
    first, second, third = (listed(ada, f"/triage?page={page}") for page in (1, 2, 3))
    assert [len(first), len(second), len(third)] == [40, 40, 10]
    assert len({*first, *second, *third}) == 90 and first == sorted(first)
    text = plain(ada)
    assert '<a href="/triage?page=2">Next 40</a>' in text and "<span>90</span></h2>" in text
    assert '<a href="/triage?page=3">Next 10</a>' in plain(ada, "/triage?page=2")
    assert "<h1>90 incidents, none touches production traffic</h1>" in text
    assert "this is the nearest" in plain(ada, "/triage?page=9") and listed(ada, "/triage?page=9") == third


@pytest.mark.parametrize("path", ["/triage", "/triage?q=cause&ws=mlw-risk", "/triage?state=mine", "/i/{}", "/i/{}?a=1"])
def test_the_page_costs_at_most_fourteen_queries_however_many_are_open(fleet, ada, path):
    hurt(fleet["risk"], "down", 90, sibling=True, began=9000)
    rows.follow()
    number = Incident.objects.get(deployment__name="green", resolved_at=None, endpoint__name="churn-scorer").id
    opened(fleet["risk"], 50)
    with CaptureQueriesContext(connection) as few:
        plain(ada, path.format(number))
    for at in range(150):
        opened(fleet["risk"], 1, cause=f"c{at % 60}", rank=at % 4, began=at)
    with CaptureQueriesContext(connection) as many:
        plain(ada, path.format(number))
    assert len(many) == len(few) <= 14


def test_filters_stand_in_the_address_with_the_counts_of_their_result(fleet, ada, ada_herself):
    one, two = opened(fleet["risk"], 2, rank=0)
    other = opened(fleet["growth"], 1, cause="other", title="Another thing")[0]
    inhand.take(two.id, ada_herself, rows.NOW)
    states = re.findall(r"(Open|Mine|Snoozed|Resolved) <span class=\"count\">(\d+)", plain(ada, "/triage?ws=mlw-risk"))
    assert states == [("Open", "2"), ("Mine", "1"), ("Snoozed", "0"), ("Resolved", "0")]
    assert 'href="/triage?state=mine&amp;ws=mlw-risk"' in plain(ada, "/triage?ws=mlw-risk")
    assert listed(ada, "/triage?state=mine") == [two.id]
    assert listed(ada, "/triage?rank=2") == listed(ada, "/triage?cause=other") == [other.id]
    assert listed(ada, "/triage?q=another") == listed(ada, f"/triage?q={other.id}") == [other.id]
    assert "1 fits, in mlw-growth. 2 are hidden. <a href=\"/triage?\">Clear filters</a>" in plain(
        ada, "/triage?ws=mlw-growth")
    nothing = plain(ada, "/triage?q=nothing-has-this")
    assert "3 are hidden" in nothing and "Clear filters" in nothing and not listed(ada, "/triage?q=nothing-has-this")
    assert "<h1>2 endpoints are failing production traffic</h1>" in nothing


@pytest.mark.parametrize("query", ["state=closed", "ws=not-there", "rank=7", "rank=x", "page=400"])
def test_a_wrong_value_gives_the_nearest_list_and_says_so(fleet, ada, query):
    one = opened(fleet["risk"], 1)[0]
    assert "this is the nearest" in plain(ada, f"/triage?{query}") and listed(ada, f"/triage?{query}") == [one.id]
    assert "this is the nearest" not in plain(ada)


def test_what_is_snoozed_leaves_the_list_but_not_the_sentence(fleet, ada, ada_herself):
    one, two = opened(fleet["risk"], 1, rank=0)[0], opened(fleet["growth"], 1, cause="other")[0]
    inhand.snooze(one.id, "time", ada_herself, rows.NOW, until=rows.minutes(-60))
    text = plain(ada)
    assert listed(ada) == [two.id] and 'class="count is-bad">1<' in text
    assert "<h1>1 endpoint is failing production traffic</h1>" in text
    assert "1 incident is snoozed, 1 of them with production traffic affected." in text
    assert listed(ada, "/triage?state=snoozed") == [one.id]
    assert "snoozed until 23 Nov 04:10 UTC" in plain(ada, "/triage?state=snoozed")


def test_what_came_back_or_is_acknowledged_says_so_on_its_row(fleet, ada, ada_herself):
    one = opened(fleet["risk"], 1, regressed_at=rows.minutes(5), times=3)[0]
    inhand.acknowledge(one.id, "planned", ada_herself, rows.NOW)
    row = re.search(rf'id="inc-{one.id}".*?</div>', plain(ada), re.S)[0]
    assert "came back" in row and "acknowledged" in row and "3 times" in row


def test_several_are_marked_and_worked_on_with_one_form(fleet, ada, ada_herself):
    found = opened(fleet["risk"], 2)
    text = plain(ada)
    for one in found:
        assert f'<input type="checkbox" name="i" value="{one.id}" form="bulk">' in text
    assert '<form id="bulk" action="/i/bulk" method="post"' in text
    answer = ada.post("/i/bulk", {"i": [one.id for one in found], "action": "take", "next": "/triage?ws=mlw-risk"})
    assert answer["Location"] == "/triage?ws=mlw-risk"
    assert set(Incident.objects.values_list("owner", flat=True)) == {ada_herself.id}


def test_an_incident_has_an_address_for_ever_and_strangers_find_nothing_there(fleet, ben):
    mine, other = opened(fleet["growth"], 1)[0], opened(fleet["risk"], 1)[0]
    Incident.objects.filter(id=mine.id).update(resolved_at=rows.minutes(9000), how="Ready again")
    text = plain(ben, f"/i/{mine.id}")
    assert f'rel="canonical" href="http://testserver/i/{mine.id}"' in text and ": Ready again</span>" in text
    assert f'rel="canonical" href="http://testserver/i/{mine.id}"' in plain(ben, f"/triage?sel={mine.id}")
    assert ben.get(f"/i/{other.id}").status_code == ben.get("/i/99999").status_code == 404
    assert other.endpoint.name not in plain(ben, f"/triage?sel={other.id}") + plain(ben, f"/triage?q={other.id}")
    assert "is not there, or not for you" in plain(ben, f"/triage?sel={other.id}")
    assert "none touches" not in plain(ben) and listed(ben) == []


def test_an_address_of_earlier_days_leads_to_the_incident(fleet, ada):
    rows.follow()
    one = Incident.objects.get(endpoint__name="churn-scorer", resolved_at=None)
    assert ada.get("/triage?sel=mlw-growth/churn-scorer/green")["Location"] == f"/i/{one.id}"
    assert "is not there, or not for you" in plain(ada, "/triage?sel=mlw-growth/churn-scorer/pink")


def test_an_incident_as_of_an_earlier_attempt_says_that_a_newer_one_failed(fleet, ada):
    one = hurt(fleet["risk"], "again", 100, began=200)
    rows.follow()
    row = rows.attempt(one.deployment, "Failed", 2, began=60)
    rows.verdict(row, rows.import_finding())
    rows.follow()
    old, new = Incident.objects.filter(endpoint__name="again").order_by("id")
    text = plain(ada, f"/i/{old.id}?a=1")
    assert "Attempt 2 came after it and failed to deploy" in text and "Open attempt 1<" in text
    assert "came after it" not in plain(ada, f"/i/{new.id}?a=2")
    assert "Open attempt 2<" in plain(ada, f"/i/{new.id}?a=77")


def test_a_strip_tells_openings_by_day_and_leaves_out_days_before_the_first_look(fleet, ada):
    opened(fleet["risk"], 3, began=60)
    opened(fleet["risk"], 1, began=60 * 24 * 2)
    found = waves.strips(incidents.Workspace.objects.all(), {"cause", "never"}, rows.minutes(60 * 24 * 5), rows.NOW)
    assert found["cause"].words.replace("\xa0", " ") == \
        "4 openings on 2 days of 18 Nov to 23 Nov, not watched before, most on 23 Nov: 3"
    assert [(bar.x, bar.height) for bar in found["cause"].bars] == [(100, 5), (108, 16)]
    assert found["cause"].since == 4 * 22 and not found["never"].bars
    assert "of the last 28 days" in waves.strips(
        incidents.Workspace.objects.all(), {"cause"}, rows.minutes(60 * 24 * 50), rows.NOW)["cause"].words
    assert 'role="img" aria-label="4 openings on 2 days' in plain(ada)


def test_a_view_is_saved_under_a_clean_name_listed_and_deleted(fleet, ada, ada_herself):
    ada.post("/views/save", {"name": " Mine\u202e in\n risk ", "query": "state=mine&ws=mlw-risk&page=3&next=//evil"})
    view = SavedView.objects.get()
    assert (view.person, view.page, view.name, view.query) == (
        ada_herself, "triage", "Mine in risk", "state=mine&ws=mlw-risk")
    assert '<a class="chip" href="/triage?state=mine&amp;ws=mlw-risk">Mine in risk</a>' in plain(ada)
    assert 'ws=mlw-risk" aria-current="true">Mine in risk</a>' in plain(ada, "/triage?ws=mlw-risk&state=mine")
    ada.post("/views/save", {"name": "Mine in risk", "query": "rank=0"})
    assert SavedView.objects.get().query == "rank=0"
    other = SavedView.objects.create(person=person("maya"), page="triage", name="Hers", query="")
    ada.post("/views/delete", {"view": other.id, "query": ""})
    assert ada.post("/views/delete", {"view": view.id, "query": "ws=mlw-risk"})["Location"] == "/triage?ws=mlw-risk"
    assert list(SavedView.objects.all()) == [other] and "Hers" not in plain(ada)


def test_a_person_keeps_at_most_twenty_views_and_none_without_a_name(fleet, ada):
    for at in range(21):
        ada.post("/views/save", {"name": f"view {at}", "query": ""})
    assert SavedView.objects.count() == 20
    assert "20 are kept, delete one first" in plain(ada)
    ada.post("/views/save", {"name": "view 3", "query": "state=mine"})
    assert SavedView.objects.get(name="view 3").query == "state=mine"
    ada.post("/views/save", {"name": " \n", "query": ""})
    assert "give it a name" in plain(ada) and ada.get("/views/save").status_code == 405


def test_a_workspace_whose_logs_may_not_be_read_says_what_to_grant(fleet, ada):
    said = ("The client 'app' with object id '11111111-2222-3333-4444-555555555555' does not have authorization to "
            "perform action 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs/action'")
    rows.Watch.objects.create(poll="logs", key="x", lane="x", subscription=rows.SUB, workspace=fleet["risk"],
                              due_at=rows.NOW, trouble="denied", said=said, tried_at=rows.NOW, failures=3)
    one = Incident.objects.create(
        subject=fleet["risk"].key, workspace=fleet["risk"], cause="logs_unreadable", silent=True, rank=2, worst=2,
        title="Logs cannot be read", opened_at=rows.minutes(60), last_at=rows.minutes(60), seen_at=rows.NOW)
    text = plain(ada, f"/i/{one.id}")
    assert "Grant the missing action" in text
    assert "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs/action" in text
    assert "az role assignment create" in text and "Azure refused the last two requests for logs." in text


def test_a_workspace_that_is_not_polled_says_whom_to_tell_and_is_never_called_well(fleet, ada):
    rows.Watch.objects.filter(workspace=fleet["risk"]).update(trouble="unreachable", said="timed out")
    one = Incident.objects.create(
        subject=fleet["risk"].key, workspace=fleet["risk"], cause="stale", silent=True, rank=1, worst=1,
        title="Our own data is old", opened_at=rows.minutes(60), last_at=rows.minutes(60), seen_at=rows.NOW)
    text = plain(ada, f"/i/{one.id}")
    assert "Tell whoever runs this app" in text and "unreachable, timed out" in text
    assert "<h1>Whether traffic is served is not known in 1 workspace</h1>" in text


def test_what_failed_for_one_cause_and_goes_on_for_another_is_not_called_resolved(fleet, ada):
    rows.follow()
    assert Incident.objects.filter(endpoint__name="churn-scorer").exclude(resolved_at=None).exists()
    assert names(ada) == ["churn-scorer"] and "Resolved in the last 24 hours" not in see(ada)


def test_what_went_on_as_another_incident_is_never_called_over(fleet, ada):
    one, other = opened(fleet["growth"], 2)[:2]
    Incident.objects.filter(id=one.id).update(resolved_at=rows.minutes(5), how="It goes on", onward=other)
    text = plain(ada, f"/i/{one.id}")
    assert "It went on as another." in text and f'href="/i/{other.id}"' in text and ">Over<" not in text
    assert f"Went on as incident {other.id}" in plain(ada, f"/i/{one.id}/timeline")
    said = f"Goes on as incident {other.id}, which has the cause that is told now"
    Incident.objects.filter(id=one.id).update(how=said, onward=None, resolved_by=Person.objects.get(username="ada"))
    assert ">Over<" in plain(ada, f"/i/{one.id}"), "what a person wrote is not read"


def test_before_the_first_poll_no_number_of_healthy_endpoints_is_told(fleet, ada):
    rows.Watch.objects.update(ok_at=None)
    text = see(ada, "/triage")
    assert re.search(r"\d endpoints? (is|are) not polled yet\.", text) and "healthy" not in text
