"""A paste: no secret left in it, kinds told apart at real borders, names found, lines numbered as pasted."""

import base64
import json
import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from troubleshoot.diagnosis import decoded, paste
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import CERTAIN, Place

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
KINDS = {"server": "inference_log", "storage": "storage_log", "build": "build_log", "answer": "scoring"}
SUB = "1a2b3c4d-0000-4000-8000-aabbccddeeff"
WS = f"/subscriptions/{SUB}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ws-ml"
SERVER = (CORPUS / "script-import-error/server.log").read_text()
STORAGE = (CORPUS / "code-not-found/storage.log").read_text()
REFUSED = (CORPUS / "endpoint-busy/refused.json").read_text()
ANSWER = (CORPUS / "score-404-no-traffic/answer.log").read_text()
BUILD = (CORPUS / "build-pip-conflict/build.log").read_text()
STORAGE_KEY = base64.b64encode(bytes(range(64))).decode()


def kinds(text: str) -> list[str]:
    return [part.kind for part in paste.read(text).parts]


def best(text: str) -> tuple[str, str] | None:
    found = diagnose(paste.case(paste.read(text))).best
    return (found.cause, found.certainty) if found else None


def debug_output(*, last: str = "refused") -> str:
    """What `az ml online-deployment create --debug` prints: a look that finds nothing yet, then the request itself."""
    url = f"https://management.azure.com{WS}/onlineEndpoints/churn/deployments/blue?api-version=2024-10-01"
    policy = "cli.azure.cli.core.sdk.policies: "
    missing = {"error": {"code": "ResourceNotFound", "message": f"The Resource '{WS[1:]}' was not found."}}

    def answer(status: int, body: str) -> list[str]:
        return [
            f"{policy}Response status: {status}",
            f"{policy}Response headers:",
            f"{policy}    'x-ms-correlation-request-id': '0b9e6c54-71d2-4f3a-8a9d-2e5c1f7b6d0{status % 10}'",
            f"{policy}Response content:",
            *(f"{policy}{line}" for line in body.split("\n")),
        ]

    lines = [
        "cli.knack.cli: Command arguments: ['ml', 'online-deployment', 'create', '-e', 'churn', '-n', 'blue']",
        f"{policy}Request URL: '{url}'",
        f"{policy}Request method: 'GET'",
        f"{policy}    'Authorization': 'Bearer eyJ0eXAiOiJKV1QiLCJhbGciOi.{'a1B2' * 20}.c2ln'",
        *answer(404, json.dumps(missing)),
        f"{policy}Request URL: '{url}'",
        f"{policy}Request method: 'PUT'",
        f'{policy}{{"properties": {{"codeUri": "https://st.blob.core.windows.net/c?sv=1&sig={"q7" * 15}%3D"}}}}',
        *(answer(400, json.dumps(json.loads(REFUSED))) if last == "refused" else answer(201, '{"name": "blue"}')),
        "telemetry.main: Begin creating telemetry upload process.",
    ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=f"{path.parent.name}/{path.name}")
        for name in ("script-import-error", "code-not-found", "build-pip-conflict", "score-404-no-traffic",
                     "endpoint-busy", "image-not-found", "probe-wrong-route", "quota-vm-family",
                     "oom-worker-killed", "score-401-key")
        for path in sorted((CORPUS / name).glob("*"))
        if not path.name.startswith("near-") and not path.stem.endswith("case")
    ],
)  # fmt: skip
def test_a_sample_is_read_as_its_kind_and_told_as_its_cause_without_being_told_the_kind(path):
    text = path.read_text()
    assert kinds(text) == [KINDS.get(path.stem.rpartition("-")[2], "operation_error")]
    assert best(text)[0] == path.parent.name


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (SERVER + "\n" + STORAGE, ["inference_log", "storage_log"]),
        (STORAGE + "\n" + SERVER, ["storage_log", "inference_log"]),
        (REFUSED + "\n" + SERVER, ["operation_error", "inference_log"]),
        (SERVER + "\n" + REFUSED, ["inference_log", "operation_error"]),
        (ANSWER + "\n" + SERVER, ["scoring", "inference_log"]),
        (SERVER + "\n" + ANSWER, ["inference_log", "scoring"]),
        (BUILD + "\n" + SERVER, ["build_log", "inference_log"]),
        ("$ az ml online-deployment create -e churn -n blue\n" + REFUSED + "\n$ az ml online-deployment get-logs"
         " -e churn -n blue --container storage-initializer\n" + STORAGE, ["operation_error", "storage_log"]),
    ],
)  # fmt: skip
def test_several_kinds_in_one_paste_are_parted_where_one_program_ends(text, wanted):
    found = paste.read(text)
    assert [part.kind for part in found.parts] == wanted
    lines = text.removesuffix("\n").split("\n")
    for part in found.parts:
        assert part.text.split("\n")[0] == lines[part.first - 1]


