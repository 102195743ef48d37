"""The callers open more connections to the endpoint than it may have."""

from troubleshoot.diagnosis import replies
from troubleshoot.diagnosis.cause import HINT, Cause, looks
from troubleshoot.diagnosis.facts import Step

_WORDS = (
    r"(?i)\b(?:too many|number of|maximum|max|limit (?:on|of)|exceed\w*)\b[^\n]{0,40}\bconnections\b"
    r"|\bconnections?\b[^\n]{0,40}\b(?:limit|quota|exceed\w*)\b"
)

cause = Cause(
    title="The callers open more connections than the endpoint may have",
    kind="Too busy",
    stage="ready",
    label="SCORING_429",
    code="429",
    signs=(looks(replies.with_words(429, _WORDS), strength=HINT, source="derived"),),
    happened="An endpoint may have 500 open connections and take 500 new ones a second, unless its limits were "
    "raised. The call was refused before the container saw it.",
    fine="Key, address and model are in order.",
    steps=(
        Step(
            "Let clients keep and share connections",
            "One session for all calls of a program, instead of a new connection for each.",
            "-    requests.post(url, json=body, headers=headers)\n"
            "+session = requests.Session()\n+    session.post(url, json=body, headers=headers)",
            form="diff",
            file="client.py",
        ),
        Step(
            "See how many are open",
            "",
            "az monitor metrics list --resource $(az ml online-endpoint show -n {endpoint} -g {group} -w {workspace}"
            " --query id -o tsv) --metric ConnectionsActive NewConnectionsPerSecond --interval PT1M -o table",
        ),
    ),
    who="data scientist",
    retry="wait",
    urgent="now",
    look_for="429 … connections",
    source="Azure's page of quotas, limits of online endpoints; the words are derived",
    next_test="The metric ConnectionsActive of the endpoint at that minute: near 500 it is the connections.",
    rivals=(
        ("score-429-rate", "there the calls in a second are too many, on however few connections"),
        ("score-429-concurrency", "there the instances have too many calls at a time, and the answer says pending"),
    ),
    outranks=("score-429-rate", "score-429-concurrency"),
)
