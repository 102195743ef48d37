"""Laws of the engine: what a cut or a joined text may say, and what the real server's logs must say."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diagnosis.test_causes import KINDS
from troubleshoot.diagnosis import shelf
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import CERTAIN, LIKELY, Case, Text, Verdict

TESTS = Path(__file__).resolve().parents[1]
REAL = sorted((TESTS / "samples").glob("*/*.log"))
LOGS = [*sorted((TESTS / "corpus").glob("*/*.log")), *REAL]
FAILING = [path for path in LOGS if not path.name.startswith("near-")]
OUTRANKS = {rule.slug: set(rule.cause.outranks) for rule in shelf.rules()}

# What each log of azureml-inference-server-http 1.5.1 shows; None: nothing is wrong.
TRUTH = {
    "server/config_error": "server-config-error",
    "server/import_error": "script-import-error",
    "server/init_env_missing": "init-env-missing",
    "server/init_model_missing": "init-model-path",
    "server/no_init": "script-no-init-or-run",
    "server/no_run": "script-no-init-or-run",
    "server/ok": None,
    "server/run_bad_signature": "script-run-signature",
    "server/run_not_serialisable": "score-424-not-serialisable",
    "server/run_raises": "score-424-run-exception",
    "server/run_timeout": "score-424-scoring-timeout",
    "server/script_missing": "script-missing",
    "server/syntax_error": "script-syntax-error",
    "server/worker_sigkill": "oom-worker-killed",
    "server/worker_timeout_in_init": "init-too-slow",
    "server/worker_timeout_in_run": "score-424-worker-timeout",
    "example/init-failure-model-file-missing": "init-model-path",
    "example/score-import-error": "script-import-error",
    "example/score-syntax-error": "script-syntax-error",
    "example/score-without-init": "script-no-init-or-run",
    "example/succeeded": None,
}


def kind(path: Path) -> str:
    """The kind of text that a sample's name tells."""
    return (
        "inference_log" if path in REAL else KINDS.get(path.stem.rpartition("-")[2], "operation_error")
    )


def read(path: Path, text: str) -> Verdict:
    """The verdict on a text of the sample's kind."""
    told = kind(path)
    status = int(text.split(maxsplit=2)[1]) if told == "scoring" and text.startswith("HTTP/1.1 ") else None
    return diagnose(Case(texts=(Text(told, text),), http_status=status))


@cache
def whole(path: Path) -> Verdict:
    """The verdict on a whole sample."""
    return read(path, path.read_text())


def certain(verdict: Verdict) -> set[str]:
    """The causes that a verdict is certain of."""
    return {finding.cause for finding in verdict.findings if finding.certainty == CERTAIN}


def held(verdict: Verdict) -> set[str]:
    """The causes that a verdict does not rule out."""
    return {finding.cause for finding in verdict.findings if finding.certainty in (CERTAIN, LIKELY)}


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_log_of_the_real_server_gets_its_right_cause(path):
    best = whole(path).best
    assert (best.cause if best else None) == TRUTH[f"{path.parent.name}/{path.stem}"]
    assert best or whole(path).healthy


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(LOGS), st.floats(0, 1), st.floats(0, 1))
def test_a_part_of_a_text_is_never_certain_of_what_the_whole_is_not(path, one, other):
    lines = path.read_text().splitlines(keepends=True)
    first, last = sorted((round(one * len(lines)), round(other * len(lines))))
    assert certain(read(path, "".join(lines[first:last]))) <= certain(whole(path))


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(FAILING), st.sampled_from(FAILING))
def test_two_texts_joined_are_certain_of_nothing_that_neither_was(one, other):
    both = joined(one, other)
    assert certain(both) <= certain(whole(one)) | certain(whole(other))


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(FAILING), st.sampled_from(FAILING))
def test_two_failures_of_different_places_are_both_told_unless_one_explains_the_other(one, other):
    if kind(one) == kind(other) or "scoring" in (kind(one), kind(other)):
        return
    left = held(joined(one, other))
    explained = {slug for cause in left for slug in OUTRANKS[cause]}
    assert certain(whole(one)) | certain(whole(other)) <= left | explained


def joined(one: Path, other: Path) -> Verdict:
    """The verdict on two samples as one case: one text where they are of one kind, else two."""
    if kind(one) == kind(other):
        return read(one, one.read_text().rstrip("\n") + "\n" + other.read_text())
    return diagnose(Case(texts=tuple(Text(kind(path), path.read_text()) for path in (one, other))))