def test_two_failures_in_one_paste_are_both_told():
    text = SERVER + "\n" + REFUSED
    told = {one.cause for one in diagnose(paste.case(paste.read(text))).findings if one.certainty != "ruled out"}
    assert {"script-import-error", "endpoint-busy"} <= told


@pytest.mark.parametrize(
    "inside",
    [
        'azmlinfsrv.print - {"error": {"code": "OutOfQuota", "message": "Not enough quota available"}}',
        '{"error": {"code": "OutOfQuota", "message": "Not enough quota available"}}',
        "azure.core.exceptions.HttpResponseError: (AuthorizationFailed) It may not.\nCode: AuthorizationFailed",
        "HTTP/1.1 401 Unauthorized",
        "urllib3.connectionpool: Starting new HTTPS connection (1): huggingface.co:443",
        "Traceback (most recent call last):\n  File \"score.py\", line 3, in init\nValueError: no",
    ],
)  # fmt: skip
def test_what_a_script_prints_stays_in_its_log(inside):
    lines = SERVER.split("\n")
    assert kinds("\n".join([*lines[:40], inside, *lines[40:]])) == ["inference_log"]


def test_a_debug_output_tells_the_refusal_and_not_the_look_before_it():
    found = paste.read(debug_output())
    assert found.read_as == "output of az with --debug"
    assert best(debug_output())[0] == "endpoint-busy"
    assert dict(found.names) == {
        "subscription": SUB, "group": "rg-ml", "workspace": "ws-ml", "endpoint": "churn", "deployment": "blue",
    }  # fmt: skip
    assert ("correlation id", "0b9e6c54-71d2-4f3a-8a9d-2e5c1f7b6d00") in found.ids
    assert [one.what for one in found.removed] == ["authorization header", "signature"]


def test_a_debug_output_of_a_request_that_was_accepted_proves_nothing():
    assert best(debug_output(last="accepted")) is None


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        ("2026-11-20T09:14:{:02d}.1234567Z ", "GitHub Actions, Azure DevOps"),
        ("deploy\tCreate the deployment\t2026-11-20T09:14:{:02d}.1234567Z ", "gh run view --log"),
        ("2026-11-20T09:14:{:02d}.123456Z 01O ", "GitLab"),
        ("[2026-11-20T09:14:{:02d}.123Z] ", "Jenkins"),
        ("inference-1  | ", "docker compose"),
        ("    ", "notebook"),
        ("> ", "mail"),
    ],
)  # fmt: skip
def test_what_a_ci_system_or_a_notebook_puts_before_each_line_hides_no_cause(prefix, name):
    text = "\n".join(prefix.format(at % 60) + line for at, line in enumerate(SERVER.split("\n")))
    assert best(text) == ("script-import-error", CERTAIN)
    quote = diagnose(paste.case(paste.read(text))).best.evidence[0]
    assert quote.text in text.split("\n")[quote.line - 1]


def test_an_error_that_a_pipeline_marks_is_read_without_the_mark():
    text = "##[group]Deploy\n##[error](BadRequest) The request is invalid.\n##[error]Process completed."
    assert paste.read(text).parts[0].text.split("\n")[1] == "(BadRequest) The request is invalid."


def test_coloured_output_of_az_ml_is_read_without_its_colours():
    text = "\x1b[91mERROR: (None) ResourceNotReady: User container has crashed or terminated.\x1b[0m\nCode: None"
    assert paste.read(text).parts[0].text.startswith("ERROR: (None) ResourceNotReady")
    assert kinds(text) == ["operation_error"]


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (ANSWER, 404, "Not Found"),
        ("* Trying 10.0.0.4:443...\n> POST /score HTTP/1.1\n>\n< HTTP/1.1 424 Failed Dependency\n<", 424,
         "Failed Dependency"),
        ("<Response [429]>", 429, ""),
        ("requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://c.inference.ml.azure.com/",
         401,
         "Unauthorized for url"),
        ("The request failed with status code: 408\n\nupstream request timeout", 408, ""),
    ],
)  # fmt: skip
def test_status_and_reason_of_a_scoring_answer_are_found(text, status, reason):
    found = paste.read(text)
    assert (found.status, found.reason) == (status, reason)
    assert paste.case(found).http_status == status


