"""The command as a pipeline calls it: a process of its own, with files, exit status and nothing else to lean on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from troubleshoot.diagnosis import outcome, paste

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests/corpus"
SERVER = CORPUS / "script-import-error/server.log"
READY = CORPUS / "nothing/ready-server.log"
STORAGE = CORPUS / "code-not-found/storage.log"
REFUSED = CORPUS / "endpoint-busy/refused.json"


@pytest.fixture
def run(tmp_path):
    """Runs the command with no setting, no database and a locale that knows no letter beyond ASCII."""

    def call(*arguments: str | Path, given: bytes = b"", **settings: str) -> tuple[int, str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", "diagnose", *arguments],
            input=given, capture_output=True, cwd=tmp_path, timeout=120,
            env=kept | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
            | {"DATA_DIR": str(tmp_path / "data")} | settings,
        )  # fmt: skip
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    return call


def test_a_cause_is_printed_with_its_proof_its_fix_and_exit_status_10(run):
    status, said, wrong = run(SERVER, "-e", "churn", "-n", "blue", "-g", "rg-ml", "-w", "ws-ml")
    assert (status, wrong) == (10, "")
    assert said.startswith("The scoring script imports lightgbm, but the environment does not have it\nCertain · ")
    assert "line 57: ModuleNotFoundError: No module named 'lightgbm'" in said
    assert "-e churn -n blue" in said
    assert "<resource-group>" not in said
    assert "Container start stopped" in said
    assert "\x1b" not in said


def test_nothing_wrong_is_exit_status_0(run):
    status, said, _ = run(READY)
    assert (status, said.split("\n")[0]) == (0, "Nothing wrong: this text shows no failure")


def test_not_known_is_exit_status_11_and_comes_with_a_text_for_support(run):
    given = b"2026-11-20T09:10:01Z it broke\nx-ms-request-id: 5b0c8a11-0c1d-4be6-9f9e-8c2f7a1d0001"
    status, said, _ = run(given=given)
    assert (status, said.split(":")[0]) == (11, "Cause not known")
    assert "Text for support" in said
    assert "5b0c8a11-0c1d-4be6-9f9e-8c2f7a1d0001" in said
    assert "2026-11-20T09:10:01Z" in said


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: folder / "nowhere.log",
        lambda folder: folder,
        lambda folder: _written(folder / "empty.log", b"\n \n"),
        lambda folder: _written(folder / "junk.log", bytes(range(256)) * 50),
    ],
    ids=["missing", "a directory", "empty", "binary"],
)
def test_what_cannot_be_read_is_exit_status_12_and_one_line_on_the_error_stream(run, tmp_path, make):
    path = make(tmp_path)
    status, said, wrong = run(path)
    assert (status, said) == (12, "")
    assert wrong.startswith(f"{path}: cannot be read: ")
    assert wrong.count("\n") == 1


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_an_unknown_option_is_exit_status_2(run):
    assert run("--nonsense")[0] == 2


def test_several_files_are_one_case_and_each_quotation_names_its_file(run):
    status, said, _ = run(REFUSED, SERVER)
    assert status == 10
    assert f"{SERVER} line 57: ModuleNotFoundError" in said
    assert f"{REFUSED} line " in said


def test_each_file_can_be_a_case_of_its_own(run):
    status, said, _ = run("--each", READY, SERVER)
    assert status == 10
    assert said.index(f"== {READY}") < said.index("Nothing wrong") < said.index(f"== {SERVER}") < said.index("Certain")


def test_a_missing_file_beside_others_hides_no_cause_and_is_never_nothing_wrong(run, tmp_path):
    assert run(SERVER, tmp_path / "none.log")[0] == 10
    assert run(READY, tmp_path / "none.log")[0] == 12


def test_json_is_one_object_a_case_with_the_documented_fields(run, tmp_path):
    status, said, _ = run("--json", "--each", SERVER, READY, tmp_path / "none.log", "-e", "churn")
    cause, healthy, unread = map(json.loads, said.splitlines())
    assert status == 10
    assert (cause["outcome"], cause["status"], cause["cause"]["cause"]) == ("cause", 10, "script-import-error")
    assert cause["cause"]["for"][0]["line"] == 57
    assert cause["names"]["endpoint"] == "churn"
    assert "endpoint" not in cause["absent"]
    assert (healthy["outcome"], healthy["status"], healthy["cause"]) == ("nothing wrong", 0, None)
    assert (unread["outcome"], unread["status"]) == ("unreadable", 12)
    manual = (ROOT / "docs/diagnose.md").read_text()
    assert [name for found in (cause, cause["cause"], unread) for name in found if f"`{name}`" not in manual] == []


def test_the_kind_can_be_given(run):
    given = b"HTTP/1.1 404 Not Found\n\nNo valid deployments to route to."
    status, said, _ = run("--kind", "scoring", "--json", given=given)
    found = json.loads(said)
    assert (status, found["http_status"], found["cause"]["cause"]) == (10, 404, "score-404-no-traffic")


def test_no_secret_is_printed(run):
    secret = "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg"
    given = SERVER.read_bytes() + f"\nTraceback: https://st.blob.core.windows.net/c?sv=1&sig={secret}%3D".encode()
    for form in ((), ("--json",)):
        _, said, wrong = run(*form, given=given)
        assert secret not in said + wrong
        assert "signature" in said


def test_a_file_of_a_windows_shell_is_read(run, tmp_path):
    path = _written(tmp_path / "log.txt", SERVER.read_text().replace("\n", "\r\n").encode("utf-16"))
    assert run(path)[0] == 10


def test_it_works_where_nothing_can_be_written_and_no_broker_or_database_is(run):
    settings = {"DATA_DIR": "/proc/nowhere", "DATABASE_HOST": "203.0.113.1", "BROKER_URL": "redis://203.0.113.1:1"}
    assert run(SERVER, **settings)[0] == 10


def test_a_reader_that_goes_away_is_no_error(tmp_path):
    script = f"{sys.executable} {ROOT}/manage.py diagnose {SERVER} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert (done.stdout.strip(), done.stderr) == ("10", "")


def test_in_a_pipeline_the_step_ends_with_the_status_of_the_verdict(tmp_path):
    script = f"(cat {REFUSED}; exit 1) 2>&1 > log || {sys.executable} {ROOT}/manage.py diagnose log > told"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, timeout=120)
    assert done.returncode == 10
    assert (tmp_path / "told").read_text(encoding="utf-8").split("\n")[1].startswith(("Certain", "Likely"))


def test_lines_of_several_texts_are_counted_in_their_own_text():
    sources = [outcome.Source(path.name, paste.read(path.read_text())) for path in (REFUSED, STORAGE, SERVER)]
    found = outcome.of(sources)
    last = len(REFUSED.read_text().splitlines())
    assert found.where(last) == (REFUSED.name, last)
    assert found.where(last + 1) == (STORAGE.name, 1)
    assert found.where(found.paste.lines)[0] == SERVER.name
