"""The hand-over of an incident: what a ticket needs, and no text of others that a ticket could take for markup."""
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dashboard import rows
from troubleshoot import ranks
from troubleshoot.boards import handed_over
from troubleshoot.boards.unmarked import address, fenced, inert
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import Evidence, Step, Verdict
from troubleshoot.models import Attempt, Incident, Person, Workspace

pytestmark = pytest.mark.postgres
LINK = "https://triage.example.net/i/7"
MARKUP = "@channel <!here> <@U123> [x](javascript:alert(1)) {code} ``` https://evil.example ![x](y)"


def incident(row, **fields):
    """The open incident of a failed attempt."""
    return Incident.objects.create(**({
        "subject": f"d:{row.deployment_id}", "workspace": row.endpoint.workspace, "endpoint": row.endpoint,
        "deployment": row.deployment, "cause": "missing_package", "certainty": "certain",
        "title": "score.py imports lightgbm, which is not there", "rank": ranks.NOT_AFFECTED,
        "worst": ranks.AFFECTED, "opened_at": row.ended, "last_at": row.ended, "first": row, "last": row,
        "last_number": row.number, "seen_at": row.ended} | fields))


def hand(one, row, finding=None, **more):
    """Its hand-over, as the page asks for it."""
    siblings = list(row.endpoint.deployments.all()) if row else []
    verdict = plain.load(Verdict, row.verdict.data) if row else None
    verdict = replace(verdict, findings=(finding,)) if finding else verdict
    loaded = Incident.objects.select_related("workspace", "endpoint", "deployment", "owner").get(id=one.id)
    return handed_over.of(loaded, row, siblings, verdict, rows.NOW, address=LINK, **more)


def test_the_text_for_the_ticket_says_all_that_whoever_takes_over_needs(fleet):
    row = fleet["failed"]
    one = incident(row, owner=Person.objects.create_user("maya"), taken_at=rows.minutes(5), ticket="OPS-8841",
                   rank=ranks.AFFECTED)
    said = hand(one, row, note="tried a restart (maya)", unseen=(1, 2)).text.replace("\xa0", " ")
    first, second, *_ = said.splitlines()
    assert first == f"Incident {one.id}: churn-scorer / green, score.py imports lightgbm, which is not there"
    assert second == LINK
    for word in ("Impact: Production traffic affected", ", since 23 Nov 02:04:00 UTC", "Who has it: maya, since 23 Nov",
                 "Ticket: OPS-8841", "(certain)", "Way back: None needed: green has no traffic, blue 100 %",
                 "Fix: 1. Add the package", "az ml online-deployment delete -e churn-scorer -n green",
                 "Open: The stored logs have 1 gap", "Open: 2 stretches of this time were not polled",
                 "Note: tried a restart (maya)"):
        assert word in said, word
    assert "```\ninference-server, line 12: ModuleNotFoundError: No module named 'lightgbm'\n```" in said


def test_the_way_back_stands_in_it_as_a_command(fleet):
    row = fleet["failed"]
    row.deployment.weight = 90
    row.endpoint.traffic = {"green": 90, "blue": 10}
    said = hand(incident(row), row).text
    assert re.search(r"Way back: Send all traffic to blue\. .*serving not measured\.\n```\naz ml online", said)


def test_what_has_ended_says_when_and_how_and_offers_no_way_back(fleet):
    row = fleet["failed"]
    one = incident(row, resolved_at=row.ended + timedelta(minutes=52), how="ready again")
    found = hand(one, row)
    assert found.ended.replace("\xa0", " ") == "23 Nov 02:56:00 UTC, after 52 min, ready again"
    assert "Impact: Over; at worst production traffic was affected" in found.text and not found.way and not found.open
    assert "Nobody has it" not in found.text


def test_that_nobody_has_it_is_said_once(fleet):
    found = hand(incident(fleet["failed"]), fleet["failed"])
    said = found.text
    assert found.tone == "", "what touches no traffic is not red"
    assert said.count("Nobody") == 1 and "Who has it: Nobody" in said and "Note:" not in said


def test_trouble_without_an_attempt_is_handed_over_too(fleet):
    space = fleet["growth"]
    one = Incident.objects.create(
        subject=f"w:{space.id}", workspace=space, cause="data-stale", silent=True, title="Our own data is stale",
        rank=ranks.NOT_KNOWN, worst=ranks.NOT_KNOWN, opened_at=rows.minutes(30), last_at=rows.minutes(30),
        seen_at=rows.minutes(30))
    found = hand(one, None, way=Step("Look at the worker", "It polls.", "systemctl status worker"))
    assert found.title == f"Incident {one.id}: mlw-growth, Our own data is stale" and not found.slug
    assert "Way back: Look at the worker. It polls.\n```\nsystemctl status worker\n```" in found.text
    assert "Way back: None is known" in hand(one, None).text