def test_an_answer_of_the_resource_manager_with_headers_is_no_scoring_answer():
    text = "HTTP/2 409 Conflict\nx-ms-routing-request-id: WESTEUROPE:20261120T091401Z:0b9e6c54\n\n" + REFUSED
    found = paste.read(text)
    assert [part.kind for part in found.parts] == ["operation_error"]
    assert found.status is None
    assert ("region", "westeurope") in found.names


def test_names_come_from_ids_commands_and_addresses():
    assert dict(paste.read(f"GET {WS}/onlineEndpoints/churn/deployments/blue").names) == {
        "subscription": SUB, "group": "rg-ml", "workspace": "ws-ml", "endpoint": "churn", "deployment": "blue",
    }  # fmt: skip
    said = "$ az ml online-deployment create \\\n  --name green -e churn -g rg-ml -w ws-ml --subscription $SUB"
    assert dict(paste.read(said).names) == {
        "group": "rg-ml", "workspace": "ws-ml", "endpoint": "churn", "deployment": "green",
    }  # fmt: skip
    assert dict(paste.read("https://churn.westeurope.inference.ml.azure.com/score").names) == {
        "endpoint": "churn", "region": "westeurope",
    }  # fmt: skip


def test_a_name_with_two_values_is_not_told():
    text = f"{WS}/onlineEndpoints/churn\n{WS}/onlineEndpoints/fraud"
    assert "endpoint" not in dict(paste.read(text).names)
    assert dict(paste.read(text).names)["workspace"] == "ws-ml"


def test_names_that_the_reader_gives_go_before_those_in_the_text():
    read = paste.read(f"{WS}/onlineEndpoints/churn/deployments/blue")
    place = paste.case(read, Place("", "", "ws-other", "", "green")).place
    assert place == Place(SUB, "rg-ml", "ws-other", "churn", "green")


def test_what_the_text_does_not_hold_is_named():
    assert paste.read(SERVER).absent == (
        "endpoint", "deployment", "workspace", "resource group", "Azure's own error", "storage-initializer log",
    )  # fmt: skip
    assert "inference-server log" in paste.read(REFUSED).absent
    assert "Azure's own error" not in paste.read(REFUSED).absent


def test_first_and_last_time_are_told():
    read = paste.read(STORAGE)
    assert f"{read.began:%H:%M:%S} {read.ended:%H:%M:%S}" == "09:10:01 09:12:51"
    assert paste.read("no time here").began is None


def test_a_failed_operation_gives_its_state_and_nothing_else_does():
    operation = (CORPUS / "image-not-found/operation.json").read_text()
    assert paste.case(paste.read(operation)).state == "Failed"
    assert paste.case(paste.read(SERVER)).state == ""
    assert paste.case(paste.read('{"provisioning_state": "Succeeded"}')).state == ""


def test_the_rail_is_read_from_the_status_block():
    read = paste.read(SERVER)
    rail = paste.rail(read, diagnose(paste.case(read)))
    assert [one.state for one in rail if one.name == "Container start"] == ["stopped"]
    answer = paste.read(ANSWER)
    assert paste.rail(answer, diagnose(paste.case(answer))) == ()


@pytest.mark.parametrize(
    "written",
    [
        lambda url: url,
        lambda url: json.dumps({"message": json.dumps({"url": url})}),
        lambda url: quote(url, safe=""),
        lambda url: url.replace("&", "&amp;"),
    ],
    ids=["as it is", "escaped twice", "percent", "entity"],
)
def test_a_secret_is_gone_whatever_it_is_written_in(written):
    secret = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg"
    text = "first\n" + written(f"https://st.blob.core.windows.net/c/b?sv=2024&se=2026&sig={secret}%3D&sp=r")
    read = paste.read(text)
    assert secret not in repr(read)
    assert [(one.line, one.what) for one in read.removed] == [(2, "signature")]


def test_secrets_are_counted_with_their_lines_and_stay_visible_as_removed():
    text = f"a\nAccountKey={STORAGE_KEY}\nb sig=1\nAuthorization: Bearer {'tok3n' * 8}"
    read = paste.read(text)
    assert [(one.line, one.what) for one in read.removed] == [(2, "account key"), (4, "authorization header")]
    assert read.text.split("\n")[1] == "AccountKey=[REDACTED:storage_key]"
    again = paste.read(read.text)
    assert again.removed == ()
    assert again.text == read.text


