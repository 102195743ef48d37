"""Work on an incident by plain forms, and its page: what happened, who did what, and what whoever takes over needs."""
import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.conftest import PASSWORD, person
from tests.dashboard import rows
from tests.dashboard.rows import NOW
from tests.dashboard.test_attempt import words
from troubleshoot import clock, incidents, inhand, people, ranks
from troubleshoot.boards import inhand as boards
from troubleshoot.models import Access, Change, Channel, Incident, IncidentEvent, Notice, Person

pytestmark = pytest.mark.postgres
QUERIES, ALONE = 16, 9  # with an endpoint, and without; the session, the person and the frame are four of them
ACTIONS = ("take", "hand", "leave", "note", "ack", "snooze", "unsnooze", "resolve", "reopen", "serving", "ticket",
           "undo")


@pytest.fixture
def one(fleet):
    """The incident of the failed green of churn-scorer."""
    incidents.follow(fleet["failed"].endpoint_id)
    return Incident.objects.get(resolved_at=None)


@pytest.fixture
def noor(fleet):
    return person("noor", sees_all=True, first_name="Noor", last_name="Lind")


def alone(fleet, **fields):
    """An incident of a workspace."""
    return Incident.objects.create(**({
        "subject": fleet["growth"].key, "workspace": fleet["growth"], "cause": "logs-unreadable", "silent": True,
        "title": "Logs cannot be read", "rank": ranks.NOT_KNOWN, "worst": ranks.NOT_KNOWN, "opened_at": rows.minutes(9),
        "last_at": rows.minutes(9), "seen_at": rows.minutes(9)} | fields))


def press(client, one, action, follow=True, **form):
    return client.post(f"/i/{one.id}/{action}", form | {"next": f"/i/{one.id}/timeline"}, follow=follow)


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\u00a0", " ")


def test_the_page_says_what_is_wrong_since_when_and_that_nobody_has_it(one, ada):
    said = words(ada, f"/i/{one.id}/timeline")
    for part in ("churn-scorer / green: score.py imports lightgbm", "No traffic affected", "Open since 02:04 UTC",
                 "66 min", "Nobody has it", "Incident 2 opened"):
        assert part.replace("Incident 2", f"Incident {one.id}") in said


def test_taking_it_is_the_only_filled_button_and_none_is_filled_once_somebody_has_it(one, ada):
    page = ada.get(f"/i/{one.id}/timeline").content.decode()
    assert re.findall(r'<button class="btn pri"[^>]*>([^<]+)', page) == ["Take it"]
    press(ada, one, "take")
    page = ada.get(f"/i/{one.id}/timeline").content.decode()
    assert "btn pri" not in page and "You have it" in page


def test_an_action_goes_back_to_where_it_was_pressed_and_says_what_was_done(one, ada):
    answer = press(ada, one, "take")
    assert answer.redirect_chain == [(f"/i/{one.id}/timeline", 302)]
    assert "You have it now." in text(answer)
    assert "You have it already." in text(press(ada, one, "take"))


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1", ""])
def test_no_form_leads_to_a_foreign_page(one, ada, there):
    assert ada.post(f"/i/{one.id}/note", {"text": "a", "next": there})["Location"] == f"/i/{one.id}"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stranger_finds_no_incident_and_reading_changes_nothing(one, eve, action):
    assert eve.post(f"/i/{one.id}/{action}").status_code == 404
    assert eve.get(f"/i/{one.id}/{action}").status_code == 405
    assert not one.events.exclude(person=None).exists()


def test_a_stranger_finds_no_page_and_no_action_by_another_name(one, eve, fleet):
    assert eve.get(f"/i/{one.id}/timeline").status_code == 404
    assert eve.post(f"/i/{one.id}/delete").status_code == 404


def test_without_the_token_of_the_form_nothing_is_done(one, noor):
    client = Client(enforce_csrf_checks=True)
    client.login(username="noor", password=PASSWORD)
    assert client.post(f"/i/{one.id}/take").status_code == 403
    page = client.get(f"/i/{one.id}/timeline").content.decode()
    live, forms = page.split('<form id="signout"')
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', forms)[1]
    assert client.post(f"/i/{one.id}/take", {"csrfmiddlewaretoken": token}).status_code == 302
    assert "csrfmiddlewaretoken" not in live


