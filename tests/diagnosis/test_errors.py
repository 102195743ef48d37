"""Operation errors of every form become a tree, and their innermost plain messages."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.diagnosis import errors
from troubleshoot.diagnosis.errors import codes, from_json, from_text, messages

QUOTA = (
    "Not enough quota available for Standard_F4s_v2 in SubscriptionId abc. Current "
    "usage/limit: 0/6. Additional needed: 8"
)
GUIDE = " Please see troubleshooting guide, available here: https://aka.ms/oe-tsg#error-outofquota"


def refused(errors_: dict) -> dict:
    inner = "InferencingClient HttpRequest error, error detail: " + json.dumps(
        {"errors": errors_, "status": 400}
    )
    return {
        "error": {
            "code": "BadRequest",
            "message": "The request is invalid.",
            "details": [{"code": "InferencingClientCreateDeploymentFailed", "message": inner}],
        }
    }


def test_json_inside_a_message_is_opened_to_the_innermost_sentence():
    assert messages(from_json(refused({"VmSize": [QUOTA + GUIDE]}))) == (QUOTA,)


def test_an_error_under_the_empty_key_is_found_as_well():
    said = "Specified deployment [blue] failed during initial provisioning and is in an unrecoverable state."
    assert messages(from_json(refused({"": [said]}))) == (said,)


def test_json_escaped_twice_is_opened_too():
    once = json.dumps(refused({"VmSize": [QUOTA]}))
    assert QUOTA in messages(from_json({"error": {"code": "X", "message": "outer: " + once}}))


def test_the_message_itself_is_kept_as_azure_sent_it():
    message = "2025-10-16T13:16:14Z OutOfQuota: Container terminated." + GUIDE
    assert from_json({"code": "OutOfQuota", "message": message}).message == message


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("ResourceNotReady: User container has crashed.", "ResourceNotReady", "User container has crashed."),
        (
            "(None) ResourceNotReady: User container has crashed.",
            "ResourceNotReady",
            "User container has crashed.",
        ),
        ("(OutOfQuota) Not enough.", "OutOfQuota", "Not enough."),
        ("2025-10-16T13:16:14Z Startup task failed.", "", "2025-10-16T13:16:14Z Startup task failed."),
        (
            "2023-08-16T14:52:20Z OutOfQuota: Container terminated." + GUIDE,
            "OutOfQuota",
            "Container terminated.",
        ),
        (
            "azure.core.exceptions.HttpResponseError: (UserError) Image build failed.",
            "UserError",
            "Image build failed.",
        ),
        ("a sentence of its own", "", "a sentence of its own"),
    ],
)
def test_a_code_before_the_message_is_read_and_taken_off(text, code, said):
    node = from_text(text)
    assert node.code == code
    assert messages(node) == (said,)


def test_the_link_to_the_guide_is_a_second_source_of_the_code():
    assert codes(from_text("Startup task failed. See https://aka.ms/oe-tsg#error-badargument")) == (
        "badargument",
    )


def test_a_code_of_none_counts_as_no_code():
    assert from_json({"code": "None", "message": "OutOfQuota: full"}).code == "OutOfQuota"


def test_no_depth_and_no_size_brings_it_down():
    deep: dict = {"code": "x", "message": "m"}
    for _ in range(5000):
        deep = {"code": "x", "message": "m", "details": [deep]}
    assert sum(1 for _ in from_json(deep).walk()) <= errors.MAX_DEPTH + 2
    from_text('{"a":' * 200_000)
    from_text('{"message":"' + "[" * 200_000)
    assert from_text("<html>" * 20_000).message
    wide = {"code": "x", "message": "m", "details": [{"code": "y", "message": str(n)} for n in range(5000)]}
    assert sum(1 for _ in from_json(wide).walk()) <= errors.MAX_NODES + 1


@pytest.mark.parametrize(
    "value",
    [
        None,
        3,
        [],
        {},
        {"error": None},
        {"error": []},
        {"details": 4},
        {"details": [None, 3, "x"]},
        {"message": {"a": 1}},
        {"code": 5, "message": None},
        {"additionalInfo": "x"},
    ],
)
def test_what_is_no_error_gives_a_node_and_no_exception(value):
    assert from_json(value) is not None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("code", "message", "details", "error", "errors", "innererror", "x", "")),
            inner,
            max_size=4,
        )
    ),
)


@given(json_values)
def test_any_json_gives_a_tree_whose_messages_are_text(value):
    assert all(isinstance(said, str) for said in messages(from_json(value)))


@given(st.text(max_size=300))
def test_any_text_gives_a_tree(text):
    assert from_text(text).message == text or text.strip().startswith("{")
