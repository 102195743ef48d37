"""The container's own server answered with a status of its own."""

from collections.abc import Iterator

import re2

from troubleshoot.diagnosis import passages
from troubleshoot.diagnosis.cause import HINT, SCORING, Cause, console, looks, scoring
from troubleshoot.diagnosis.facts import Case, Evidence, Step


def not_found(case: Case) -> Iterator[Evidence]:
    """The container's `Not Found` in the body of an answer that the caller saw as 424."""
    for passage in passages.read(case) if case.http_status == 424 else ():
        found = re2.search(r"(?i)\bnot found\b", passage.text) if passage.place == SCORING else None
        if found:
            yield passage.quote(*found.span())


cause = Cause(
    title="The container has no such route, or answered with a status of its own",
    kind="Model error",
    stage="ready",
    label="SCORING_424",
    old_code="HTTP 424",
    code="424",
    signs=(
        scoring(
            r"(?i)model-error-statuscode:? ?\"?(?P<status>4(?:0[4-9]|1\d|22))", strength=HINT, source="doc"
        ),
        looks(not_found, strength=HINT),
        console(
            r"\"POST /(?:score|predict\w*|invocations|v\d/\S*) HTTP/1\.\d\" (?P<status>40[45])\b",
            strength=HINT,
        ),
        scoring(r"(?i)original-code=(?P<status>4\d\d)", strength=HINT, source="doc"),
        scoring(r"(?i)\b424\b.{0,120}\bnot found\b|\bnot found\b.{0,120}\b424\b", strength=HINT),
    ),
    words=(("status", "a status of its own"),),
    happened="The call reached the container, and its server answered {status}, which the caller sees "
    "as 424.",
    fine="Key, address and traffic of the endpoint are in order.",
    steps=(
        Step(
            "Compare the scoring route of the environment with the routes of the container's server",
            "Its log prints them at the start.",
        ),
    ),
    who="data scientist",
    retry="after the fix",
    urgent="now",
    look_for="ms-azureml-model-error-statuscode: <status>",
    source="Azure's guide, HTTP status codes; not confirmed with Azure",
    rivals=(
        (
            "score-404-wrong-url",
            "who has no such route: the container (424, with 404 in the header), or Azure's front "
            "(404)",
        ),
    ),
    while_serving=True,
    outranks=("score-424-model-error", "score-404-wrong-url"),
)