def test_every_button_names_a_form_that_stands_on_the_page(one, ada):
    page = ada.get(f"/i/{one.id}/timeline").content.decode()
    named = set(re.findall(r' form="(do-[a-z]+)"', page))
    assert named and all(page.count(f'<form id="{name}" method="post"') == 1 for name in named)
    paths = set(re.findall(r'formaction="([^"]+)"', page))
    assert all(path.startswith(f"/i/{one.id}/") and path.rsplit("/", 1)[1] in ACTIONS for path in paths)


def test_a_fragment_that_did_not_change_is_not_sent_again(one, ada):
    first = ada.get(f"/i/{one.id}/timeline", headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "If-None-Match": first["ETag"]}
    assert ada.get(f"/i/{one.id}/timeline", headers=again).status_code == 304
    inhand.note(one.id, "look here", Person.objects.get(username="ada"), NOW)
    assert ada.get(f"/i/{one.id}/timeline", headers=again).status_code == 200


def test_what_somebody_took_meanwhile_is_asked_for_on_a_page_of_its_own(one, ada, noor):
    inhand.take(one.id, noor, rows.minutes(2))
    answer = press(ada, one, "take", seen="")
    assert answer.status_code == 409 and "Noor Lind has it, 2 min ago" in text(answer)
    assert Incident.objects.get(id=one.id).owner == noor
    assert f'name="seen" value="{noor.id}"' in answer.content.decode()
    press(ada, one, "take", seen=noor.id)
    assert Incident.objects.get(id=one.id).owner.username == "ada"


def test_handing_over_keeps_the_choice_and_the_words_through_the_question(one, ada, noor):
    third = person("third", sees_all=True)
    inhand.take(one.id, noor, NOW)
    page = press(ada, one, "hand", to=third.id, text="look at <b>blue</b>").content.decode()
    assert f'name="to" value="{third.id}"' in page and 'value="look at &lt;b&gt;blue&lt;/b&gt;"' in page
    press(ada, one, "hand", to=third.id, text="look at blue", seen=noor.id)
    assert Incident.objects.get(id=one.id).owner == third


def test_only_people_who_may_see_the_workspace_are_offered_and_taken(one, ada, noor, fleet):
    blind = person("blind")
    page = ada.get(f"/i/{one.id}/timeline").content.decode()
    assert f'<option value="{noor.id}">Noor Lind</option>' in page and "blind" not in page
    for to in (blind.id, 999999, "", "x"):
        assert "choose somebody who may see the workspace" in text(press(ada, one, "hand", to=to))
    assert "noor" not in [event.person and event.person.username for event in one.events.all()]


def test_a_note_is_text_and_never_markup_and_stands_in_the_list_and_the_hand_over(one, ada):
    press(ada, one, "note", text="<script>alert(1)</script> tried blue")
    page = ada.get(f"/i/{one.id}/timeline").content.decode()
    assert "<script>alert" not in page and page.count("&lt;script&gt;alert(1)&lt;/script&gt; tried blue") >= 2
    assert "ada noted" in words(ada, f"/i/{one.id}/timeline")


@pytest.mark.parametrize("form, kind, until", [
    ({"for": "1h"}, "time", timedelta(hours=1)), ({"for": "1d"}, "time", timedelta(days=1)),
    ({"for": "7d"}, "time", timedelta(days=7)), ({"for": "morning"}, "time", timedelta(hours=5, minutes=50)),
    ({"for": "until", "until": "2026-11-23T05:10"}, "time", timedelta(hours=2)),
    ({"for": "more", "more": "3"}, "more", None), ({"for": "attempt"}, "attempt", None),
    ({"for": "cause"}, "cause", None)])
def test_it_is_snoozed_for_a_time_a_count_an_attempt_or_a_cause(one, ada, form, kind, until):
    said = text(press(ada, one, "snooze", **form))
    one.refresh_from_db()
    assert (one.snooze, one.snooze_until) == (kind, until and NOW + until)
    assert "Snoozed until" in said and "by ada" in said and "End the snooze" in said
    press(ada, one, "unsnooze")
    assert "End the snooze" not in words(ada, f"/i/{one.id}/timeline")


