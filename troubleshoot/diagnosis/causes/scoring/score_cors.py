"""A browser asked the endpoint for leave before the call, and the endpoint does not answer such questions."""

from troubleshoot.diagnosis.cause import HINT, INFERENCE, Cause, scoring
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The browser blocked the call, because the endpoint answers no preflight",
    kind="Browser",
    stage="ready",
    label="NETWORK",
    code="CORS",
    signs=(
        scoring(
            r"(?i)\.inference\.ml\.azure\.com[^\n]{0,400}\bhas been blocked by CORS policy\b",
            source="doc",
            also=(INFERENCE,),
        ),
        scoring(r"(?i)\bhas been blocked by CORS policy\b", strength=HINT, source="doc"),
    ),
    happened="A page from another origin may call only what allows that in its answer to a preflight. Online endpoints "
    "do not answer preflights, so the browser never sent the call itself.",
    fine="The endpoint, its key and its model are not the matter: the same call from a program is answered.",
    steps=(
        Step(
            "Try the same call outside the browser",
            "",
            "az ml online-endpoint invoke -n {endpoint} --request-file sample.json -g {group} -w {workspace}",
        ),
        Step(
            "Put a service of yours between page and endpoint",
            "A function or an API gateway answers the preflight, and keeps the key out of the page.",
        ),
    ),
    who="data scientist",
    retry="no",
    urgent="now",
    look_for="has been blocked by CORS policy",
    source="Azure's guide, Blocked by CORS policy",
    next_test="The same call with curl: if it is answered, only the browser's rule is in the way.",
    rivals=(("score-401-key", "there the call arrived, and its key was refused"),),
    while_serving=True,
)
