"""The page of workspaces: what can be read, what is missing and how to grant it, who sees it, where news goes."""
import html
import json
import re
import shlex
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot.boards import missing
from troubleshoot.boards.spaces import Space
from troubleshoot.models import Access, Attempt, Channel, Region, Rule, Watch

pytestmark = pytest.mark.postgres
IDENTITY = "b6e0d4a2-13f7-4c8e-9f25-7d1a60c3e98b"


def denial(action, scope="/subscriptions/x"):
    return (f"The client 'id-endpoint-triage' with object id '{IDENTITY}' does not have authorization to perform "
            f"action '{action}' over scope '{scope}' or the scope is invalid.")


def words(client, path="/workspaces/"):
    page = client.get(path).content.decode().replace("\xa0", " ")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.search(r"<main.*</main>", page, re.S)[0]))
    return html.unescape(text)


def deny_logs(attempt, said=None):
    Watch.objects.filter(attempt=attempt, poll="logs").update(
        trouble="denied", due_at=rows.NOW, tried_at=rows.minutes(2),
        said=denial("Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs/action")
        if said is None else said)


def deny_usages(space, said):
    region, _ = Region.objects.get_or_create(subscription=space.subscription, name=space.location)
    Watch.objects.create(poll="usages", key=f"{region.id}", lane="r", subscription=space.subscription, region=region,
                         due_at=rows.NOW, trouble="denied", said=said, tried_at=rows.minutes(2),
                         ok_at=rows.minutes(9000))


def test_what_can_be_read_is_a_quiet_check_and_a_lock_says_what_is_missing(fleet, ada):
    deny_logs(fleet["failed"])
    text = words(ada)
    assert "2 workspaces: 1 complete, 1 lacks a permission" in text
    page = ada.get("/workspaces/").content.decode()
    row = re.search(r'<tr role="row" id="ws-mlw-growth">.*?</tr>', page, re.S)[0]
    assert 'class="can-c" data-l="Logs"' in row and 'aria-label="not permitted"' in row
    assert 'class="can-c q" data-l="Endpoints"' in row
    assert "1 missing" in row


def test_a_missing_permission_has_action_scope_identity_grantor_and_a_whole_command(fleet, ada):
    deny_logs(fleet["failed"])
    text = words(ada)
    scope = (f"/subscriptions/{rows.SUB}/resourceGroups/rg-mlw-growth/providers/"
             "Microsoft.MachineLearningServices/workspaces/mlw-growth")
    for said in ("mlw-growth: logs may not be read", "What does not work without it:", scope,
                 "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs/action", IDENTITY,
                 "id-endpoint-triage", "an Owner or User Access Administrator of the resource group rg-mlw-growth",
                 "az role definition create", f"--assignee-object-id {IDENTITY}", "Check again"):
        assert said in text


def test_quota_is_granted_once_for_the_subscription_however_many_workspaces_lack_it(fleet, ada):
    for space in (fleet["growth"], fleet["risk"]):
        deny_usages(space, denial("Microsoft.MachineLearningServices/locations/usages/read"))
    text = words(ada)
    assert text.count("az role definition create") == text.count("az role assignment create") == 1
    assert "2 workspaces: quota may not be read" in text
    assert "a role on the workspace alone is not enough" in text
    assert "2 workspaces: 0 complete, 2 lack a permission" in text


def test_logs_are_granted_by_one_role_for_all_groups_of_a_subscription_and_one_assignment_a_workspace(fleet, ada):
    for space in (fleet["growth"], fleet["risk"]):
        for attempt in Attempt.objects.filter(endpoint__workspace=space):
            deny_logs(attempt)
    text = words(ada)
    assert "2 workspaces: logs may not be read" in text
    assert "of the resource groups rg-mlw-growth, rg-mlw-risk" in text
    assert json.loads(re.search(r"role-definition '({.*?})'", text)[1])["AssignableScopes"] == [
        f"/subscriptions/{rows.SUB}/resourceGroups/rg-mlw-{name}" for name in ("growth", "risk")]
    assert text.count("az role assignment create") == 2


def test_when_something_was_last_read_is_told_only_where_that_is_known(fleet, ada):
    deny_logs(fleet["failed"])  # a refused log ends a look that went well, so its watch does not know
    deny_usages(fleet["growth"], denial("Microsoft.MachineLearningServices/locations/usages/read"))
    Watch.objects.create(poll="computes", key="c", lane="c", subscription=rows.SUB, workspace=fleet["growth"],
                         due_at=rows.NOW, trouble="denied", said="Forbidden", tried_at=rows.minutes(2))
    text = words(ada)
    assert "logs may not be read tried 2 min ago" in text
    assert "quota may not be read last read 16 Nov , tried 2 min ago" in text
    assert "clusters and compute instances may not be read never read, tried 2 min ago" in text


def test_limits_that_may_not_be_read_beside_readable_usage_are_told_as_that(fleet, ada):
    deny_usages(fleet["growth"], "")
    said = denial("Microsoft.MachineLearningServices/locations/quotas/read")
    Watch.objects.filter(poll="usages").update(trouble="in part", said=f"workspace limits: {said}")
    text = words(ada)
    assert "mlw-growth: the limits of workspaces may not be read" in text
    assert "locations/quotas/read" in text