@pytest.mark.parametrize("form", [
    {}, {"for": "ever"}, {"for": "until"}, {"for": "until", "until": "tomorrow"},
    {"for": "until", "until": "2020-01-01"}, {"for": "more", "more": "x"}, {"for": "more", "more": "9" * 400}])
def test_a_snooze_that_makes_no_sense_is_refused_in_words(one, ada, form):
    assert "It was not snoozed" in text(press(ada, one, "snooze", **form))


def test_nine_in_the_morning_is_the_next_one_that_is_not_just_about_to_be():
    assert boards.morning(NOW.replace(hour=7)).day == NOW.day
    assert boards.morning(NOW.replace(hour=8, minute=30)).day == NOW.day + 1


def test_why_a_snooze_ended_is_said_with_its_age(one, ada):
    inhand.snooze(one.id, "cause", Person.objects.get(username="ada"), rows.minutes(9))
    one.refresh_from_db()
    inhand.wake(one, "cause", rows.minutes(6), "green failed again")
    assert "Snooze ended 6 min ago : green failed again" in words(ada, f"/i/{one.id}/timeline")


def test_acknowledging_resolving_and_opening_again_are_said_with_their_reasons(one, ada):
    assert "say why it may stay" in text(press(ada, one, "ack", reason=" "))
    assert "Acknowledged by ada" in text(press(ada, one, "ack", reason="waits for quota"))
    said = text(press(ada, one, "resolve", how="rolled back"))
    assert "Resolved" in said and "by ada : rolled back" in said.replace("ada: ", "ada : ")
    assert "Reopen" in said and "Acknowledged by" not in said
    assert "It is open again." in text(press(ada, one, "reopen"))


def test_the_newest_action_has_an_undo_that_says_what_it_takes_back(one, ada):
    said = press(ada, one, "take").content.decode()
    event = one.events.get(what="took")
    assert f'name="event" value="{event.id}" aria-label="Undo: ada took it"' in said
    assert "Undone." in text(press(ada, one, "undo", event=event.id))
    assert Incident.objects.get(id=one.id).owner is None
    assert "Undo:" not in ada.get(f"/i/{one.id}/timeline").content.decode()


def test_an_event_of_another_incident_is_not_found(one, ada, fleet):
    other = alone(fleet)
    event = inhand.take(other.id, Person.objects.get(username="ada"), NOW).event
    for number in (event.id, "", "x"):
        assert press(ada, one, "undo", event=number).status_code == 404
    assert Incident.objects.get(id=other.id).owner


@pytest.mark.parametrize("ticket, link", [
    ("OPS-8841", ""), ("https://tickets.example/8841", "https://tickets.example/8841"),
    ("http://tickets.example/1", ""), ("javascript:alert(1)", ""), ("https://", ""), ("https://a b.example/", ""),
    ("https://ada:pw@tickets.example/", ""), ("https://[::1/", ""), ("https://tickets.example:99999/", ""),
    ("https://t\u0456ckets.example/", ""), ("<script>alert(1)</script>", "")])
def test_a_ticket_is_a_link_only_where_it_is_a_sound_https_address(one, ada, ticket, link):
    page = press(ada, one, "ticket", ticket=ticket).content.decode()
    assert boards.address(ticket) == link
    part = page[page.index('id="hand"'):page.index('class="does')]
    assert (f'<a href="{link}" rel="noopener noreferrer nofollow">' in part) is bool(link)
    assert "<script>alert" not in page and "Ticket" in part


def test_the_answer_whether_it_serves_is_kept_with_name_and_moves_the_rank(one, ada):
    assert "only asked while it is not known" in text(press(ada, one, "serving", answer="yes"))
    Incident.objects.update(rank=ranks.NOT_KNOWN)
    assert "It does not serve , as ada found" in text(press(ada, one, "serving", answer="no"))
    assert Incident.objects.get(id=one.id).rank == ranks.AFFECTED


