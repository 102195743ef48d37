"""What Triage counts, and since when it says that something is wrong."""
import pytest

from tests.conftest import person
from tests.dashboard import rows
from tests.dashboard.test_triage_list import plain
from troubleshoot.boards import handed_over, spaces, triage
from troubleshoot.boards.incidents import Asked
from troubleshoot.models import Incident, Workspace

pytestmark = pytest.mark.postgres


def board(number=0):
    seen = Workspace.objects.all()
    return triage.board(seen, spaces.read(seen, rows.NOW), person("max", sees_all=True), Asked(), rows.NOW, number)


def test_a_request_that_was_refused_for_an_endpoint_that_never_was_makes_no_endpoint_less_healthy(db, held_clock):
    space = rows.workspace("mlw-growth")
    for name in ("one", "two"):
        rows.attempt(rows.deployment(rows.endpoint(space, name, {"blue": 100}), "blue"), "Succeeded")
    never = rows.deployment(rows.endpoint(space, "never", gone_at=rows.NOW), "blue", "", refused=True)
    rows.verdict(rows.attempt(never, "Refused", took=0))
    rows.follow()
    assert Incident.objects.filter(resolved_at=None).count() == 1
    assert board().healthy == "2 of 2\xa0endpoints are healthy"


def test_what_came_back_is_wrong_since_then_and_not_since_it_was_wrong_before(fleet, ada):
    rows.follow()
    one = Incident.objects.filter(resolved_at=None, silent=False).latest("id")
    Incident.objects.filter(id=one.id).update(opened_at=rows.minutes(6000), regressed_at=rows.minutes(12))
    text = plain(ada, f"/i/{one.id}")
    facts = {fact.name: fact for fact in board(one.id).detail.facts}
    assert facts["Since"].since.age == "12\xa0min" and "4 d" not in text
    one.refresh_from_db()
    one.resolved_at = rows.minutes(2)
    assert handed_over.lasted(one) == "10\xa0min"


@pytest.mark.parametrize(("weight", "said"), [(100, "Not known"), (None, "Not known"), (0, "Not affected")])
def test_a_long_update_says_nothing_of_the_traffic_that_its_deployment_has(db, held_clock, weight, said):
    end = rows.endpoint(rows.workspace("mlw-growth"), "demand", {"blue": 100, "green": 0})
    rows.attempt(rows.deployment(end, "blue", "Updating", weight=weight, ready_once=True), "Updating", began=120)
    rows.follow()
    facts = {fact.name: fact for fact in board(Incident.objects.get(cause="slow").id).detail.facts}
    assert facts["Production traffic"].value == said