def test_where_azure_names_no_action_and_no_identity_that_is_said_and_no_command_is_made_up(fleet, ada):
    deny_logs(fleet["failed"], "Forbidden")
    text = words(ada)
    assert "Azure's refusal names none; this is the one that the address should need" in text
    assert "not named by Azure's refusal" in text
    assert "az role" not in text


def test_a_refusal_never_widens_the_role_that_is_offered(fleet, ada):
    for action in ("*", "*/read", "Microsoft.Authorization/roleAssignments/write",
                   "Microsoft.MachineLearningServices/workspaces/write", "Microsoft.Compute/virtualMachines/read"):
        deny_logs(fleet["failed"], denial(action))
        made = re.search(r"role-definition '({.*?})'", words(ada))
        assert json.loads(made[1])["Actions"] == [
            "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments/getLogs/action"]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
       st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_whatever_a_group_and_a_workspace_are_called_the_command_stays_one_command(group, name):
    space = Space(1, "one", name, group, "sub", "westeurope", "West Europe", 1, None, None, False, "", "")
    found = missing.every([missing.Refusal(space, missing.SOURCES["logs"], denial("x"), None, None, False)], rows.NOW)
    made, granted = (shlex.split(one) for one in re.split(r"\n(?=az role assignment)", found[0].command))
    assert made[:4] == ["az", "role", "definition", "create"] and len(made) == 6
    assert json.loads(made[5])["AssignableScopes"] == [f"/subscriptions/sub/resourceGroups/{group}"]
    assert granted[-1].endswith(f"/workspaces/{name}") and len(granted) == 12


def test_check_again_sets_what_was_refused_due_and_leaves_the_rest(fleet, ada):
    deny_logs(fleet["failed"])
    later = rows.minutes(-10)
    Watch.objects.filter(due_at__isnull=False).update(due_at=later)
    answer = ada.post("/workspaces/check", {"ws": "mlw-growth"}, follow=True)
    assert "Azure is asked again now" in answer.content.decode()
    assert set(Watch.objects.filter(due_at=rows.NOW).values_list("poll", flat=True)) == {"logs"}


def test_check_again_is_refused_for_a_workspace_that_one_does_not_see(fleet, ben):
    attempt = fleet["risk"].endpoints.get().attempts.get()
    deny_logs(attempt)
    Watch.objects.update(due_at=rows.minutes(-10))
    assert ben.post("/workspaces/check", {"ws": "mlw-risk"}).status_code == 404
    ben.post("/workspaces/check")
    assert not Watch.objects.filter(due_at=rows.NOW).exists()
    assert ben.get("/workspaces/check").status_code == 405


def test_check_again_reaches_what_is_asked_of_the_subscription_however_its_id_is_written(fleet, ben):
    said = denial("Microsoft.Insights/eventtypes/values/read")
    Watch.objects.create(poll="activity", key=rows.SUB, lane="a", subscription=rows.SUB.upper(), said=said,
                         trouble="denied", due_at=rows.minutes(-10))
    Watch.objects.create(poll="activity", key="other", lane="a", subscription="other", said=said, trouble="denied",
                         due_at=rows.minutes(-10))
    assert "mlw-growth: the activity log may not be read" in words(ben)
    assert words(ben).count("az role definition create") == 1
    ben.post("/workspaces/check", {"ws": "mlw-growth"})
    assert [one.key for one in Watch.objects.filter(poll="activity", due_at=rows.NOW)] == [rows.SUB]


def test_old_refusals_of_attempts_that_are_over_lack_nothing(fleet, ada):
    deny_logs(fleet["failed"])
    Watch.objects.filter(poll="logs").update(due_at=None)
    assert "2 workspaces: 2 complete" in words(ada)


def test_a_workspace_that_is_not_polled_is_not_called_complete(fleet, ada):
    rows.workspace("mlw-labs", polled=41)
    rows.workspace("mlw-new", polled=None)
    text = words(ada)
    assert "4 workspaces: 2 complete, 2 are not polled lately" in text
    assert "not polled yet" in text


def test_who_may_see_it_is_named_and_strangers_see_neither_workspace_nor_people(fleet, ben, client):
    text = words(ben)
    assert "mlw-growth" in text and "ben" in text and "mlw-risk" not in text
    for number in range(4):
        Access.objects.create(person=person(f"p{number}"), workspace=fleet["growth"], given_at=rows.NOW)
    assert "and 2 more" in words(ben)
    client.force_login(person("eve"))
    assert "No workspace is shown to you" in words(client)


def test_news_of_the_installation_is_counted_but_named_only_in_its_own_page(fleet, ben):
    wide = Channel.objects.create(name="all-hands", kind="slack", address="s", shown="x", made_at=rows.NOW)
    Rule.objects.create(channel=wide, rank=3, quiet_from=time(22), quiet_until=time(7))
    own = Channel.objects.create(name="growth-ml", kind="teams", address="s", shown="y", made_at=rows.NOW,
                                 workspace=fleet["growth"])
    assert "1 channel of the installation" in words(ben)
    assert "all-hands" not in words(ben) and "growth-ml" not in words(ben)  # it has no rule yet
    Rule.objects.create(channel=own, rank=3)
    assert "growth-ml , 1 channel of the installation" in words(ben)


def test_what_azure_says_is_shown_as_text(fleet, ada):
    deny_logs(fleet["failed"], "<script>alert(1)</script>" + denial("x"))
    page = ada.get("/workspaces/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
