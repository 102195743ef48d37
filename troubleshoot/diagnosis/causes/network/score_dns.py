"""The caller cannot resolve the host name of the endpoint."""

from troubleshoot.diagnosis.cause import HINT, Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The caller cannot resolve the endpoint's host name",
    kind="Name resolution",
    stage="ready",
    label="NETWORK",
    code="DNS",
    signs=(
        scoring(
            r"(?i)name or service not known|getaddrinfo failed|NXDOMAIN|failed to resolve '"
            r"|nodename nor servname|could not resolve host",
            strength=HINT,
        ),
    ),
    happened="The call never arrived: the name was not found.",
    fine="Model and container are not the matter, since nothing reached them.",
    steps=(
        Step(
            "Call from the right network, or mend the name resolution",
            "With a private workspace its *.inference record must be known to the caller's name server.",
            "az ml online-endpoint show -n {endpoint} --query scoring_uri -g {group} -w {workspace}",
        ),
    ),
    who="workspace owner",
    retry="after the fix",
    urgent="now",
    look_for="`Name or service not known`, or `getaddrinfo failed`",
    source="Azure's guide, Scoring endpoint can't be resolved",
    rivals=(
        ("score-public-access-off", "the name has no address, or it answers and refuses calls from outside"),
        ("private-address-unreachable", "the name has no address, or has one that does not answer from here"),
    ),
)
