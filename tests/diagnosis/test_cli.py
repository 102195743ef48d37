"""The program for one text, and the contract for many: one answer a line, none made up."""

import io
import json
from pathlib import Path

import pytest

from troubleshoot.diagnosis import __main__ as cli

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def answers(*lines: str) -> tuple[list[dict], str, int]:
    out, err = io.StringIO(), io.StringIO()
    status = cli._answer_lines("\n".join(lines), out, err)
    return [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue(), status


def line(name: str, kind: str, text: str, status: int | None = None) -> str:
    return json.dumps({"id": name, "kind": kind, "http_status": status, "text": text})


def test_a_failure_is_answered_with_label_cause_certainty_and_quotation():
    text = (CORPUS / "script-import-error/server.log").read_text()
    found, err, status = answers(line("a1", "inference_log", text))
    assert (err, status) == ("", 0)
    assert (found[0]["id"], found[0]["label"], found[0]["cause"]) == ("a1", "ERR_2200", "script-import-error")
    assert found[0]["certainty"] == "certain"
    quote = found[0]["evidence"][0]
    assert quote["text"] in text.splitlines()[quote["line"] - 1]


def test_healthy_is_told_only_with_a_line_that_shows_it():
    ready, _, _ = answers(line("h", "inference_log", (CORPUS / "nothing/ready-server.log").read_text()))
    assert ready[0]["label"] == "HEALTHY"
    assert ready[0]["evidence"]
    silent, _, _ = answers(line("s", "inference_log", "nothing of note"))
    assert silent == [
        {"id": "s", "label": "UNKNOWN", "cause": None, "certainty": "undecided", "evidence": []}
    ]


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (401, "SCORING_401"),
        (404, "SCORING_404"),
        (408, "SCORING_408"),
        (413, "SCORING_413"),
        (424, "SCORING_424"),
        (429, "SCORING_429"),
        (500, "SCORING_500"),
    ],
)
def test_the_status_of_a_call_alone_gives_its_label_and_no_certainty(status, label):
    found, _, _ = answers(line("x", "scoring", "no words", status))
    assert (found[0]["label"], found[0]["certainty"]) == (label, "likely")


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("not json", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id":"a","kind":"quota"}', "'text' is missing"),
        ('{"kind":"quota","text":"x"}', "'id' is missing"),
        ('{"id":"a","kind":"poem","text":"x"}', "'kind' is 'poem'"),
        ('{"id":"a","kind":"quota","text":"x","http_status":"500"}', "'http_status'"),
        ("[" * 100_000, "not JSON"),
        ('{"id":"a","kind":["quota"],"text":"x"}', "'kind' is"),
    ],
)
def test_a_malformed_line_is_told_and_the_others_are_answered(bad, said):
    found, err, status = answers(line("a", "quota", "x"), bad, line("b", "quota", "y"))
    assert [one["id"] for one in found] == ["a", "b"]
    assert err.startswith("line 2: ")
    assert said in err
    assert status == 1


def test_lone_surrogates_and_controls_in_a_text_do_no_harm():
    found, _, status = answers(
        '{"id":"a","kind":"inference_log","http_status":null,"text":"\\ud800 \\u0000 '
        "ModuleNotFoundError: No module named 'x'\"}"
    )
    assert status == 0
    assert found[0]["id"] == "a"


def test_a_file_is_told_as_text_with_its_fix(capsys):
    assert cli.main([str(CORPUS / "script-import-error/server.log")]) == 0
    said = capsys.readouterr().out
    assert "The scoring script imports lightgbm, but the environment does not have it" in said
    assert "Certain · script-import-error" in said
    assert "get-logs" in said or "online-deployment" in said


def test_a_file_that_cannot_be_read_is_one_sentence_on_the_error_stream(capsys):
    assert cli.main(["/nowhere/at/all.log"]) == 1
    assert "No such file" in capsys.readouterr().err