def test_on_several_at_once_what_was_refused_is_told_by_number(one, ada, noor, fleet):
    other = alone(fleet)
    inhand.take(other.id, noor, NOW)
    answer = ada.post("/i/bulk", {"action": "take", "i": [one.id, other.id], "next": "/triage?ws=mlw-growth"})
    assert answer["Location"] == "/triage?ws=mlw-growth"
    assert f"1 of 2 taken. {other.id}: Noor Lind has it" in text(ada.get("/triage"))
    ada.post("/i/bulk", {"action": "ack", "i": [one.id, other.id], "reason": "known"})
    assert Incident.objects.filter(reason="known").count() == 2
    ada.post("/i/bulk", {"action": "snooze", "i": [one.id, other.id], "for": "1h"})
    ada.post("/i/bulk", {"action": "resolve", "i": [one.id, other.id]})
    assert not Incident.objects.filter(resolved_at=None).exists()


def test_a_foreign_incident_among_several_is_not_found_and_nothing_is_done(one, ben, fleet):
    foreign = alone(fleet, workspace=fleet["risk"], subject=fleet["risk"].key)
    for marked in ([one.id, foreign.id], [one.id, 999999], [one.id, "x"], [one.id, "²"]):
        assert ben.post("/i/bulk", {"action": "take", "i": marked}).status_code == 404
    assert ben.post("/i/bulk", {"action": "delete", "i": [one.id]}).status_code == 404
    assert not Incident.objects.exclude(owner=None).exists()


def test_with_none_marked_that_is_said(ada):
    assert "No incident was marked." in text(ada.post("/i/bulk", {"action": "take"}, follow=True))


def test_chart_and_list_hold_the_same_events_and_people_have_their_lane(one, ada, noor):
    inhand.take(one.id, noor, rows.minutes(60))
    answer = ada.get(f"/i/{one.id}/timeline")
    figure, page = answer.context["figure"], answer.context["page"]
    marks = sorted(mark for trace in figure["data"] if trace.get("mode") == "markers" for mark in trace["text"])
    assert marks == sorted(row.event.text for row in page.rows)
    assert "Noor Lind took it" in marks and {"People", "Incident"} <= set(figure["layout"]["yaxis"]["ticktext"])


def test_now_is_drawn_while_it_is_open_and_the_end_when_it_is_resolved(one, ada, noor):
    assert [note["text"] for note in drawn(ada, one)["annotations"] if note["text"] in ("now", "end")] == ["now"]
    inhand.resolve(one.id, "rolled back", noor, rows.minutes(30))
    inhand.note(one.id, "it was the mirror", noor, rows.minutes(5))
    layout = drawn(ada, one)
    assert [(note["text"], note["x"]) for note in layout["annotations"] if note["text"] in ("now", "end")] == [
        ("end", "2026-11-23 02:40:00")]
    said = words(ada, f"/i/{one.id}/timeline")
    assert "Noor Lind resolved it" in said and "it was the mirror" in said


def test_the_split_of_an_ended_incident_is_told_by_the_change_that_came_after_it(one, ada, noor, fleet):
    inhand.resolve(one.id, "", noor, rows.minutes(30))
    assert split(drawn(ada, one)) == {"blue 100 %"}  # nothing changed since
    Change.objects.create(endpoint=one.endpoint, field="traffic", before="blue 90 %, green 10 %", after="blue 100 %",
                          at=rows.minutes(5))
    assert split(drawn(ada, one)) == {"blue 90 %, green 10 %"}
    assert "Traffic set to" not in words(ada, f"/i/{one.id}/timeline")  # it is not of its time


def split(layout):
    return {note["text"] for note in layout["annotations"] if "blue" in note["text"]}


def drawn(client, one):
    return client.get(f"/i/{one.id}/timeline").context["figure"]["layout"]


