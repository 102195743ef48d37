"""Silent trouble from the emulator's Azure to the incident: each is one, with its slug, and ends when all is well."""
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from tests.through import through
from troubleshoot import clock
from troubleshoot.models import Incident

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def way():
    with through(7) as found:
        found.look(rounds=1)
        found.start = clock.now()
        yield found


def place_of(way, story):
    """Where a story is played, also one that nothing failed in."""
    end = next(one for one in way.server.stage.world.fleet.endpoints if one.story == story)
    space = end.workspace
    return {"subscription": space.subscription, "group": space.group, "workspace": space.name, "endpoint": end.name}


def look_at(way, place, minute, healthy=False):
    """Let the world come to a minute after the start, and look at the workspace of a place."""
    way.advance(minute - (clock.now() - way.start) / timedelta(minutes=1))
    way.look(place=place, healthy=healthy)


def incidents(place, **fields):
    """The incidents of the endpoint of a place, as the slug of each and whether it is open, oldest first."""
    rows = Incident.objects.filter(endpoint__name=place["endpoint"], **fields).order_by("id")
    return [(one.cause, one.resolved_at is None) for one in rows]


def of_workspace(place):
    """The incidents of a workspace itself."""
    rows = Incident.objects.filter(workspace__name=place["workspace"], endpoint=None, family="",
                                   workspace__subscription=place["subscription"]).order_by("id")
    return [(one.cause, one.resolved_at is None) for one in rows]


def ends_of(way, place, until):
    """When the attempts of the newest deployment of an endpoint end, in minutes after the start."""
    at = quote((way.start + timedelta(minutes=until)).isoformat())
    found = [one for one in way.ask(f"book?logs=0&at={at}")["attempts"] if one["kind"] == "create" and one["ended"]
             and (one["place"]["endpoint"], one["place"]["deployment"]) == (place["endpoint"], "green")]
    return [(datetime.fromisoformat(one["ended"]) - way.start) / timedelta(minutes=1) for one in found]


def test_an_endpoint_without_traffic_to_what_is_ready_is_an_incident_until_it_has_traffic(way):
    place = place_of(way, "traffic_away")
    look_at(way, place, 1)
    look_at(way, place, 9)
    assert incidents(place) == []
    look_at(way, place, 26)
    assert incidents(place) == [("ready_without_traffic", True)]
    look_at(way, place, 200)
    assert incidents(place) == [("ready_without_traffic", True)]
    one = Incident.objects.get(cause="ready_without_traffic", endpoint__name=place["endpoint"])
    assert timedelta(minutes=6) < one.opened_at - way.start < timedelta(minutes=10) and one.silent
    look_at(way, place, 303)
    assert incidents(place) == [("ready_without_traffic", False)]
    one.refresh_from_db()
    assert timedelta(minutes=299) < one.resolved_at - way.start < timedelta(minutes=304)


def test_what_became_ready_after_a_reported_failure_and_gets_no_traffic_is_an_incident_until_it_does(way):
    place = place_of(way, "left_behind")
    look_at(way, place, 6.5)
    look_at(way, place, 9)
    assert incidents(place, silent=False)[0][1]
    look_at(way, place, 14)
    assert [one for one in incidents(place) if one[1]] == []
    look_at(way, place, 30)
    assert [one for one in incidents(place) if one[1]] == [("late_success", True)]
    look_at(way, place, 215)
    assert [one for one in incidents(place) if one[1]] == [] and incidents(place)[-1] == ("late_success", False)


def test_a_creation_beyond_its_own_history_is_an_incident_until_it_ends(way):
    place = place_of(way, "slow_creation")
    look_at(way, place, 1)
    *usual, last = ends_of(way, place, 300)
    assert len(usual) == 6
    for end in usual:
        look_at(way, place, end - 1)
        look_at(way, place, end + 1.5)
        look_at(way, place, end + 4)
    assert incidents(place) == []
    look_at(way, place, usual[-1] + 9)
    assert incidents(place) == []
    look_at(way, place, usual[-1] + 30)
    assert incidents(place) == [("slow", True)]
    assert "is usual" in Incident.objects.get(cause="slow", endpoint__name=place["endpoint"]).title
    look_at(way, place, last + 1.5)
    assert incidents(place) == [("slow", False)]


def test_a_workspace_whose_logs_may_not_be_read_is_an_incident_until_they_can(way):
    place = place_of(way, "logs_refused")
    for minute in (1, 30, 70):
        look_at(way, place, minute, healthy=True)
    assert of_workspace(place) == [("logs_unreadable", True)]
    for minute in (242, 300):
        look_at(way, place, minute, healthy=True)
    assert of_workspace(place) == [("logs_unreadable", False)]
    assert incidents(place) == []


def test_a_workspace_that_answers_no_more_is_an_incident_until_it_does(way):
    place = place_of(way, "no_answer")
    look_at(way, place, 39)
    assert of_workspace(place) == []
    for minute in (41, 43, 45, 50, 60, 70):
        look_at(way, place, minute)
    assert of_workspace(place) == [("stale", True)]
    for minute in (101, 120):
        look_at(way, place, minute)
    assert of_workspace(place) == [("stale", False)]
    assert incidents(place) == []
