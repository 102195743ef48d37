"""What failed every few minutes for weeks has a history of thousands: its pages stay as small as any other."""
import pytest

from tests.dashboard.rows import NOW
from troubleshoot import incidents, inhand
from troubleshoot.boards.inhand import MOST_DEEDS
from troubleshoot.models import Incident, IncidentEvent, Person

pytestmark = pytest.mark.postgres


def test_of_a_long_history_the_newest_is_shown_and_that_there_is_more_is_said(fleet, ada):
    incidents.follow(fleet["failed"].endpoint_id)
    one, who = Incident.objects.get(resolved_at=None), Person.objects.get(username="ada")
    IncidentEvent.objects.bulk_create(
        IncidentEvent(incident=one, at=NOW, what="joined", text=f"Attempt {number} failed") for number in range(3000))
    inhand.take(one.id, who, NOW)
    page = ada.get(f"/i/{one.id}/timeline").content.decode()
    assert "You have it" in page and "ada took it" in page
    assert "Attempt 2999 failed" in page and "Attempt 2000 failed" not in page
    assert page.count("It failed again") <= 2 * MOST_DEEDS and len(page) < 1_000_000  # in the list and in the figure
    assert "More happened in this time than one page holds" in page
    assert inhand.undo(one.events.get(what="took"), who, NOW).words == "Undone."
