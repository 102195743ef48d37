"""What people type, as hostile as a log: only text on every page, in a week's file, and in what leaves the house."""
import csv
import io
import json

import pytest

from tests.journeys import hostile
from tests.journeys.shown import Shown
from tests.journeys.test_hostile import harmless, opened
from troubleshoot import clock, incidents, notices, outbox, sealed
from troubleshoot.boards import notice
from troubleshoot.models import Channel, Incident, Notice, Person, Rule, Workspace
from workers.channels import email, teams

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
JOINER = "\u2060"  # ours: it breaks what a mail program or a chat would make a link or a mention of
PAGES = ("/triage", "/triage?state=snoozed", "/triage?state=resolved", "/triage?q=churn", "/fleet", "/news/",
         "/workspaces/", "/account", "/w/mlw-growth/week/2026-W48/", "/w/mlw-growth/e/churn-scorer/timeline")
TEXTS = {line.number: line.said.replace("\ud800", "\ufffd") for line in hostile.SENTENCES} | {
    21: "x\r\nBcc: eve@example.com\r\n\r\n2026 INFO admin", 22: "=HYPERLINK(\"http://evil.example\",\"x\")",
    23: hostile.MARKUP, 100: "w" * 100_000}


@pytest.fixture
def one(fleet):
    """The incident of the failed green of churn-scorer."""
    incidents.follow(fleet["failed"].endpoint_id)
    return Incident.objects.get(resolved_at=None)


def typed(client, one, said):
    """Everything that a person can type about an incident, typed; it ends resolved."""
    other = Person.objects.get(username="noor")
    for action, form in (("note", {"text": said}), ("ticket", {"ticket": said}), ("ack", {"reason": said}),
                         ("hand", {"to": other.id, "text": said}), ("snooze", {"for": "1h"})):
        answer = client.post(f"/i/{one.id}/{action}", form)
        assert answer.status_code == 302, action
    yield
    assert client.post(f"/i/{one.id}/resolve", {"how": said}).status_code == 302
    yield


def channel(client, said):
    """A channel with a hostile name, as far as the form takes it, that failed with a hostile answer."""
    client.post("/news/new", {"ws": "mlw-growth", "kind": "email", "name": said[:80], "address": "a@example.com",
                             "on": "on"})
    row = Channel.objects.first() or Channel.objects.create(
        name="on call", kind="email", made_at=clock.now(), workspace=Workspace.objects.get(slug="mlw-growth"),
        address=sealed.seal("a@example.com"), shown="a@example.com")
    Rule.objects.create(channel=row, rank=3)
    return row


@pytest.mark.parametrize("number", TEXTS)
def test_what_a_person_types_is_text_on_every_page_and_in_the_file_of_the_week(one, ada, number):
    said = TEXTS[number]
    Person.objects.create_user("noor", sees_all=True, first_name=said[:150])
    row = channel(ada, said)
    ada.post("/views/save", {"name": said, "query": f"q={said[:100]}"})
    outbox.test(row, Person.objects.get(username="noor"))
    outbox.failed(outbox.claim(row.id), said)
    own = (f"/i/{one.id}", f"/i/{one.id}/timeline", f"/news/{row.id}/", f"/news/{row.id}/change",
           f"/news/{row.id}/delete", f"/news/{row.id}/rules/new")
    for _ in typed(ada, one, said):
        opened(ada, (*PAGES, *own))
    sheet = ada.get("/w/mlw-growth/week/2026-W48.csv").content.decode()
    cells = [cell for line in csv.reader(io.StringIO(sheet)) for cell in line]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_the_question_whether_to_take_it_over_repeats_what_was_typed_as_text(one, ada):
    other = Person.objects.create_user("noor", sees_all=True, first_name=hostile.MARKUP)
    Incident.objects.filter(id=one.id).update(owner=other, taken_at=clock.now())
    for said in TEXTS.values():
        answer = ada.post(f"/i/{one.id}/hand", {"to": Person.objects.get(username="ada").id, "text": said,
                                               "next": f"/i/{one.id}?q={said[:300]}"})
        assert answer.status_code == 409
        page = Shown(answer.content.decode())
        assert [one for one in (*hostile.ELEMENTS, *(link for link in page.links if "evil" in link.split("?")[0]))
                if one in page.html] == []
        assert [one for one in page.elements if len(one) > 1] == []


@pytest.mark.parametrize("number", TEXTS)
def test_a_notice_tells_hostile_words_as_text_of_one_line_in_every_channel(one, ada, number, settings):
    settings.DEFAULT_FROM_EMAIL = "triage@example.com"
    said = TEXTS[number].replace("\x00", "")  # no table takes it in
    row = channel(ada, said)
    Incident.objects.filter(id=one.id).update(title=said, woke=said, how=said, owner=Person.objects.create_user(
        "noor", first_name=said[:150]))
    notices.plan(Incident.objects.get(id=one.id), "failed", clock.now())
    told = notice.message(Notice.objects.get(channel=row))
    mail = email._mail(told, ["a@example.com"])
    wire = mail.message().as_bytes()
    assert b"\nBcc:" not in wire and mail.message().get_all("To") == ["a@example.com"]
    harmless(Shown(mail.alternatives[0].content.replace(JOINER, "")), "mail")
    assert {one for line in (told.subject, told.lead, *(text for _, text in told.facts)) for one in line
            if ord(one) in hostile.HIDDEN - {ord(JOINER)}} == set()
    card = json.dumps(teams._blocks(told))
    assert "TextBlock" in card and '"type": "TextBlock"' not in card
