"""The unknown is useful: the next test, what was looked at, what was weighed, and the text for support."""
import re

import pytest

from tests.dashboard import rows
from tests.dashboard.test_attempt import GREEN, words
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.facts import ErrorNode, Evidence, Finding, Stage, Verdict
from troubleshoot.models import Attempt, Log, LogRead, Watch
from troubleshoot.models import Verdict as Row

pytestmark = pytest.mark.postgres
ODD = "/w/mlw-growth/e/odd/d/v5/"
ERROR = ErrorNode("InternalServerError", "It went wrong inside the service.", info=(
    ("Correlation", '{"operation": "0123456789abcdef0123456789abcdef", "request": "fedcba9876543210"}'),))
OUT = Finding("storage-permission", "The identity may not read the storage account", "Storage role", "ruled out",
              "model_and_code", (Evidence("operation error", "It went wrong", 1),),
              against=(Evidence("instance status", "ModelDownload: Succeeded", 4),))
LIKELY = Finding("internal-error", "Azure failed inside the service", "Service fault", "likely", "",
                 (Evidence("operation error", "It went wrong", 1),), missing=("No status block.",),
                 next_test="Deploy it once more, unchanged.", who="Microsoft", retry="wait", urgent="if serving")


@pytest.fixture
def odd(fleet):
    """An attempt that failed after 80 minutes, with no log and no cause."""
    end = rows.endpoint(fleet["growth"], "odd", {"v3": 100, "v5": 0})
    row = rows.attempt(rows.deployment(end, "v5", "Failed"), took=80, error=ERROR)
    for log in row.logs.all():
        LogRead.objects.create(log=log, at=rows.minutes(5), last_at=rows.minutes(1), answer_class="none yet", times=14)
    rows.verdict(row, None, (Stage("Quota", "no data", note="accepted; no proof"),
                             Stage("Stopped", "stopped", row.started, row.ended, "Azure does not tell the stage"),
                             Stage("Ready", "not reached")),
                 looked_at=(("operation error", "one general sentence"), ("inference-server log", "none yet"),
                            ("storage-initializer log", "none yet")),
                 first_errors=(Evidence("operation error", "It went wrong inside the service.", 1),))
    return row


def told(row, *findings):
    """The verdict on an attempt, from these findings."""
    verdict = Verdict(findings=findings, looked_at=(("operation error", "one general sentence"),))
    best = verdict.best
    Row.objects.filter(attempt=row).update(data=plain.dump(verdict), cause=best.cause if best else "",
                                           certainty=best.certainty if best else "")


def test_the_card_says_what_is_not_touched_and_names_the_next_step(odd, ada):
    text = words(ada, ODD)
    assert "v3 serves 100 % and is not touched." in text
    assert "Best next step a test of 20 s" in text
    assert "Looked at 4 sources" in text
    card = re.search(r'<section class="cause.*?</section>', ada.get(ODD).content.decode(), re.S)[0]
    assert 'class="cause is-idle"' in card and "Certain" not in card and "Likely" not in card


def test_the_order_is_next_test_looked_at_first_lines_support_and_the_name(odd, ada):
    heads = re.findall(r"<h2[^>]*>(.*?)</h2>", ada.get(ODD).content.decode())
    assert heads[1:7] == ["Do this next", "What was looked at", "First error lines", "Text for Azure support",
                          "Found it?", "Timeline"]


def test_each_source_says_what_it_said_how_often_and_when_also_the_silent_and_forbidden_ones(odd, ada):
    Watch.objects.filter(attempt=odd).update(trouble="denied", said="may not read logs", tried_at=rows.minutes(2))
    text = words(ada, ODD)
    assert "inference-server log none yet, 14 times 03:05 UTC to 03:09 UTC" in text
    assert "logs poll denied: may not read logs 03:08 UTC" in text
    assert "Instance metrics not collected by this app" in text


def test_each_test_says_its_duration_what_its_outcomes_mean_and_what_it_costs(odd, ada):
    text = words(ada, ODD)
    assert "Ask once more for the log that is missing, 20 s" in text
    assert "get-logs -e odd -n v5 --container storage-initializer --lines 5000 -g rg-mlw-growth -w mlw-growth" in (
        text.replace("\\ ", ""))
    assert "two explanations still stand" in text
    assert "It needs 8 vCPU with the upgrade reserve, takes no traffic, and has to be deleted afterwards." in text
    assert "online-deployment delete -e odd -n v5-test --yes" in text.replace("\\ ", "")


