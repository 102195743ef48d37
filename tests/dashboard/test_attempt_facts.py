"""What an attempt page must not say: of deployments that are gone, of logs of several instances, of excerpts alone."""
import re

from tests.dashboard import rows
from tests.dashboard.test_attempt import GREEN, words
from troubleshoot.diagnosis import plain
from troubleshoot.diagnosis.recorded import Gap, Restart
from troubleshoot.models import Attempt, Blind, Deployment, Incident, Log
from troubleshoot.models import Verdict as VerdictRow


def test_what_was_deleted_has_no_traffic_and_its_fix_says_that_it_was_deleted(fleet, ada):
    assert "Traffic 0 %" in words(ada, GREEN) and "It was deleted since" not in words(ada, GREEN)
    Deployment.objects.filter(name="green").update(gone_at=rows.minutes(3))
    text = words(ada, GREEN)
    assert "It was deleted since: create it again where a step says update or delete" in text
    assert "Traffic 0 %" not in text


def test_a_start_in_a_log_of_several_instances_is_not_counted_as_one_of_the_same_container(fleet, ada):
    row, verdict = fleet["failed"], VerdictRow.objects.get(attempt=fleet["failed"])
    verdict.data["restarts"] = [plain.dump(Restart("inference-server", n, 1 + n, rows.minutes(70 + n), True))
                                for n in (1, 2, 3)]
    verdict.save()
    assert "inference-server started, at least the 3rd time" in words(ada, GREEN)
    Attempt.objects.filter(id=row.id).update(spec=row.spec | {"instance_count": 2})
    for path in (GREEN, GREEN.partition("/d/")[0] + "/timeline"):
        text = words(ada, path)
        assert "at least the" not in text and "started again" not in text
        assert "line 4; start 3 in a log of several instances" in text


def test_an_excerpt_has_the_severity_that_the_header_of_its_traceback_gives_it(fleet, ada):
    text = ada.get(GREEN).content.decode()
    excerpt = text.partition('aria-labelledby="evid"')[2].partition("</section>")[0]
    assert re.search(r'<li class="e nt"><i></i><a [^>]*aria-label="Line 10"', excerpt)


def test_the_moments_in_a_gap_are_written_as_everywhere_else(fleet, ada):
    row = fleet["failed"]
    told = "what was printed between 2026-11-23 01:58:53 and 2026-11-23 01:58:54 may be missing"
    Log.objects.filter(attempt=row, container="inference-server").update(gaps=[plain.dump(Gap(6, told))])
    for path in (GREEN, GREEN + "a/2/logs/inference-server", GREEN.partition("/d/")[0] + "/timeline"):
        assert "between 23 Nov 01:58:53 and 23 Nov 01:58:54 may be missing" in words(ada, path)


def test_nobody_is_told_that_we_did_not_look_at_what_was_gone(fleet, ada):
    row = fleet["failed"]
    for since, until in ((60, 50), (20, 4)):
        Blind.objects.create(workspace=row.endpoint.workspace, poll="endpoints", since=rows.minutes(since),
                             until=rows.minutes(until))
    assert words(ada, GREEN).count("We did not look") == 2
    Deployment.objects.filter(name="green").update(gone_at=rows.minutes(30))
    assert words(ada, GREEN).count("We did not look") == 1


def test_a_failed_attempt_leads_to_its_incident_and_the_ready_one_after_it_to_none(fleet, ada):
    rows.follow()
    one = Incident.objects.get(resolved_at=None)
    assert f'<a href="/i/{one.id}">Incident {one.id}</a>' in ada.get(GREEN).content.decode()
    rows.verdict(rows.attempt(fleet["failed"].deployment, "Succeeded", number=3))
    rows.follow()
    assert "Incident" not in ada.get(GREEN).content.decode()