def test_the_same_cause_before_is_told_from_the_workspaces_that_one_may_see(fleet, django_assert_num_queries):
    row, other = fleet["failed"], Attempt.objects.get(endpoint__workspace=fleet["risk"])
    one = incident(row)
    old = incident(row, opened_at=rows.minutes(5000), resolved_at=rows.minutes(4948))
    far = incident(other, opened_at=rows.minutes(6000), resolved_at=rows.minutes(5990))
    incident(row, opened_at=rows.minutes(60 * 24 * 95), resolved_at=rows.minutes(60 * 24 * 94))
    incident(row, cause="other", opened_at=rows.minutes(7000), resolved_at=rows.minutes(6990))
    with django_assert_num_queries(1):
        found, more = handed_over.before(one, Workspace.objects.all())
    assert [(each.number, each.where, each.same) for each in found] == [
        (old.id, "churn-scorer / green", True), (far.id, "fraud / blue in mlw-risk", False)] and not more
    mine, _ = handed_over.before(one, Workspace.objects.filter(id=fleet["growth"].id))
    assert [each.number for each in mine] == [old.id]
    said = hand(one, row, earlier=(mine, True)).text.replace("\xa0", " ")
    assert f"Same cause before: incident {old.id}, churn-scorer / green, 19 Nov, ended after 52 min; and older" in said


def test_two_causes_that_are_not_known_are_not_the_same(fleet, django_assert_num_queries):
    row = fleet["failed"]
    incident(row, cause="", opened_at=rows.minutes(5000), resolved_at=rows.minutes(4000))
    one = incident(row, cause="")
    with django_assert_num_queries(0):
        assert handed_over.before(one, Workspace.objects.all()) == ((), False)


def test_at_most_five_of_the_same_cause_are_named_and_that_there_are_more_is_said(fleet):
    row = fleet["failed"]
    for number in range(7):
        incident(row, opened_at=rows.minutes(5000 + number), resolved_at=rows.minutes(4000))
    found, more = handed_over.before(incident(row), Workspace.objects.all())
    assert len(found) == 5 and more


def test_what_others_wrote_is_neither_markup_nor_a_mention_in_a_ticket(fleet):
    row = fleet["failed"]
    finding = replace(rows.import_finding(), title=MARKUP, missing=(MARKUP,), evidence=(
        Evidence("inference-server", f"```` {MARKUP}", 12),), steps=(Step(MARKUP, MARKUP, "echo '```'"),))
    one = incident(row, title=MARKUP, ticket=MARKUP)
    said = hand(one, row, finding, note=MARKUP).text
    outside = re.sub(r"(?ms)^(`{3,})\n.*?\n\1$", "", said)
    assert "@channel" in said, "a quotation between fences is as it was"
    for mark in ("@channel", "<!here>", "<@U123>", "](", "{code}", "```", "https://evil", "![x]"):
        assert mark not in outside, mark
    assert outside.count(LINK) == 1


@pytest.mark.parametrize("ticket", ["https://jira.example.net/browse/OPS-8841?x=1#c-2", "https://a.example:8443/"])
def test_the_address_of_a_ticket_stays_a_link(ticket):
    assert address(ticket) == ticket


@pytest.mark.parametrize("ticket", ["http://a.example/", "https://a.example/](x)", "https://a.example/ @channel",
                                    "https://user@a.example/", "https://a.example/<!here>"])
def test_what_is_more_than_an_address_is_no_link(ticket):
    assert address(ticket) == inert(ticket) != ticket


@given(st.text(alphabet="`@<!>[](){}:/aé \n", max_size=60))
def test_no_text_keeps_a_mark_and_breaking_twice_changes_nothing(text):
    said = inert(text)
    assert not re.search(r"(?<!\w)@\w|<[!@#a-zA-Z/]|\]\(|\]\[|://|```|!\[", said) and "\n" not in said
    assert inert(said) == said and said.replace(" ", "") == "".join(text.split())


@given(st.lists(st.text(alphabet="`a ", max_size=12), max_size=6))
def test_no_line_closes_the_fence_around_it(lines):
    first, *held, last = fenced(lines)
    assert first == last and set(first) == {"`"} and len(first) >= 3 and held == lines
    assert all(first not in one for one in lines)