def test_a_log_that_may_not_be_read_is_asked_for_with_another_account(odd, ada):
    Log.objects.filter(attempt=odd).update(last_class="denied")
    assert "Read the log with an account that may, 20 s" in words(ada, ODD)


def test_refused_cancelled_and_endpoint_attempts_have_tests_of_their_own(odd, fleet, ada):
    Attempt.objects.filter(id=odd.id).update(state="Refused")
    text = words(ada, ODD)
    assert "Submit it again and keep the whole answer" in text and "--local" not in text
    Attempt.objects.filter(id=odd.id).update(state="Canceled")
    assert "See who or what cancelled it, 10 s" in words(ada, ODD)
    row = rows.attempt(rows.endpoint(fleet["growth"], "whole"), "Failed")
    rows.verdict(row)
    assert "az ml online-endpoint show -n whole" in words(ada, "/w/mlw-growth/e/whole/a/1")


def test_with_no_container_log_the_operation_is_shown_as_it_came_and_said_to_be_the_only_text(odd, ada):
    text = words(ada, ODD)
    assert "The only text there is: no container printed a line." in text
    assert "status: Failed startTime: 2026-11-23T01:45:00+00:00" in text


def test_the_text_for_support_holds_place_times_ids_and_answers(odd, ada):
    text = words(ada, ODD)
    for part in (rows.SUB, "northeurope", "rg-mlw-growth / mlw-growth", "v5, 1 x Standard_DS3_v2, attempt 1",
                 "2026-11-23T01:45:00Z", "2026-11-23T03:05:00Z", "op-odd-1", "0123456789abcdef0123456789abcdef",
                 "InternalServerError It went wrong inside the service.", "(14 answers, 2026-11-23T03:05:00Z to "):
        assert part in text, part


def test_what_was_ruled_out_says_what_spoke_for_and_against_it(odd, ada):
    told(odd, OUT)
    text = words(ada, ODD)
    assert "1 explanation was ruled out, none is proved." in text
    assert "1 for, 1 against, 0 missing" in text
    assert "Against ModelDownload: Succeeded instance status, line 4 Missing nothing" in text
    assert "Ruled out Storage role" in text


def test_a_likely_cause_is_called_likely_and_its_rivals_stand_open_with_the_test_that_tells_them_apart(odd, ada):
    rival = Finding("key-vault-permission", "The identity may not read the key vault", "Key vault", "likely", "",
                    (Evidence("operation error", "It went wrong", 1),), next_test="The role list of the identity.")
    told(odd, LIKELY, rival, OUT)
    text = words(ada, ODD)
    assert "Likely cause Azure failed inside the service" in text
    assert "To be sure: Deploy it once more, unchanged." in text
    assert "1 other explanation that fits" in text
    assert "Cheapest test: The role list of the identity." in text
    assert "Urgent only if it serves" in text
    assert text.index("1 other explanation") < text.index("Ruled out 1 explanation")
    assert "Text for Azure support" in text


def test_what_was_told_before_newer_rules_is_said(odd, ada):
    Row.objects.filter(attempt=odd).update(earlier=[
        {"cause": "", "certainty": "", "title": "", "fingerprint": "abc", "until": "2026-11-20T10:00:00+00:00"},
        {"cause": "gone-cause", "certainty": "likely", "title": "t", "fingerprint": "def",
         "until": "2026-11-22T10:00:00+00:00"}])
    text = words(ada, ODD)
    assert "Told as gone-cause, likely, until 22 Nov (rules def )." in text
    assert "Told as not known until 20 Nov (rules abc )." in text


def test_a_verdict_that_cannot_be_rechecked_says_why(odd, ada):
    Row.objects.filter(attempt=odd).update(held="The log that it rests on is no longer stored.")
    assert "It cannot be rechecked with today's rules. The log that it rests on is no longer stored." in words(ada, ODD)


@pytest.mark.parametrize("path", [ODD, GREEN])
def test_a_page_with_everything_on_it_stays_within_its_queries(odd, ada, path, django_assert_max_num_queries):
    ada.post(path + f"a/{1 if path == ODD else 2}/correct", {"note": "seen"})
    Row.objects.update(signature="same")
    ada.get(path)
    with django_assert_max_num_queries(12):
        ada.get(path)
