"""The endpoint takes no calls from the public network, and the caller stands there."""

from collections.abc import Iterator

from troubleshoot.diagnosis import replies
from troubleshoot.diagnosis.cause import HINT, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_WORDS = (
    r"(?i)\bpublic (?:network )?access\b[^\n]{0,60}\b(?:disabled|turned off|not allowed|denied)\b"
    r"|\b(?:disabled?|denied)\b[^\n]{0,30}\bpublic network access\b"
)
_OTHERS = r"(?i)\bstorage account\b|\bkey ?vault\b|\btrusted service\b|\bcontainer registry\b|azurecr\.io"


def closed_to_the_public(case: Case) -> Iterator[Evidence]:
    """An answer 403 of an endpoint whose public network access is off."""
    if case.endpoint and case.endpoint.public_network.lower() == "disabled":
        for _, evidence in replies.of_status(case, 403):
            yield Evidence(evidence.source, evidence.text, evidence.line, "Its public network access is Disabled.")


cause = Cause(
    title="The endpoint takes no calls from the public network, where this caller stands",
    kind="Network closed",
    stage="ready",
    label="SCORING_403",
    code="403",
    signs=(
        looks(replies.with_words(403, _WORDS, unless=_OTHERS), strength=HINT, source="derived"),
        looks(closed_to_the_public, strength=HINT, source="derived"),
    ),
    happened="Public network access of the endpoint is off, so only calls through the workspace's private endpoint "
    "are taken. This one came another way and was refused.",
    fine="Model and container are not the matter, since nothing reached them.",
    steps=(
        Step(
            "See how the endpoint is set, and which address its name gives the caller",
            "A public address in the answer of nslookup means that the caller stands outside.",
            "az ml online-endpoint show -n {endpoint} --query public_network_access -g {group} -w {workspace}\n"
            "nslookup {endpoint}.{region}.inference.ml.azure.com",
        ),
        Step("Call through the workspace's private endpoint"),
        Step(
            "Or open the endpoint",
            "",
            "az ml online-endpoint update -n {endpoint} --set public_network_access=enabled -g {group} -w {workspace}",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="now",
    look_for="403 … public network access",
    source="Azure's guide, Network isolation; the words are derived",
    next_test="The same call from inside the network, with the same key: if it is answered, the network is the matter.",
    rivals=(
        ("score-403-role", "there the caller was let in, and lacks the role to score"),
        ("private-address-unreachable", "there no answer comes at all"),
    ),
    outranks=("score-403-role",),
)
