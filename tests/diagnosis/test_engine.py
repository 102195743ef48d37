"""The engine ranks by trust, lets the specific beat the general, and is certain only of what is proven."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import (
    CERTAIN,
    LIKELY,
    RULED_OUT,
    AssetFacts,
    Case,
    DeploymentFacts,
    ErrorNode,
    Event,
    Log,
    OperationFacts,
    Place,
    Text,
)

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GUIDE = " Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-"
CRASHED = ErrorNode(
    "ResourceNotReady", "User container has crashed or terminated." + GUIDE + "resourcenotready"
)
IMPORT = (
    "2026-11-20 09:14:04,202 E [58] azmlinfsrv - Traceback (most recent call last):",
    '  File "/x/user_script.py", line 77, in load_script',
    '  File "/var/azureml-app/score.py", line 4, in <module>',
    "    import lightgbm",
    "ModuleNotFoundError: No module named 'lightgbm'",
    "2026-11-20 09:14:09,703 E [12] gunicorn.error - Reason: Worker failed to boot.",
)
BLOCKED = (
    ("SystemSetup", "Succeeded"),
    ("UserContainerImagePull", "Succeeded"),
    ("ModelDownload", "InProgress"),
    ("UserContainerStart", "Waiting"),
)


def failed(error: ErrorNode | None = CRASHED, *lines: str, **more) -> Case:
    logs = (Log("inference-server", lines, 1, last_class="logs"),) if lines else ()
    case = Case(
        place=Place("sub", "rg", "ws", "ep", "blue"),
        kind="create",
        state="Failed",
        started=AT,
        operation=OperationFacts("od:1", "Failed", AT, AT, error),
        logs=logs,
    )
    return replace(case, **more)


def operation(message: str, code: str = "") -> Case:
    return failed(ErrorNode(code, message))


def read(path: str, kind: str = "inference_log") -> Case:
    return Case(texts=(Text(kind, (CORPUS / path).read_text()),))


def test_the_log_explains_what_azure_only_calls_a_crash():
    best = diagnose(failed(CRASHED, *IMPORT)).best
    assert (best.cause, best.certainty, best.stage) == ("script-import-error", CERTAIN, "container_start")
    assert best.evidence[0].source == "inference-server"
    assert best.evidence[0].line == 5
    assert best.evidence[0].text == IMPORT[4]


def test_azures_own_message_beats_the_log():
    case = failed(ErrorNode("OutOfQuota", "Container terminated due to insufficient memory."), *IMPORT)
    found = [finding.cause for finding in diagnose(case).findings]
    assert found[:2] == ["quota-memory", "script-import-error"]


@pytest.mark.parametrize(
    "message",
    [
        "Startup task failed due to authorization error." + GUIDE + "badargument",
        "OutOfQuota: The request could not be fulfilled." + GUIDE + "outofquota",
        "ResourceNotReady: User container has crashed or terminated: Liveness probe failed: HTTP "
        "probe failed with statuscode: 502.",
        "Internal error." + GUIDE + "internalservererror",
        "User container has crashed or terminated.",
    ],
)
def test_a_bare_general_sentence_is_never_certain(message):
    assert all(finding.certainty == LIKELY for finding in diagnose(operation(message)).findings)


def test_the_stage_tells_which_identity_error_it_is():
    refused = ErrorNode("BadArgument", "Startup task failed due to authorization error.")
    assert diagnose(failed(refused)).best.cause == "startup-task-authorization"
    assert diagnose(failed(refused, status=BLOCKED)).best.cause == "startup-auth-storage"
    pull = (
        ("SystemSetup", "Succeeded"),
        ("UserContainerImagePull", "Failed"),
        ("ModelDownload", "Succeeded"),
    )
    assert diagnose(failed(refused, status=pull)).best.cause == "startup-auth-acr"


def test_a_bare_internal_error_is_likely_at_most_and_keeps_the_old_code():
    best = diagnose(operation("Internal error." + GUIDE + "internalservererror", "InternalServerError")).best
    assert (best.cause, best.certainty, best.label) == ("internal-error", LIKELY, "ERR_5000")


def test_a_succeeded_attempt_has_no_failure():
    assert diagnose(failed(None, *IMPORT, state="Succeeded")).findings == ()


def test_lines_of_instances_from_before_the_attempt_prove_nothing():
    late = failed(CRASHED, *IMPORT, started=datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert diagnose(late).best.cause == "container-crashed"


def test_a_running_attempt_has_a_cause_only_where_a_log_proves_it():
    assert diagnose(failed(None, *IMPORT, state="Creating")).best.cause == "script-import-error"
    probe = (
        Event(
            "LivenessProbeFailed", "Liveness probe failed: HTTP probe failed with statuscode: 502", "Warning"
        ),
    )
    assert diagnose(failed(None, state="Creating", events=probe)).findings == ()


def test_a_wedged_creation_without_any_word_is_not_known():
    verdict = diagnose(
        Case(
            state="Creating",
            started=AT,
            logs=(
                Log(
                    "inference-server",
                    last_class="withheld",
                    said="Deployment is in deleting or creating state.",
                ),
            ),
        )
    )
    assert verdict.best is None
    assert dict(verdict.looked_at)["inference-server log"].startswith("withheld")


def test_platform_words_that_the_script_prints_are_no_cause():
    line = (
        "2026-11-20 09:14:05,100 I [58] azmlinfsrv.print - ERR_1100: Not enough quota available "
        "for Standard_DS3_v2"
    )
    assert diagnose(failed(None, line, state="Failed")).findings == ()


def test_an_error_that_the_start_survived_is_no_cause():
    ready = "2026-11-20 09:14:20,021 I [58] azmlinfsrv - Worker with pid 58 ready for serving traffic"
    assert diagnose(Case(texts=(Text("inference_log", "\n".join((*IMPORT[:5], ready))),))).findings == ()


def test_what_a_failed_attempt_survived_is_ruled_out_by_the_line_that_shows_it():
    ready = "2026-11-20 09:14:20,021 I [58] azmlinfsrv - Worker with pid 58 ready for serving traffic"
    verdict = diagnose(failed(CRASHED, *IMPORT[:5], ready))
    out = next(one for one in verdict.findings if one.cause == "script-import-error")
    assert out.certainty == RULED_OUT
    assert out.evidence[0].text == IMPORT[4]
    assert out.against[0].text == ready
    assert verdict.best.cause != "script-import-error"


def test_a_hint_that_azures_block_speaks_against_is_ruled_out():
    case = failed(
        ErrorNode("BadArgument", "Unable to download user container image."),
        status=(("UserContainerImagePull", "Succeeded"), ("ModelDownload", "Succeeded")),
    )
    for finding in diagnose(case).findings:
        if finding.stage == "image_pull":
            assert finding.certainty != CERTAIN
            assert finding.against


def test_every_likely_finding_names_a_next_test_and_no_other_does():
    for rule in shelf.rules():
        for path in sorted((CORPUS / rule.slug).glob("*.log")):
            for finding in diagnose(read(f"{rule.slug}/{path.name}")).findings:
                assert bool(finding.next_test) == (finding.certainty == LIKELY), (path, finding.cause)


def test_an_answer_that_went_well_has_no_cause_whatever_words_it_holds():
    text = 'HTTP/1.1 200 OK\n\n{"answer": "Error 404: not found was printed"}'
    assert diagnose(Case(texts=(Text("scoring", text),), http_status=200)).findings == ()


def test_a_status_that_only_the_text_tells_is_the_one_that_is_named():
    text = "urllib.error.HTTPError: HTTP Error 503: Service Unavailable"
    best = diagnose(Case(texts=(Text("scoring", text),))).best
    assert best is None or best.label == "SCORING_503"


def test_a_managed_deployment_has_no_cause_of_an_attached_cluster():
    pending = ErrorNode("PodUnschedulable", "0/3 nodes are available: 3 Insufficient nvidia.com/gpu.")
    facts = DeploymentFacts(Place("sub", "rg", "ws", "ep", "blue"))
    on_cluster = diagnose(failed(pending, deployment=replace(facts, compute="Kubernetes")))
    assert on_cluster.best.cause == "k8s-unschedulable"
    managed = diagnose(failed(pending, deployment=replace(facts, compute="Managed")))
    assert not any(finding.cause.startswith("k8s-") for finding in managed.findings)


def test_of_a_chained_traceback_the_first_block_is_the_cause():
    case = read("init-env-missing/server.log")
    chained = case.texts[0].text.replace(
        "KeyError: 'SEARCH_API_KEY'",
        "KeyError: 'SEARCH_API_KEY'\n\nDuring handling of the above "
        "exception, another exception occurred:\n\nTraceback (most recent call last):\n"
        '  File "/var/azureml-app/onlinescoring/score.py", line 16, in init\n    open(path)\n'
        "FileNotFoundError: [Errno 2] No such file or directory: "
        "'/var/azureml-app/azureml-models/m/1/x.pkl'",
    )
    findings = diagnose(Case(texts=(Text("inference_log", chained),))).findings
    assert findings[0].cause == "init-env-missing"
    assert [finding.certainty for finding in findings].count(CERTAIN) == 1


def test_two_independent_failures_are_both_told():
    one, two = (
        read("script-import-error/server.log").texts[0].text,
        (CORPUS / "storage-unreachable/storage.log").read_text(),
    )
    found = {
        finding.cause
        for finding in diagnose(Case(texts=(Text("inference_log", one), Text("storage_log", two)))).findings
    }
    assert {"script-import-error", "storage-unreachable"} <= found


def test_a_stage_that_azure_calls_done_speaks_against_a_cause_of_it():
    lines = ("ErrorCode:AuthorizationPermissionMismatch",)
    case = failed(
        CRASHED,
        logs=(Log("storage-initializer", lines, 1, last_class="logs"),),
        status=(("ModelDownload", "Succeeded"),),
    )
    finding = next(one for one in diagnose(case).findings if one.cause == "startup-auth-storage")
    assert finding.certainty == LIKELY
    assert finding.against[0].text == "ModelDownload: Succeeded"


def test_a_model_that_the_workspace_does_not_have_is_evidence():
    case = failed(
        ErrorNode("BadArgument", "Unable to download user model."),
        assets=(AssetFacts("model", "azureml:churn:9", found=False, said="ResourceNotFound"),),
    )
    assert {evidence.source for evidence in diagnose(case).best.evidence} == {
        "operation error",
        "model version",
    }


def test_what_could_not_be_read_is_said():
    case = failed(CRASHED, logs=(Log("inference-server", last_class="denied", said="AuthorizationFailed"),))
    best = diagnose(case).best
    assert "could not be read (denied: AuthorizationFailed)" in " ".join(best.missing)


def test_a_log_that_came_as_one_escaped_line_is_read():
    text = (CORPUS / "script-import-error/server.log").read_text().replace("\n", "\\n")
    best = diagnose(Case(texts=(Text("inference_log", text),))).best
    assert best.cause == "script-import-error"
    assert best.evidence[0].text in text


def test_a_quotation_of_a_long_line_is_cut_around_what_matched():
    message = (
        "x" * 5000 + " Not enough quota available for Standard_DS3_v2 in SubscriptionId abc. " + "y" * 5000
    )
    evidence = diagnose(operation(message)).best.evidence[0]
    assert len(evidence.text) <= 300
    assert "Standard_DS3_v2" in evidence.text
    assert evidence.text in message


def commands(case: Case) -> str:
    return "\n".join(step.command for step in diagnose(case).best.steps)


def test_delete_and_create_is_offered_only_where_nothing_ever_served():
    fresh = failed(CRASHED, *IMPORT, first_provisioning=True, ever_ready=None, weight=0)
    assert "online-deployment delete" in commands(fresh)
    assert "online-deployment update" not in commands(fresh)
    assert "online-deployment delete" not in commands(replace(fresh, first_provisioning=None))
    assert "online-deployment delete" not in commands(replace(fresh, ever_ready=True))


def test_an_update_is_offered_only_where_it_was_ready_before():
    assert "online-deployment update" in commands(failed(CRASHED, *IMPORT, ever_ready=True, weight=100))
    assert "online-deployment update" not in commands(failed(CRASHED, *IMPORT, weight=100))


@pytest.mark.parametrize("weight", [1, 100, None])
def test_a_deployment_that_may_have_traffic_is_never_deleted(weight):
    case = failed(CRASHED, *IMPORT, first_provisioning=True, weight=weight)
    assert "delete" not in commands(case)
    assert "delete" not in commands(replace(case, ready_siblings=("green",)))


def test_traffic_goes_first_to_a_sibling_that_is_ready():
    case = failed(CRASHED, *IMPORT, first_provisioning=True, weight=40, ready_siblings=("green",))
    assert "az ml online-endpoint update -n ep --traffic green=100 -g rg -w ws" in commands(case)


def test_azures_own_sentence_proves_that_nothing_ever_served():
    said = (
        "Specified deployment [blue] failed during initial provisioning and is in an "
        "unrecoverable state. Delete and re-create."
    )
    case = failed(ErrorNode("BadRequest", said), weight=0)
    assert "online-deployment delete -e ep -n blue" in commands(case)


def test_the_instances_alone_would_fit_but_not_the_reserve():
    best = diagnose(
        operation(
            "Not enough quota available for Standard_DS3_v2 in SubscriptionId a. Current "
            "usage/limit: 0/6. "
            "Additional needed: 8"
        )
    ).best
    assert (best.cause, best.certainty) == ("quota-upgrade-reserve", CERTAIN)
    assert best.title == "Standard_DS3_v2 would fit in 6 free vCPUs, but the upgrade reserve makes it 8"


def test_the_first_error_lines_stand_ready_where_nothing_is_known():
    case = failed(None, "2026-11-20 09:14:04,202 E [58] own - the tide is out", "fine again")
    verdict = diagnose(case)
    assert verdict.best is None
    assert verdict.first_errors[0].text.endswith("the tide is out")


def test_the_same_case_gives_the_same_verdict():
    assert diagnose(failed(CRASHED, *IMPORT)) == diagnose(failed(CRASHED, *IMPORT))
