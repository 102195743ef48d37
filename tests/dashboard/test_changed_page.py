"""What changed, as the page of an attempt shows it: the suspect first, why the others are none, and the way back."""
import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest

from tests.dashboard import rows
from tests.dashboard.test_attempt import words
from tests.through import through
from troubleshoot import clock, watches
from troubleshoot.diagnosis import compared, plain
from troubleshoot.diagnosis.changed import Side
from troubleshoot.diagnosis.compared import Changed, Seen
from troubleshoot.diagnosis.facts import AssetFacts, DeploymentFacts, EndpointFacts, Evidence, Place
from troubleshoot.models import Attempt, Deployment, Person, Watch
from troubleshoot.models import Verdict as VerdictRow

SPACE = f"/subscriptions/{rows.SUB}/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/w"
CONDA = "dependencies:\n- numpy==1.26.4\n- pip:\n  - pandas==2.1.4\n"
LTV = "/w/mlw-growth/e/ltv/d/main/"
BINARY = replace(rows.import_finding("ltv", "main"), evidence=(
    Evidence("inference-server", "ValueError: numpy.dtype size changed, may indicate binary incompatibility", 3),))


def side(environment=11, model=8, conda=CONDA, timeout=5.0, variables=(("MODE", "aa11bb22cc"),)):
    """The settings of one attempt of main."""
    facts = DeploymentFacts(
        Place(rows.SUB, "rg-mlw-growth", "mlw-growth", "ltv", "main"), instance_type="Standard_E4s_v3",
        instance_count=1, model=f"{SPACE}/models/ltv/versions/{model}", scoring_script="score.py",
        environment=f"{SPACE}/environments/ltv-env/versions/{environment}", request_timeout=timeout,
        code=f"{SPACE}/codes/3b6a5c1e-0c11-4f7e-9a44-8f2b1d3c5e6f/versions/1", variables=variables)
    return Side(facts, assets=(AssetFacts("environment", facts.environment, found=True, conda=conda),))


def updated(fleet, good, bad, best=BINARY, name="main", **told):
    """main of ltv: attempt 6 was ready, attempt 7 failed to update; compared as judging does it."""
    one = rows.deployment(rows.endpoint(fleet["growth"], "ltv", {name: 100}), name, "Failed", ready_once=True)
    row = rows.attempt(one, number=7, kind="update", first_provisioning=False)
    found = compared.settings(good, bad, best, "container_start")
    made = replace(found, good=6, ready_at=rows.minutes(9000), **told)
    rows.verdict(row, best, rows.stopped())
    VerdictRow.objects.filter(attempt=row).update(changed=plain.dump(made))
    return row


@pytest.fixture
def numpy(fleet, ada):
    """A failed update that lost the pin of numpy, and changed model and time limit by the way."""
    turned = side(12, 9, CONDA.replace("numpy==1.26.4", "numpy"), 10.0)
    updated(fleet, side(), turned, healthy=(6, 5), new_count=1, new=(
        Seen("inference-server", 101, "2026-11-23 01:58:53,001 W [5] score - <script>alert(1)</script>", 3),))
    return ada


def test_the_suspect_is_the_first_row_and_the_only_one_that_is_marked_as_evidence(numpy):
    page = numpy.get(LTV).content.decode()
    table = page[page.index('id="chg"'):page.index("</table>", page.index('id="chg"'))]
    named = re.findall(r'<tr role="row"( class="sus")?><td class="full" role="cell"><b>(.*?)</b>', table)
    assert named == [(' class="sus"', "numpy"), ("", "Environment"), ("", "Model"), ("", "request_timeout_ms")]
    assert table.count("suspect") == 1


def test_each_row_gives_both_sides_and_says_why_it_is_the_reason_or_none(numpy):
    text = words(numpy, LTV)
    for said in ("numpy package Evidence 2, suspect numpy==1.26.4 numpy, any version for: the evidence names it",
                 "Environment ltv-env:11 ltv-env:12 carries the change of numpy",
                 "Model ltv:8 ltv:9 could be: used at container start, the evidence does not name it",
                 "request_timeout_ms 5,000 10,000 against: not used at container start",
                 "Attempt 6, ready 16 Nov Attempt 7, failed"):
        assert said in text


def test_what_is_the_same_is_counted_and_can_be_opened(numpy):
    text = words(numpy, LTV)
    assert "4 differences; 6 settings are the same, among them code, instance type, instances and scoring" in text
    assert "Settings that are the same code, scoring script, instance type, instances, MODE, pandas." in text