def test_a_private_key_over_several_lines_is_gone():
    body = [base64.b64encode(bytes([at] * 48)).decode() for at in range(5)]
    read = paste.read("\n".join(["x", "-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----", "y"]))
    assert not [line for line in body if line in repr(read)]
    assert {one.line for one in read.removed} >= set(range(3, 8))


def test_a_log_that_came_as_one_escaped_line_keeps_all_of_it():
    text = json.dumps({"content": SERVER})
    assert len(text) > 8192 or "lightgbm" in text
    assert "cut" not in paste.read(text).text
    assert best(text)[0] == "script-import-error"


def test_a_secret_in_the_middle_of_a_line_of_megabytes_is_gone():
    line = "x " * 300_000 + f"AccountKey={STORAGE_KEY} " + "y " * 300_000
    read = paste.read(line)
    assert STORAGE_KEY[:40] not in read.text
    assert len(read.removed) == 1


def test_a_text_over_the_limit_is_cut_in_the_middle_and_the_lines_are_named(monkeypatch):
    monkeypatch.setattr(paste, "MAX_CHARS", 1000)
    read = paste.read("\n".join(f"line {at}" for at in range(1, 1001)))
    first, last = read.left_out
    assert read.lines == 1000
    assert read.parts[0].text.split("\n")[-1] == f"line {first - 1}"
    assert read.parts[-1].text.split("\n")[0] == f"line {last + 1}"
    assert read.parts[-1].first == last + 1
    assert f"lines {first} to {last} left out" in read.text


HOSTILE = st.sampled_from(
    [
        "\0", "\ud800", "\x1b[31m", "\x1b]0;t\x07", "\u202e", "\r", "\r\n", "\n", "\u2028", "\ufeff", "{", "}", '"',
        "\\", "> ", "$ az ml ", "Instance status:", "Container logs:", "HTTP/1.1 424 ", "Code: X", "> POST / HTTP/1.1",
        '{"error": {"code": "X", "message": "y"}}', "##[error]", "2026-11-20T09:14:01.1234567Z ", "cli.knack.cli: x",
        "Response status: 404", "Response content:", "sig=", "-----BEGIN RSA PRIVATE KEY-----", "AccountKey=",
        f" AccountKey={STORAGE_KEY} ", f'"account_key": "{STORAGE_KEY}"',
    ]
)  # fmt: skip
ANY = st.lists(st.one_of(HOSTILE, st.text(max_size=20), st.just("\n")), max_size=25).map("".join)


@settings(max_examples=300, deadline=None)
@given(ANY)
@example("")
@example("\r\r\r")
@example("\ufeff" + "a\0b\0c\0\n\0")
def test_any_text_is_read_and_its_parts_cover_it_line_by_line(text):
    read = paste.read(text)
    assert sum(len(part.text.split("\n")) for part in read.parts) == read.lines
    shown = read.text.split("\n")
    at = 1
    for part in read.parts:
        assert part.first == at
        for line in part.text.split("\n"):
            assert shown[at - 1].endswith(line)
            at += 1
    assert [(one.kind, one.first, one.text.count("\n")) for one in paste.case(read).texts] == [
        (one.kind, one.first, one.text.count("\n")) for one in read.parts
    ]
    assert STORAGE_KEY not in read.text
    assert not [part for part in read.parts if STORAGE_KEY in part.text]
    assert re.fullmatch(r"[^\ud800-\udfff]*", read.text)


@settings(max_examples=60, deadline=None)
@given(ANY)
def test_any_text_gets_a_verdict_whose_lines_are_in_it(text):
    read = paste.read(text)
    verdict = diagnose(paste.case(read))
    paste.rail(read, verdict)
    quoted = [one for finding in verdict.findings for one in finding.evidence]
    assert all(1 <= one.line <= max(1, read.lines) for one in (*quoted, *verdict.first_errors) if one.line)


PIECES = ["{", "{\n", '"', "> ", "\t\n", "\r", "az ml -e ", "/subscriptions/", "\x1b[", "\\n", "%25"]


@pytest.mark.parametrize("piece", PIECES)
def test_the_cost_of_a_hostile_text_is_linear(piece):
    def cost(count: int) -> float:
        began = time.process_time()
        paste.read(piece * count)
        return time.process_time() - began

    paste.read(piece)
    small = min(cost(5_000) for _ in range(3))
    assert cost(20_000) < 15 * small + 0.5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_a_file_in_any_encoding_is_read(encoding):
    assert "naïve – text" in decoded.text(("first line of it\nnaïve – text\n" * 3).encode(encoding))


@pytest.mark.parametrize("data", [b"", b" \n", bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(range(40)) * 9])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(decoded.NotText):
        decoded.text(data)