def test_the_list_is_filtered_by_kind_and_range_and_a_wrong_one_is_the_nearest(one, ada, noor):
    inhand.take(one.id, noor, rows.minutes(60))
    said = words(ada, f"/i/{one.id}/timeline?kind=people")
    assert "Noor Lind took it" in said and f"Incident {one.id} opened" not in said
    day = ada.get(f"/i/{one.id}/timeline?range=24h").context["page"]
    assert day.account.since == NOW - timedelta(hours=24) and day.range == "24h"
    for query in ("?range=9y&kind=x", "?range=%00"):
        page = ada.get(f"/i/{one.id}/timeline{query}").context["page"]
        assert (page.range, page.kind) == ("", "")


def test_who_was_told_by_which_channel_is_in_the_list(one, ada):
    channel = Channel.objects.create(name="ops", kind="teams", address="sealed", shown="…/4f2a", made_at=NOW)
    for sent in (rows.minutes(50), None):
        Notice.objects.create(key=f"k{sent}", channel=channel, incident=one, what="failed", made_at=NOW, due_at=NOW,
                              sent_at=sent)
    said = words(ada, f"/i/{one.id}/timeline")
    assert said.count("ops was told by Microsoft Teams") == 1 and "…/4f2a" in said


def test_what_a_person_resolved_stays_so_when_their_account_is_gone(one, ada, noor):
    inhand.resolve(one.id, "known", noor, NOW)
    noor.delete()
    incidents.follow(one.endpoint_id)
    assert not Incident.objects.filter(resolved_at=None).exists()
    assert "by somebody whose account is gone: known" in words(ada, f"/i/{one.id}/timeline")


def test_somebody_whose_account_is_gone_is_still_somebody(one, ada, noor):
    inhand.acknowledge(one.id, "waits for quota", noor, NOW)
    noor.delete()
    said = words(ada, f"/i/{one.id}/timeline")
    assert "somebody whose account is gone acknowledged it" in said and "by somebody whose account is gone" in said


@pytest.mark.parametrize("fields", [{}, {"family": "standardDSv2Family", "subject": "q"}])
def test_what_is_no_endpoints_incident_has_a_page_with_what_applies(fleet, ada, noor, fields):
    one = alone(fleet, **fields)
    inhand.take(one.id, noor, rows.minutes(5))
    said = words(ada, f"/i/{one.id}/timeline")
    for part in ("mlw-growth: Logs cannot be read" if not fields else "standardDSv2Family in mlw-growth:",
                 "Noor Lind took it", "It is no endpoint's incident", "Noor Lind has it"):
        assert part in said.replace("&#x27;", "'")


def test_the_page_costs_a_fixed_number_of_queries_whatever_was_done(one, ada, fleet, django_assert_num_queries):
    with django_assert_num_queries(QUERIES):
        ada.get(f"/i/{one.id}/timeline")
    for number in range(12):
        who = person(f"p{number}", sees_all=True)
        Access.objects.create(person=who, workspace=fleet["growth"], given_at=NOW)
        inhand.note(one.id, f"note {number}", who, NOW)
        inhand.take(one.id, who, NOW, seen=Incident.objects.get(id=one.id).owner_id)
    with django_assert_num_queries(QUERIES):
        ada.get(f"/i/{one.id}/timeline")
    other = alone(fleet)
    with django_assert_num_queries(ALONE):
        ada.get(f"/i/{other.id}/timeline")


def test_who_may_see_a_workspace_is_the_same_wherever_it_is_asked(fleet, noor):
    from dashboard import access
    cast = [noor, person("root", is_superuser=True), person("none"), person("some")]
    Access.objects.create(person=cast[3], workspace=fleet["growth"], given_at=NOW)
    for space in (fleet["growth"], fleet["risk"]):
        found = {one for one in people.may_see(space.id) if one in cast}
        assert found == {one for one in cast if access.visible(one).filter(id=space.id).exists()}


def test_every_kind_of_event_has_words(one, ada, noor):
    from troubleshoot import history
    for what in (*history.ITSELF, *history.PEOPLE):
        IncidentEvent.objects.create(incident=one, what=what, at=clock.now(), person=noor if what in history.PEOPLE
                                     else None, text="took" if what == "undid" else "")
    found = boards.hand(one, noor, NOW).deeds
    assert len({deed.text for deed in found}) >= len(history.ITSELF) + len(history.PEOPLE)
