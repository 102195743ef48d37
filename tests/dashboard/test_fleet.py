"""The fleet page: worst first, counts that add up, quiet where all is well."""
import re

from tests.conftest import person
from tests.dashboard import rows
from troubleshoot import inhand
from troubleshoot.models import Deployment, Endpoint, Incident, Watch


def text(client, path="/fleet"):
    """The page with plain blanks."""
    return client.get(path).content.decode().replace("\xa0", " ")


def test_the_counts_of_the_sentence_add_up_to_the_endpoints(fleet, ada):
    rows.endpoint(rows.workspace("mlw-labs", polled=41), "idle", {})
    rows.deployment(rows.endpoint(fleet["risk"], "new", {}), "a", "Creating")
    page = text(ada)
    meta = re.search(r'<div class="meta">(.*?)</div>', page)[1]
    assert sum(int(n) for n in re.findall(r"<b>(\d+)</b>", meta)) == 4
    assert "<h1>4 endpoints in 3 workspaces</h1>" in page


def test_the_workspace_with_the_worst_endpoint_stands_first(fleet, ada):
    page = text(ada)
    assert page.index('id="ws-mlw-growth"') < page.index('id="ws-mlw-risk"')


def test_a_healthy_row_has_no_coloured_bar_and_one_green_check(fleet, ada):
    row = re.search(r'<tr role="row" id="ep-\d+-fraud">.*?</tr>', text(ada), re.S)[0]
    assert row.count("#g-ok") == 1
    assert not re.search(r'<rect class="(bad|warn|run)"', row)


def test_a_deployment_without_traffic_is_listed_with_its_own_state(fleet, ada):
    row = re.search(r'<tr role="row" id="ep-\d+-churn-scorer">.*?</tr>', text(ada), re.S)[0]
    assert re.search(r'#g-bad"/></svg><a [^>]+>green</a> 0 %<span class="sr">, Failed</span>', row)
    assert "blue</a> 100 %" in row


def test_a_stale_workspace_says_since_when_its_numbers_are(fleet, ada):
    space = rows.workspace("mlw-labs", polled=41)
    rows.verdict(rows.attempt(rows.deployment(rows.endpoint(space, "idle", {"a": 100}), "a"), "Succeeded"))
    page = text(ada)
    assert re.search(r"not polled for <time [^>]+>41 min</time>, numbers are from <time [^>]+>02:29 UTC</time>", page)
    assert "#g-stale" in re.search(r'<tr role="row" id="ep-\d+-idle">.*?</tr>', page, re.S)[0]


def test_filters_are_in_the_address_and_their_counts_are_those_of_the_result(fleet, ada):
    assert 'aria-current="true">Hurt 1</a>' in text(ada, "/fleet?state=hurt")
    assert "fraud" not in text(ada, "/fleet?state=hurt")
    assert re.search(r">All 1</a>.*>Hurt 0</a>", text(ada, "/fleet?region=westeurope"))
    assert "churn-scorer" not in text(ada, "/fleet?q=fraud")


def test_an_empty_result_says_how_many_are_hidden_and_offers_to_clear(ada):
    page = text(ada, "/fleet?q=nothing-is-called-so")
    assert "2 endpoints are hidden by them." in page
    assert "Clear filters" in page


def test_a_very_large_fleet_folds_its_healthy_rows(fleet, ada):
    Endpoint.objects.bulk_create([
        Endpoint(workspace=fleet["risk"], name=f"many-{n}", key=f"many-{n}", first_seen_at=rows.NOW, state="Succeeded")
        for n in range(400)])
    page = text(ada)
    assert "many-7" not in page and "churn-scorer" in page
    assert "401 healthy endpoints:" in page
    assert "many-7" in text(ada, "/fleet?state=healthy")


def test_a_workspace_has_a_page_of_its_own(fleet, ada):
    page = text(ada, "/w/mlw-growth/")
    assert "<h1>1 endpoint in mlw-growth</h1>" in page and "fraud" not in page


def test_the_endpoint_page_names_its_deployments_operations_and_changes(fleet, ada):
    end = Endpoint.objects.get(name="churn-scorer")
    rows.verdict(rows.attempt(end, "Failed"))
    end.changes.create(at=rows.NOW, field="traffic", before="blue 90 %", after="blue 100 %")
    page = text(ada, "/w/mlw-growth/e/churn-scorer/")
    assert "churn-scorer: 1 of 2 deployments failed" in page
    assert "score.py imports lightgbm" in page
    assert 'href="/w/mlw-growth/e/churn-scorer/a/1"' in page
    assert "<code>blue 90 %</code>" in page


def test_a_workspace_that_was_read_in_part_says_so_with_the_sentence(fleet, ada):
    Watch.objects.filter(poll="endpoints", workspace=fleet["risk"]).update(
        trouble="partly denied", said="deployments of fraud: may not be read")
    assert "partly denied: deployments of fraud: may not be read" in text(ada)


def test_an_endpoint_with_an_open_incident_is_hurt_also_where_azure_shows_green(fleet, ada):
    end = rows.endpoint(fleet["risk"], "idle", {"blue": 0})
    rows.verdict(rows.attempt(rows.deployment(end, "blue", weight=0), "Succeeded", began=900))
    rows.follow()
    one = Incident.objects.get(endpoint=end)
    page = ada.get("/fleet?state=hurt").content.decode()
    assert f'<a href="/i/{one.id}">No deployment gets traffic; blue is ready</a>' in page


def test_what_a_person_found_by_asking_counts_in_the_fleet_as_in_triage(fleet, ada):
    own = fleet["failed"].deployment
    Deployment.objects.filter(id=own.id).update(weight=100, ready_once=True)
    rows.follow()
    assert "<b>1</b> traffic not known" in text(ada)
    inhand.serving(Incident.objects.get(resolved_at=None, deployment=own).id, "yes", person("maya"), rows.NOW)
    page = text(ada)
    assert "traffic not known" not in page and "<b>1</b> hurt, no traffic affected" in page


def test_a_deployment_that_is_ready_is_not_drawn_as_failed_where_its_incident_is_silent(fleet, ada):
    end = rows.endpoint(fleet["risk"], "late", {"blue": 100, "green": 0})
    rows.verdict(rows.attempt(rows.deployment(end, "blue", weight=100), "Succeeded"))
    rows.verdict(rows.attempt(rows.deployment(end, "green", weight=0), "Succeeded", failed_at=rows.minutes(60)))
    rows.follow()
    assert Incident.objects.get(endpoint=end).cause == "late_success"
    row = re.search(r'<tr role="row" id="ep-\d+-late">.*?</tr>', text(ada), re.S)[0]
    assert row.count("#g-bad") == 1 and "Became ready after a reported failure" in row
