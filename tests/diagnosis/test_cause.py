"""A wrong cause or sign is refused when its file is imported, and the error names the file."""

import sys
from dataclasses import replace
from types import ModuleType

import pytest

from troubleshoot.diagnosis import names, shelf
from troubleshoot.diagnosis.cause import HINT, Cause, CauseError, Sign, code, console, looks, operation
from troubleshoot.diagnosis.facts import Case, DeploymentFacts, EndpointFacts, Identity, Place, Step

GOOD = Cause(
    title="{name} is missing",
    kind="Missing",
    stage="quota",
    label="ERR_1100",
    signs=(operation(r"no (?P<name>\w+)"),),
    happened="It was.",
    fine="All else.",
    steps=(Step("Add {name}"),),
    who="data scientist",
    retry="wait",
    urgent="if serving",
    look_for="no <name>",
    source="made up",
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "no title"),
        ({"title": "x" * 91}, "longer than 90"),
        ({"stage": "nowhere"}, "unknown stage"),
        ({"title": "{other} is missing"}, "no sign captures other"),
        ({"label": "ERR_9"}, "unknown label"),
        ({"signs": ()}, "no sign"),
        ({"who": "my uncle"}, "my uncle"),
        ({"retry": "perhaps"}, "unknown retry"),
        ({"urgent": "very"}, "unknown urgency"),
        ({"look_for": ""}, "what to look for"),
        ({"source": ""}, "no source"),
        ({"steps": (Step("x", command="az {unknown}"),)}, "no sign captures unknown"),
        ({"steps": ()}, "is empty"),
        ({"fine": ""}, "is empty"),
    ],
)
def test_a_wrong_cause_is_refused(change, said):
    with pytest.raises(CauseError, match=said):
        replace(GOOD, **change)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Sign(), "neither a pattern nor a function"),
        (lambda: Sign(where=("moon",), pattern="x"), "unknown place"),
        (lambda: Sign(pattern="x"), "no place"),
        (lambda: operation("(?!x)"), "RE2 does not take"),
        (lambda: operation("x", strength="strong"), "unknown strength"),
        (lambda: operation("x", source="heard"), "unknown source"),
        (lambda: operation("x", unless=("(?<=a)b",)), "RE2 does not take"),
    ],
)
def test_a_wrong_sign_is_refused(make, said):
    with pytest.raises(CauseError, match=said):
        make()


def test_the_loader_names_the_file_of_a_wrong_cause(monkeypatch):
    wrong = ModuleType("troubleshoot.diagnosis.causes.quota.wrong")
    monkeypatch.setitem(sys.modules, wrong.__name__, wrong)
    with pytest.raises(CauseError, match="causes/quota/wrong.py"):
        shelf._rule(wrong.__name__)


def test_a_code_and_what_was_only_derived_never_prove():
    assert not code("OutOfQuota").proves
    assert not console("x", source="derived").proves
    assert not looks(lambda case: iter(()), strength=HINT).proves
    assert operation("x").proves


def test_the_slug_is_the_name_of_the_file_and_no_two_are_equal():
    slugs = [rule.slug for rule in shelf.rules()]
    assert len(slugs) == len(set(slugs)) >= 100
    assert "script-import-error" in slugs


def test_the_fingerprint_is_short_and_stays_the_same():
    assert shelf.fingerprint() == shelf.fingerprint()
    assert len(shelf.fingerprint()) == 16


def test_names_are_quoted_in_commands_and_left_alone_in_sentences():
    evil = {"endpoint": "a; rm -rf ~", "deployment": "b\nc"}
    assert names.command("az x -e {endpoint} -n {deployment}", evil) == "az x -e 'a; rm -rf ~' -n 'b c'"
    assert names.sentence("{endpoint} fails", evil, {}) == "a; rm -rf ~ fails"


def test_a_name_with_braces_is_not_filled_again():
    assert names.command("az {endpoint}", {"endpoint": "{group}", "group": "g"}) == "az '{group}'"


def test_a_name_that_is_not_known_is_a_placeholder_in_a_command_and_words_in_a_sentence():
    assert names.command("az -e {endpoint} -g {group}", {}) == "az -e <endpoint> -g <resource-group>"
    assert names.sentence("{registry} refuses", {}, {}) == "The workspace's registry refuses"


def test_long_names_are_cut_in_a_title():
    assert len(names.sentence("{model} is gone", {"model": "m" * 500}, {}, names.MAX_IN_TITLE)) <= 50


def test_the_case_gives_its_names_and_the_size_its_cores_and_memory():
    place = Place("sub", "rg", "ws", "ep", "blue")
    case = Case(
        place=place,
        deployment=DeploymentFacts(
            place,
            instance_type="STANDARD_DS3_v2",
            instance_count=3,
            model="/w/models/churn/versions/4",
            environment="azureml:churn-env:7",
        ),
    )
    found = names.of(case)
    assert (found["vcpus"], found["memory"], found["count"]) == ("4", "14", "3")
    assert (found["model"], found["model_version"], found["environment_version"]) == ("churn", "4", "7")
    assert (found["group"], found["deployment"]) == ("rg", "blue")


def test_a_user_assigned_identity_is_asked_for_its_object_id():
    place = Place("sub", "rg", "ws", "ep")
    one = "/subscriptions/sub/x/userAssignedIdentities/id-churn"
    found = names.of(
        Case(place=place, endpoint=EndpointFacts(place, identity=Identity("UserAssigned", "", (one,))))
    )
    assert found["identity"] == "id-churn"
    assert f"az identity show --ids {one}" in names.command("{assignee}", found)


def test_image_and_blob_addresses_are_split():
    image = names.image_parts("image crchurn.azurecr.io/azureml/azureml_92a0:latest is gone")
    assert (image["registry"], image["repository"], image["tag"]) == (
        "crchurn",
        "azureml/azureml_92a0",
        "latest",
    )
    blob = names.blob_parts(
        "see https://foobar.blob.core.windows.net/2102-15/WebUpload/2102-15/GaussianNB.pkl?sv=1."
    )
    assert blob == {"account": "foobar", "container": "2102-15", "blob": "WebUpload/2102-15/GaussianNB.pkl"}
