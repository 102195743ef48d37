"""A planted change is found and ranked first; ids, times, ports and the case of ids are never a change."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import changed, shapes
from troubleshoot.diagnosis.changed import NAMED, Side, between
from troubleshoot.diagnosis.facts import (
    AssetFacts,
    DeploymentFacts,
    EndpointFacts,
    Evidence,
    Finding,
    Identity,
    Place,
    Probe,
)

PLACE = Place("sub", "rg", "ws", "ep", "blue")
CONDA = (
    "name: env\nchannels:\n- conda-forge\ndependencies:\n- python=3.10\n- numpy==1.26.4\n"
    "- pip:\n  - lightgbm==4.5.0\n"
)
GOOD = Side(
    DeploymentFacts(
        PLACE, "Succeeded", "Managed", "Standard_DS3_v2", 2, "azureml:churn:12", "azureml:churn-env:7",
        "azureml:3b6a5c1e-0c11-4f7e-9a44-8f2b1d3c5e6f:1", "score.py", (("MODE", "aa11"), ("LEVEL", "bb22")),
        Probe(10, 10, 2, 1, 30), Probe(10, 10, 2, 1, 30), 5.0, 1, 0.5, "enabled", True,
    ),
    EndpointFacts(PLACE, identity=Identity("SystemAssigned", "p"), public_network="Enabled", auth_mode="Key"),
    (AssetFacts("environment", "azureml:churn-env:7", found=True, image="mcr.microsoft.com/a/b:1", conda=CONDA),),
    (("Image pull", 80.0), ("Model and code", 30.0)),
)


def deployment(**turned) -> Side:
    return replace(GOOD, deployment=replace(GOOD.deployment, **turned))


def endpoint(**turned) -> Side:
    return replace(GOOD, endpoint=replace(GOOD.endpoint, **turned))


def environment(**turned) -> Side:
    return replace(GOOD, assets=(replace(GOOD.assets[0], **turned),))


PLANTS = {
    "model": (deployment(model="azureml:churn:13"), "container_start"),
    "environment": (deployment(environment="azureml:churn-env:8"), "container_start"),
    "code": (deployment(code="azureml:77777777-0c11-4f7e-9a44-8f2b1d3c5e6f:1"), "container_start"),
    "scoring script": (deployment(scoring_script="main.py"), "container_start"),
    "instance type": (deployment(instance_type="Standard_F2s_v2"), "quota"),
    "instances": (deployment(instance_count=20), "quota"),
    "liveness probe, initial delay": (deployment(liveness=Probe(1, 10, 2, 1, 30)), "probes"),
    "readiness probe, failure threshold": (deployment(readiness=Probe(10, 10, 2, 1, 1)), "probes"),
    "request_timeout_ms": (deployment(request_timeout=0.5), "ready"),
    "max_concurrent_requests_per_instance": (deployment(max_concurrent=100), "ready"),
    "egress": (deployment(egress="disabled"), "model_and_code"),
    "MODE": (deployment(variables=(("LEVEL", "bb22"),)), "container_start"),
    "LEVEL": (deployment(variables=(("MODE", "aa11"), ("LEVEL", "cc33"))), "container_start"),
    "identity": (endpoint(identity=Identity("UserAssigned", "p", ("/x/id-churn",))), "image_pull"),
    "public network access": (endpoint(public_network="Disabled"), "image_pull"),
    "image": (environment(image="mcr.microsoft.com/a/b:2"), "image_pull"),
    "numpy": (environment(conda=CONDA.replace("numpy==1.26.4", "numpy")), "container_start"),
    "lightgbm": (environment(conda=CONDA.replace("  - lightgbm==4.5.0\n", "")), "container_start"),
}


def noise(side: Side, draw: random.Random) -> Side:
    """What differs between any two attempts and means nothing: ids, times, people, order, the case of ids."""
    facts, at = side.deployment, datetime(2026, 11, draw.randint(1, 28), tzinfo=UTC)
    variables = list(facts.variables)
    draw.shuffle(variables)
    facts = replace(
        facts, state="Failed", operation_uri=f"https://arm/{draw.getrandbits(64):x}", created_at=at,
        modified_at=at + timedelta(minutes=draw.randint(1, 90)), modified_by=draw.choice(("ada", "ci-bot")),
        variables=tuple(variables), tags=(("deploy.id", f"{draw.getrandbits(64):x}"),),
        model=facts.model.upper() if draw.random() < 0.3 else
        f"/subscriptions/S/resourceGroups/rg/workspaces/ws/models/{facts.model[8:].replace(':', '/versions/')}",
    )
    seconds = tuple((name, took * draw.uniform(0.6, 1.8)) for name, took in side.seconds)
    return replace(side, deployment=facts, seconds=seconds)


def finding(stage: str, text: str) -> Finding:
    return Finding("x", "It stopped", "Kind", "certain", stage, (Evidence("inference-server", text, 3),))


def plant(seed: int) -> tuple[str, Side, Finding | None]:
    """One planted change, hidden in noise; every third case has a quotation that names it, every third no cause."""
    draw = random.Random(seed)
    name = draw.choice(sorted(PLANTS))
    side, stage = PLANTS[name]
    said = {0: f"KeyError: '{name}'", 1: "502 on 127.0.0.1:31311"}.get(seed % 3)
    return name, noise(side, draw), finding(stage, said) if said else None


@pytest.mark.parametrize("seed", range(100))
def test_a_planted_change_is_the_only_one_named_whatever_the_noise(seed):
    name, failed, best = plant(seed)
    assert [one.name for one in between(noise(GOOD, random.Random(-seed)), failed, best)] == [name]


@pytest.mark.parametrize("seed", range(100))
def test_where_nothing_changed_nothing_is_named(seed):
    draw = random.Random(seed)
    assert between(noise(GOOD, draw), noise(GOOD, draw), finding("container_start", "x")) == ()


@pytest.mark.parametrize("seed", range(60))
def test_of_two_changes_the_one_that_the_evidence_names_comes_first(seed):
    draw = random.Random(seed)
    named = draw.choice(("MODE", "LEVEL", "numpy", "lightgbm"))
    one, two = PLANTS[named][0], PLANTS[draw.choice(("request_timeout_ms", "instances", "model", "egress"))][0]
    both = Side(replace(two.deployment, variables=one.deployment.variables), GOOD.endpoint, one.assets, GOOD.seconds)
    found = between(GOOD, both, finding("container_start", f"ImportError: {named} is not what it was"))
    assert len(found) == 2
    assert (found[0].name, found[0].speaks) == (named, NAMED)


def test_a_setting_that_the_failed_stage_never_used_speaks_last():
    both = deployment(request_timeout=0.5, instance_type="Standard_F2s_v2", instance_count=3)
    assert [one.name for one in between(GOOD, both, finding("quota", "x"))][-1] == "request_timeout_ms"


@pytest.mark.parametrize("said", (
    'File "/azureml-envs/churn-env/lib/python3.10/site-packages/numpy/core/x.py", line 3', "429 Too many requests",
    "Python stopped at line 9", "the model churned", "no numpy-like thing", "mode is not set"))
def test_a_path_or_an_ordinary_word_names_no_setting(said):
    inside = replace(environment(conda=CONDA.replace("numpy==1.26.4", "numpy").replace("3.10", "3.11")
                                 .replace("- pip:", "- requests==2\n- pip:")).assets[0])
    turned = replace(deployment(environment="azureml:churn-env:8", model="azureml:churn:13", variables=()),
                     assets=(inside,))
    found = between(GOOD, turned, finding("container_start", said))
    assert {"python", "requests", "numpy", "environment", "model", "MODE"} <= {one.name for one in found}
    assert NAMED not in {one.speaks for one in found}


@pytest.mark.parametrize(("said", "name"), (
    ("No such file: azureml-models/churn/13/model.pkl", "model"), ("No module named 'requests'", "requests"),
    ("requests.exceptions.ConnectionError: refused", "requests"), ("churn-env does not install it", "environment")))
def test_a_quotation_names_a_setting_by_its_own_words(said, name):
    inside = environment(conda=CONDA.replace("- pip:", "- requests==2\n- pip:")).assets[0]
    turned = replace(deployment(environment="azureml:churn-env:8", model="azureml:churn:13"), assets=(inside,))
    assert between(GOOD, turned, finding("container_start", said))[0].name == name


def test_a_size_or_an_identity_that_alone_fits_is_no_suspect_but_where_room_is_asked_for():
    turned = deployment(instance_type="Standard_F2s_v2")
    for stage, marked in (("container_start", False), ("quota", True)):
        best = finding(stage, "it ended")
        assert (changed.suspect(between(GOOD, turned, best), best) is not None) is marked
    assert changed.suspect(between(GOOD, turned, None, "quota"), None) is None


def test_of_two_that_fit_the_one_that_the_claim_speaks_of_comes_first():
    turned = deployment(environment="azureml:churn-env:8", code="azureml:77777777-0c11-4f7e-9a44-8f2b1d3c5e6f:1")
    best = replace(finding("container_start", "ModuleNotFoundError: No module named 'x'"),
                   title="The scoring script imports x, but the environment does not have it")
    found = between(GOOD, turned, best)
    assert [one.name for one in found] == ["environment", "code"]
    assert found[0].why == "used at container start, the cause speaks of the environment"
    assert changed.suspect(found, best) is None


def test_what_one_side_does_not_tell_is_no_change():
    assert between(Side(), GOOD, None) == ()
    assert between(GOOD, Side(), None) == ()
    assert between(deployment(instance_count=None, code="", variables=GOOD.deployment.variables), GOOD, None) == ()


def test_a_stage_that_took_far_longer_is_told_and_never_ranked_above_a_setting():
    slow = replace(PLANTS["model"][0], seconds=(("Image pull", 660.0), ("Model and code", 31.0)))
    found = between(GOOD, slow, finding("model_and_code", "x"))
    assert [one.name for one in found] == ["model", "Image pull"]
    assert found[1].why == "took much longer"


def test_values_of_variables_are_never_shown_but_as_a_fingerprint():
    found = between(GOOD, PLANTS["LEVEL"][0], None)
    assert found[0].before == "set, fingerprint bb22"


def test_how_many_settings_are_the_same_is_counted():
    assert set(changed.same(GOOD, GOOD)) - set(changed.same(GOOD, PLANTS["model"][0])) == {"model"}


def test_lines_differ_in_shape_only_where_their_words_do():
    one = "2026-11-20 09:14:04,202 I [58] gunicorn.error - Listening at: http://0.0.0.0:31311 (58)"
    two = "2026-11-24 10:00:59,001 I [7] gunicorn.error - Listening at: http://0.0.0.0:5001 (7)"
    assert shapes.shape(one) == shapes.shape(two)
    ids = "GET /x/0f0e8c1c-2f3e-4b8e-9a44-8f2b1d3c5e6f sha256:9f86d081884c7d659a2feaa0c55ad015 took 12.5 ms"
    assert shapes.shape(ids) == shapes.shape(ids.replace("0f0e", "1234").replace("9f86", "aaaa").replace("12.5", "7.0"))
    assert shapes.shape("model loaded") != shapes.shape("model not loaded")


@given(st.text(), st.integers(1, 9))
def test_the_shape_of_a_line_is_the_same_whatever_its_digits(line, by):
    turned = "".join(chr(48 + (ord(one) - 48 + by) % 10) if "0" <= one <= "9" else one for one in line)
    assert shapes.shape(turned) == shapes.shape(line)


def test_a_line_that_no_healthy_attempt_printed_is_told_once_with_its_number():
    good = [f"2026-11-20 09:00:{n:02} I [5] worker {n} ready" for n in range(50)]
    bad = [*(f"2026-11-21 10:00:{n:02} I [9] worker {n} ready" for n in range(20)),
           *(f"2026-11-21 10:00:2{n} W cache folder /mnt/{n} is not writable" for n in range(2))]
    known = shapes.shapes(good)
    assert [seen for told, seen in shapes.first_lines(bad).items() if told not in known] == [(21, 2)]
