"""The code fetches a model from the Hugging Face hub, and the hub does not give it out."""

from troubleshoot.diagnosis import fixes
from troubleshoot.diagnosis.cause import HINT, Cause, console
from troubleshoot.diagnosis.facts import Step

cause = Cause(
    title="The Hugging Face hub does not give out {repository} to the container",
    kind="Hub sign-in",
    stage="container_start",
    label="ERR_2200",
    old_code="ERR_2200",
    code="ResourceNotReady",
    signs=(
        console(r"Cannot access gated repo for url https?://huggingface\.co/(?P<repository>[\w.-]+/[\w.-]+)"),
        console(r"Access to model (?P<repository>[\w.-]+/[\w.-]+) is restricted"),
        console(r"You are trying to access a gated repo"),
        console(r"\bGatedRepoError\b", strength=HINT),
        console(r"(?:401|403) Client Error.{0,60} for url: https?://huggingface\.co/(?P<repository>[\w.-]+/[\w.-]+)",
                strength=HINT),
        console(
            r"Repository Not Found for url: https?://huggingface\.co/(?:api/models/)?(?P<repository>[\w.-]+/[\w.-]+)",
            strength=HINT,
        ),
    ),
    words=(("repository", "a model"),),
    happened="The code asked the hub for {repository}, and the hub asked for a token of someone who has accepted the "
    "terms of the model. The container sent none, or one of someone who has not.",
    fine="Quota, the image pull and the imports are in order, and the network lets the container out.",
    steps=(
        Step("Put the model into the model asset", "Then nothing has to be fetched, and no token is needed."),
        Step(
            "Or give the container a token",
            "Accept the terms on the page of the model, keep the token as a secret of a workspace connection, and "
            "name that in the variable HF_TOKEN.",
            " environment_variables:\n+  HF_TOKEN: ${{{{azureml://connections/<connection>/credentials/<key>}}}}",
            form="diff",
            file="deployment.yml",
        ),
        fixes.deploy_again,
    ),
    who="data scientist",
    retry="after the fix",
    urgent="if serving",
    look_for="Cannot access gated repo for url https://huggingface.co/<repository>",
    source="the words of huggingface_hub; exact text from public reports",
    next_test="Load the model on your machine with the same token.",
    rivals=(("init-outbound-blocked", "the hub answered and refused, or was not reached"),),
    outranks=("init-outbound-blocked", "init-exception", "container-crashed", "init-model-path"),
)