def test_the_diagnosis_cites_the_suspect_beside_the_evidence_and_the_timeline_names_it(numpy):
    text = words(numpy, LTV)
    cited = ("Since attempt 6, which was ready, numpy went from numpy==1.26.4 to numpy, any version. "
             "The evidence names it.")
    assert f"Evidence 2 {cited}" in text
    assert f"Suspect: numpy is not as in attempt 6 {cited}" in text


def test_the_order_is_cause_then_what_changed_then_evidence_and_the_way_back_before_the_fix(numpy):
    text = words(numpy, LTV)
    order = [text.index(said) for said in (
        "Does main still serve?", "Cause of the failed update", "What changed since the last good attempt",
        "What Azure reported", "Way back: attempt 6 again", "Add the package to the environment")]
    assert order == sorted(order)


def test_the_way_back_gives_every_asset_back_and_says_why_an_update_is_allowed(numpy):
    page = words(numpy, LTV).replace("\\ ", "")
    assert "main was ready with ltv-env:11 and ltv:8 since 16 Nov. It may be updated, because it was ready" in page
    assert ("az ml online-deployment update -e ltv -n main --set environment=azureml:ltv-env:11 model=azureml:ltv:8 "
            "request_settings.request_timeout_ms=5000 -g rg-mlw-growth -w mlw-growth") in re.sub(r"\s+", " ", page)


def test_a_new_line_is_shown_with_its_number_and_leads_to_the_log_as_text_only(numpy):
    page, text = numpy.get(LTV).content.decode(), words(numpy, LTV)
    assert "Lines that no ready attempt printed Each shown once; not in what was collected of attempts 6 and 5" in text
    assert f'href="{LTV}a/7/logs/inference-server?line=101#L101"' in page
    assert "Lines like these stand there up to 3 times." in text
    assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


def test_the_page_asks_the_tables_no_more_often_with_a_comparison_than_without(
        fleet, ada, django_assert_max_num_queries, django_assert_num_queries):
    row = updated(fleet, side(), side(12))
    with django_assert_max_num_queries(60) as kept:
        ada.get(LTV)
    VerdictRow.objects.filter(attempt=row).update(changed={})
    with django_assert_num_queries(len(kept)):
        ada.get(LTV)


def test_variables_are_named_to_be_set_by_hand_and_never_given(fleet, ada):
    best = replace(BINARY, evidence=(Evidence("inference-server", "KeyError: 'MODE'", 3),))
    updated(fleet, side(), side(variables=()), best)
    text = words(ada, LTV)
    assert "MODE variable Evidence 2, suspect set, fingerprint aa11bb22 not set for: the evidence names it" in text
    assert "Since attempt 6, which was ready, MODE was taken out." in text
    assert "To be set by hand as well: variable MODE; the values of variables are not kept here." in text
    assert "--set" not in text


def test_only_what_alone_fits_is_a_suspect_without_being_named(fleet, ada):
    best = replace(BINARY, evidence=(Evidence("inference-server", "Worker failed to boot.", 3),), title="It ended")
    row = updated(fleet, side(), side(12), best)
    assert "Environment Evidence 2, suspect" in words(ada, LTV)
    both = replace(compared.settings(side(), side(12, 9), best, ""), good=6)
    VerdictRow.objects.filter(attempt=row).update(changed=plain.dump(both))
    assert "suspect" not in words(ada, LTV)


def test_where_nothing_changed_that_is_said_with_what_it_means(fleet, ada):
    updated(fleet, side(), side())
    text = words(ada, LTV)
    assert "No difference; 10 settings are the same" in text
    assert "Nothing that can be compared changed. Then the reason lies outside these settings" in text
    assert "Way back" not in text


def test_without_an_attempt_that_was_ready_there_is_nothing_to_compare_with_and_no_way_back(fleet, ada):
    row = updated(fleet, side(), side(12))
    VerdictRow.objects.filter(attempt=row).update(changed=plain.dump(Changed(made=True)))
    text = words(ada, LTV)
    assert "No attempt of main that was recorded here has been ready: nothing to compare with." in text
    assert "Way back" not in text


@pytest.mark.parametrize("turned", ({"first_provisioning": True}, {"state": "Succeeded"}))
def test_what_cannot_or_need_not_be_updated_gets_no_way_back(fleet, ada, turned):
    row = updated(fleet, side(), side(12))
    Attempt.objects.filter(id=row.id).update(**turned)
    assert "Way back" not in words(ada, LTV)


