"""Each cause claims its own samples, refuses its near misses, and names in its fix only what was captured."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from troubleshoot.diagnosis import errors, names, plain, shelf
from troubleshoot.diagnosis.engine import diagnose
from troubleshoot.diagnosis.facts import CERTAIN, LIKELY, Case, OperationFacts, Step, Text

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
KINDS = {"server": "inference_log", "storage": "storage_log", "build": "build_log", "answer": "scoring"}
RULES = {rule.slug: rule for rule in shelf.rules()}


def case_of(path: Path, text: str | None = None) -> Case:
    """The sample as a case: an answer of Azure as an operation's error, any other text as pasted."""
    said = path.read_text() if text is None else text
    if path.stem.rpartition("-")[2] == "case":
        return plain.load(Case, json.loads(said))
    if path.suffix == ".json":
        found = json.loads(said)
        return Case(state="Failed", operation=OperationFacts(error=errors.from_json(found)))
    kind = KINDS.get(path.stem.rpartition("-")[2], "operation_error")
    status = int(said.split(maxsplit=2)[1]) if kind == "scoring" and said.startswith("HTTP/") else None
    return Case(texts=(Text(kind, said),), http_status=status)


@cache
def verdict(path: Path):
    return diagnose(case_of(path))


def samples(near: bool) -> list:
    found = [path for path in sorted(CORPUS.glob("*/*")) if path.parent.name != "nothing"]
    return [
        pytest.param(path, id=f"{path.parent.name}/{path.name}")
        for path in found
        if path.name.startswith("near-") is near
    ]


@pytest.mark.parametrize("slug", RULES)
def test_every_cause_has_a_sample_and_a_near_miss(slug):
    here = {path.name.startswith("near-") for path in (CORPUS / slug).glob("*")}
    assert here == {True, False}


@pytest.mark.parametrize("path", samples(near=False))
def test_a_cause_claims_its_own_sample_as_the_best(path):
    best = verdict(path).best
    assert best and best.cause == path.parent.name


@pytest.mark.parametrize("path", samples(near=True))
def test_a_near_miss_is_never_told_as_the_cause_it_resembles(path):
    best = verdict(path).best
    assert best is None or best.cause != path.parent.name


@pytest.mark.parametrize("path", sorted((CORPUS / "nothing").glob("*")), ids=lambda path: path.name)
def test_a_healthy_text_is_told_as_no_cause(path):
    assert diagnose(case_of(path)).findings == ()


@pytest.mark.parametrize("path", samples(near=False))
def test_every_quotation_is_a_part_of_the_sample(path):
    case = case_of(path)
    said = [node.message for node in case.operation.error.walk()] if case.operation else []
    said += [node.code for node in case.operation.error.walk()] if case.operation else [path.read_text()]
    said += [path.read_text()] if path.stem.endswith("case") else []
    for finding in verdict(path).findings:
        assert finding.evidence
        for evidence in finding.evidence:
            assert any(evidence.text in text for text in said), evidence
            assert len(evidence.text) <= 300
            if evidence.line and path.suffix == ".log":
                assert evidence.text.split("\n")[0] in said[-1].splitlines()[evidence.line - 1]


def texts() -> list:
    return [param for param in samples(near=False) if param.values[0].suffix == ".log"]


@pytest.mark.parametrize("path", texts())
def test_a_sample_cut_at_each_tenth_keeps_its_cause_or_becomes_less_certain(path):
    lines, whole = path.read_text().splitlines(keepends=True), verdict(path).best.cause
    allowed = {finding.cause for finding in verdict(path).findings} | {whole}
    for tenth in range(1, 10):
        at = len(lines) * tenth // 10
        for part in (lines[:at], lines[at:]):
            text = "".join(part)
            if path.stem == "answer" and not text.startswith("HTTP/"):
                continue
            best = diagnose(case_of(path, text)).best
            assert not best or best.certainty != CERTAIN or best.cause in allowed, (tenth, best.cause)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_the_texts_of_a_cause_fill_without_a_name_that_nobody_knows(rule):
    known = rule.cause.known
    for step in rule.cause.steps:
        if isinstance(step, Step):
            assert not re.search(r"\{[a-z_]+\}", names.command(step.command, {}, step.form))
    assert rule.cause.fields <= known


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_every_command_of_az_ml_names_group_and_workspace(rule):
    for step in rule.cause.steps:
        command = step.command if isinstance(step, Step) else ""
        if command.startswith("az ml workspace"):
            assert "-g {group}" in command
            assert "{workspace}" in command
        elif command.startswith("az ml"):
            assert "-g {group}" in command
            assert "-w {workspace}" in command


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_a_title_is_a_sentence_without_code_or_class_name(rule):
    title = rule.cause.title
    assert not re.search(r"\bERR_\d|[A-Z][a-z]+[A-Z]\w*(?:Error|Exception)|OutOfQuota|BadArgument", title)
    assert not title.endswith(".")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.slug)
def test_symptoms_and_whole_groups_are_never_certain(rule):
    if rule.cause.is_symptom or rule.cause.is_general:
        for path in (CORPUS / rule.slug).glob("*"):
            for finding in verdict(path).findings:
                assert finding.cause != rule.slug or finding.certainty == LIKELY


def test_the_old_codes_of_the_seed_all_have_a_cause_with_todays_code():
    told = {rule.cause.old_code: rule.cause.code for rule in RULES.values() if rule.cause.old_code}
    assert {"ERR_1100", "ERR_1200", "ERR_1300", "ERR_2100", "ERR_2200", "ERR_5000"} <= set(told)
    assert all(told.values())
