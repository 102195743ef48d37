"""The load rises faster than autoscale adds instances."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import passages, replies
from troubleshoot.diagnosis.cause import HINT, INFERENCE, OPERATION, SCORING, Cause, looks
from troubleshoot.diagnosis.facts import Case, Evidence, Step

_SCALES_OUT = re2.compile(
    r"(?i)\bautoscale\w*/scale(?:up|out)\w*|\bautoscale scale[- ]?(?:up|out) (?:initiated|started|in progress)"
    r"|\bautoscale\b[^\n]{0,80}\bscal(?:e|es|ed|ing) (?:out|up)\b"
)


def scales_out(case: Case) -> Iterator[Evidence]:
    """Autoscale adding instances, beside an answer 429."""
    if not any(replies.of_status(case, 429)):
        return
    for passage in passages.read(case):
        if passage.place in (SCORING, OPERATION, INFERENCE) and not passage.borrowed:
            found = _SCALES_OUT.search(passage.text)
            if found:
                yield passage.quote(*found.span())


cause = Cause(
    title="The load rises faster than autoscale adds instances",
    kind="Too busy",
    stage="ready",
    label="SCORING_429",
    code="429",
    signs=(looks(scales_out, strength=HINT, source="doc"),),
    happened="Autoscale adds instances, and each takes minutes until it serves. Until then the ones that are there "
    "refuse what they cannot take.",
    fine="Key, address and model are in order, and autoscale works.",
    steps=(
        Step(
            "Keep more instances at all times, and add them earlier",
            "A lower threshold and a shorter cool-down start the next instance sooner.",
            "az monitor autoscale show -g {group} -n <autoscale-setting>\n"
            "az monitor autoscale update -g {group} -n <autoscale-setting> --min-count 3",
        ),
        Step("Let clients try again with growing pauses", "That also gives autoscale its time."),
    ),
    who="data scientist",
    retry="wait",
    urgent="now",
    look_for="429 … autoscale … scaling out",
    source="Azure's guide, HTTP status codes and Autoscaling issues",
    next_test="The instance count over time: if the 429s end when new instances are ready, it was the lag.",
    rivals=(
        ("score-429-concurrency", "there the count of instances does not change, and too many calls wait"),
        ("autoscale-blocked-by-quota", "there autoscale tries to add instances and fails"),
    ),
    outranks=("score-429-rate", "score-429-concurrency"),
)