def test_what_was_made_again_or_deleted_gets_no_way_back(fleet, ada):
    updated(fleet, side(), side(12), remade=True)
    text = words(ada, LTV)
    assert "The deployment was deleted and made again after attempt 6." in text and "Way back" not in text
    VerdictRow.objects.update(changed=plain.dump(replace(compared.settings(side(), side(12), BINARY, ""), good=6)))
    assert "Way back" in words(ada, LTV)
    Deployment.objects.filter(name="main").update(gone_at=rows.NOW)
    assert "Way back" not in words(ada, LTV)


def test_what_could_not_be_compared_is_said(fleet, ada):
    updated(fleet, side(conda=""), side(12), late=True, unread=("No log line of attempt 6 was collected.",))
    text = words(ada, LTV)
    for said in ("Azure had reported attempt 6 as failed before it became ready.",
                 "Not compared: the packages of the environment; not told of attempt 6.",
                 "Not compared: identity and network of the endpoint; not told of attempt 6 and attempt 7.",
                 "No log line of attempt 6 was collected."):
        assert said in text


def test_where_no_cause_holds_new_lines_stand_once_beside_the_first_errors_and_nothing_is_a_suspect(fleet, ada):
    line = Seen("inference-server", 7, "cache folder is not writable")
    updated(fleet, side(), side(12), None, healthy=(6,), new=(line,), new_count=30)
    text = words(ada, LTV)
    assert text.count("cache folder is not writable") == 1
    assert text.index("Do this next") < text.index("What changed since the last good attempt")
    assert "1 of 30, each shown once; not in what was collected of attempt 6, ready" in text
    assert "could be: used at container start" in text and "suspect" not in text.lower()


def test_where_the_settings_of_one_side_are_not_told_nothing_is_concluded_from_what_is_the_same(fleet, ada):
    end = EndpointFacts(Place(rows.SUB, "rg", "w", "ltv"), auth_mode="Key")
    updated(fleet, replace(side(), endpoint=end), Side(endpoint=end), None)
    text = words(ada, LTV)
    assert "Not compared: the settings of the deployment; not told of attempt 7." in text
    assert "No difference; 1 setting is the same" in text and "Nothing that can be compared changed" not in text


def test_an_attempt_that_was_not_compared_yet_shows_no_section(ada):
    assert "What changed since the last good attempt" not in words(ada, "/w/mlw-growth/e/churn-scorer/d/green/")


def to_come(way, story):
    """Where a story of the emulator's world fails to update within the next hour, and when that ends."""
    moment = quote((clock.now() + timedelta(minutes=50)).isoformat())
    coming = way.ask(f"book?logs=0&at={moment}")["attempts"]
    return next((one["place"], datetime.fromisoformat(one["ended"])) for one in coming
                if (one["story"], one["kind"], one["failed"]) == (story, "update", True)
                and datetime.fromisoformat(one["started"]) > clock.now())


def watched(way, place, end):
    """Look at one workspace before the update, and after its end."""
    way.look(rounds=0)
    for lane in watches.lanes_due():
        way.look_at(lane)
    way.look(place=place)
    Watch.objects.filter(attempt__state="Succeeded").exclude(attempt__deployment__name=place["deployment"]).update(
        due_at=None)
    way.advance((end - clock.now()).total_seconds() / 60 + 1)
    way.look(place=place)


@pytest.mark.django_db
def test_a_failed_update_of_the_emulator_shows_what_turned_the_likeliest_first(client):
    with through(7) as way:
        place, end = to_come(way, "import_error")
        watched(way, place, end)
        row = Attempt.objects.select_related("endpoint__workspace", "verdict").get(
            endpoint__name=place["endpoint"], deployment__name=place["deployment"], state="Failed")
        found = plain.load(Changed, row.verdict.changed)
        assert [one.name for one in found.differences] == ["environment", "code"]
        assert found.new and not found.suspect  # both fit, and the evidence names neither
        client.force_login(Person.objects.create_user("ada", sees_all=True))
        served = row.endpoint
        text = words(client, f"/w/{served.workspace.slug}/e/{served.name}/d/{place['deployment']}/a/{row.number}")
        for said in (f"Attempt {found.good}, ready", "2 differences;", "Way back: attempt", "Settings that are the"):
            assert said in text
        assert f"environment=azureml:{found.differences[0].before}" in text


def test_the_record_of_the_endpoint_hands_over_the_same_way_back(numpy):
    text = words(numpy, LTV.partition("/d/")[0] + "/timeline")
    assert "Way back Attempt 6 again. main was ready with ltv-env:11 and ltv:8" in text
    assert "environment=azureml:ltv-env:11" in text
